//! The shape files that are part of this crate.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    compiler::{self, BASE, Sited},
    notation::{Bundle, NotationError, Shape},
    parser,
};
use crate::SpecVersion;

/// One file of the shape notation.
#[derive(Debug, Clone, Copy)]
pub struct ShapeFile {
    /// The version whose messages it describes.
    pub version: SpecVersion,
    /// The bundle, such as `checkout`.
    pub bundle: &'static str,
    /// What the file says.
    pub text: &'static str,
}

macro_rules! files {
    ($($version:ident $folder:literal: $($bundle:ident)*;)*) => {
        &[$($(ShapeFile {
            version: SpecVersion::$version,
            bundle: stringify!($bundle),
            text: include_str!(concat!(
                "../../shapes/", $folder, "/", stringify!($bundle), ".shapes"
            )),
        }),*),*]
    };
}

/// Every file, older versions first.
pub(super) const FILES: &[ShapeFile] = files! {
    V2025_09_29 "2025-09-29": checkout delegate_payment webhook;
    V2025_12_12 "2025-12-12": checkout delegate_payment webhook;
    V2026_01_16 "2026-01-16": checkout delegate_payment webhook;
    V2026_01_30 "2026-01-30": checkout delegate_payment webhook discount extension;
    V2026_04_17 "2026-04-17": checkout delegate_payment webhook discount extension
        delegate_authentication cart feed mcp;
};

/// The bundles of one version, compiled.
pub(super) struct Compiled {
    /// Each schema with its address.
    pub(super) documents: Vec<(String, serde_json::Value)>,
    pub(super) constraints: Vec<Sited>,
    /// Which bundles have a shape of this name.
    pub(super) shapes: BTreeMap<String, Vec<&'static str>>,
    /// The shapes that a shape refers to, all as `bundle#Name`.
    pub(super) references: BTreeMap<String, BTreeSet<String>>,
    /// Shapes that no message holds, and why, as `bundle#Name`.
    pub(super) unused: BTreeMap<String, String>,
}

/// Reads and compiles `files`, each of which may build on an earlier one.
pub(super) fn compile(
    files: &[ShapeFile],
) -> Result<BTreeMap<SpecVersion, Compiled>, NotationError> {
    let mut bundles: BTreeMap<SpecVersion, BTreeMap<&'static str, Bundle>> = BTreeMap::new();
    for file in files {
        let ShapeFile {
            version,
            bundle: name,
            text,
        } = file;
        let older = |named: &str| {
            let named: SpecVersion = named.parse().ok()?;
            let bundle = bundles.get(&named)?.get(name)?;
            (named < *version).then(|| bundle.clone())
        };
        let bundle = parser::parse(&format!("{version}/{name}.shapes"), text, &older)?;
        bundles.entry(*version).or_default().insert(name, bundle);
    }
    let mut compiled = BTreeMap::new();
    for (version, bundles) in &bundles {
        check_references(bundles)?;
        check_unused(bundles)?;
        compiled.insert(*version, compile_version(*version, bundles));
    }
    Ok(compiled)
}

fn compile_version(version: SpecVersion, bundles: &BTreeMap<&'static str, Bundle>) -> Compiled {
    let mut found = Compiled {
        documents: Vec::new(),
        constraints: Vec::new(),
        shapes: BTreeMap::new(),
        references: BTreeMap::new(),
        unused: BTreeMap::new(),
    };
    for (name, bundle) in bundles {
        let (document, constraints) = compiler::compile(version, name, bundle);
        found
            .documents
            .push((format!("{BASE}{version}/{name}"), document));
        found.constraints.extend(constraints);
        let unused = bundle.unused.iter();
        found
            .unused
            .extend(unused.map(|(shape, why)| (format!("{name}#{shape}"), why.clone())));
        for (shape, Shape { body, .. }) in &bundle.shapes {
            found.shapes.entry(shape.clone()).or_default().push(name);
            let parts = found.references.entry(format!("{name}#{shape}"));
            let parts = parts.or_default();
            body.references(&mut |reference| {
                let bundle = reference.bundle.as_deref().unwrap_or(name);
                parts.insert(format!("{bundle}#{}", reference.name));
            });
        }
    }
    found
}

/// Every reference names a shape of the same version.
fn check_references(bundles: &BTreeMap<&'static str, Bundle>) -> Result<(), NotationError> {
    for (name, bundle) in bundles {
        for (shape, Shape { body, file, .. }) in &bundle.shapes {
            let mut broken = None;
            body.references(&mut |reference| {
                let target = reference.bundle.as_deref().unwrap_or(name);
                let known = bundles
                    .get(target)
                    .is_some_and(|bundle| bundle.shapes.contains_key(&reference.name));
                if !known && broken.is_none() {
                    broken = Some(NotationError {
                        file: file.clone(),
                        line: reference.line,
                        problem: format!(
                            "`{shape}` refers to `{target}.{}`, which is not there",
                            reference.name
                        ),
                    });
                }
            });
            if let Some(broken) = broken {
                return Err(broken);
            }
        }
    }
    Ok(())
}

/// What is called unused is referred to by nothing that is used.
fn check_unused(bundles: &BTreeMap<&'static str, Bundle>) -> Result<(), NotationError> {
    for (name, bundle) in bundles {
        for (shape, Shape { body, file }) in &bundle.shapes {
            if bundle.unused.contains_key(shape) {
                continue;
            }
            let mut broken = None;
            body.references(&mut |reference| {
                let target = reference.bundle.as_deref().unwrap_or(name);
                let unused = bundles
                    .get(target)
                    .is_some_and(|bundle| bundle.unused.contains_key(&reference.name));
                if unused && broken.is_none() {
                    broken = Some(NotationError {
                        file: file.clone(),
                        line: reference.line,
                        problem: format!(
                            "`{shape}` refers to `{target}.{}`, which is called unused",
                            reference.name
                        ),
                    });
                }
            });
            if let Some(broken) = broken {
                return Err(broken);
            }
        }
    }
    Ok(())
}
