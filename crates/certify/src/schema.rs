//! The judge's own schemas.
//!
//! They are written in a short notation (`shapes/README.md`), one bundle of shapes per version and
//! topic, and compiled to JSON Schema.

mod bundles;
mod compiler;
mod constraint;
mod defects;
mod documents;
mod fault;
mod lexer;
mod notation;
mod official;
mod parser;
mod validators;
mod wording;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};

use serde_json::Value;

pub use bundles::ShapeFile;
pub use constraint::{Constraint, ConstraintKind};
pub use defects::{SPEC_DEFECTS, SpecDefect};
pub use fault::{FaultSource, SchemaFault};
pub use notation::NotationError;

pub(crate) use documents::documents;

use crate::SpecVersion;
use bundles::Compiled;
use fault::{Breach, Rule};
use official::Official;
use validators::Validators;

/// Judges values by the shapes of a version, and on request by the official schemas as well.
pub struct SchemaJudge {
    versions: BTreeMap<SpecVersion, Version>,
    official: Option<Official>,
}

impl fmt::Debug for SchemaJudge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SchemaJudge").finish_non_exhaustive()
    }
}

struct Version {
    validators: Validators,
    constraints: Vec<Constraint>,
    /// Which constraint stands at an address.
    sites: BTreeMap<String, usize>,
    shapes: BTreeMap<String, Vec<&'static str>>,
    /// The shapes that a shape refers to.
    references: BTreeMap<String, BTreeSet<String>>,
    /// Shapes that no message holds, and why.
    unused: BTreeMap<String, String>,
}

/// Why a value cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// A shape file is not written in the notation.
    #[error(transparent)]
    Notation(#[from] NotationError),
    /// A schema cannot be made a validator.
    #[error("{schema}: {problem}")]
    Unbuildable {
        /// Its address.
        schema: String,
        /// What the validator says.
        problem: String,
    },
    /// The version has no such shape.
    #[error("{version} has no shape `{shape}`")]
    UnknownShape {
        /// The version asked for.
        version: SpecVersion,
        /// The shape asked for.
        shape: String,
    },
    /// Several bundles have a shape of this name.
    #[error("`{shape}` of {version} is in several bundles: {}", bundles.join(", "))]
    AmbiguousShape {
        /// The version asked for.
        version: SpecVersion,
        /// The shape asked for.
        shape: String,
        /// The bundles that have it.
        bundles: Vec<&'static str>,
    },
    /// The folder holds no `<version>/json-schema`.
    #[error("{} holds no schemas of a released version", .0.display())]
    NoOfficialFiles(PathBuf),
    /// An official file cannot be read.
    #[error("{}: {problem}", file.display())]
    UnreadableOfficialFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl SchemaJudge {
    /// The judge with the shapes of this crate.
    ///
    /// ```
    /// use comptoir_certify::{SchemaJudge, SpecVersion};
    /// use serde_json::json;
    ///
    /// let judge = SchemaJudge::bundled()?;
    /// let total = json!({"type": "tax", "display_text": "Tax", "amount": 1.5});
    /// let faults = judge.validate(SpecVersion::V2026_04_17, "Total", &total)?;
    /// assert_eq!(faults[0].path, "$.amount");
    /// assert_eq!(faults[0].constraint, "2026-04-17/checkout#Total.amount:type");
    /// assert_eq!(faults[0].message, "expected an integer, found 1.5");
    /// # Ok::<(), comptoir_certify::SchemaError>(())
    /// ```
    pub fn bundled() -> Result<Self, SchemaError> {
        Self::of(bundles::FILES)
    }

    /// A judge with other shapes. A file may build on the same bundle of an earlier file.
    pub fn of(files: &[ShapeFile]) -> Result<Self, SchemaError> {
        let versions = bundles::compile(files)?
            .into_iter()
            .map(|(version, compiled)| Ok((version, Version::new(compiled)?)))
            .collect::<Result<_, SchemaError>>()?;
        Ok(Self {
            versions,
            official: None,
        })
    }

    /// The same judge, which asks the official schemas below `dir` too.
    ///
    /// `dir` holds `<version>/json-schema/schema.*.json`. What is defined only in an `OpenAPI` file
    /// is judged by our shapes alone, and what an official rule refuses because of a
    /// [known defect](SPEC_DEFECTS) is no fault.
    pub fn with_official(dir: &Path) -> Result<Self, SchemaError> {
        Ok(Self {
            official: Some(Official::read(dir)?),
            ..Self::bundled()?
        })
    }

    /// Every fault of `value` as a `shape` of `version`, ordered by path.
    ///
    /// `shape` is `checkout#Address`, or the bare name when only one bundle of the version has it.
    pub fn validate(
        &self,
        version: SpecVersion,
        shape: &str,
        value: &Value,
    ) -> Result<Vec<SchemaFault>, SchemaError> {
        let (bundle, name, found) = self.find(version, shape)?;
        let address = format!("{}{version}/{bundle}#/$defs/{name}", compiler::BASE);
        let validator = found.validators.get(&address)?;
        let rules = |breach: &Breach<'_>| Some(found.rule(breach));
        let mut faults = fault::faults(&validator, value, FaultSource::Shapes, &rules);
        if let Some(official) = &self.official {
            faults.extend(official.faults(version, bundle, name, value)?);
        }
        Ok(faults)
    }

    /// Whether `value` is a `shape` of `version` by our shapes; much cheaper than
    /// [`Self::validate`], for it words nothing.
    pub fn is_valid(
        &self,
        version: SpecVersion,
        shape: &str,
        value: &Value,
    ) -> Result<bool, SchemaError> {
        let (bundle, name, found) = self.find(version, shape)?;
        let address = format!("{}{version}/{bundle}#/$defs/{name}", compiler::BASE);
        Ok(found.validators.get(&address)?.is_valid(value))
    }

    /// Every constraint of a version, bundle by bundle.
    pub fn constraints(&self, version: SpecVersion) -> impl Iterator<Item = &Constraint> {
        self.versions
            .get(&version)
            .into_iter()
            .flat_map(|found| &found.constraints)
    }

    /// The shapes whose constraints judge a document of `shape`: itself and everything that it refers
    /// to, as `bundle#Name`.
    pub fn parts(
        &self,
        version: SpecVersion,
        shape: &str,
    ) -> Result<BTreeSet<String>, SchemaError> {
        let (bundle, name, found) = self.find(version, shape)?;
        let mut parts = BTreeSet::new();
        let mut open = vec![format!("{bundle}#{name}")];
        while let Some(part) = open.pop() {
            // Shapes may refer to each other in a circle: each is followed once.
            if parts.insert(part.clone()) {
                open.extend(found.references.get(&part).into_iter().flatten().cloned());
            }
        }
        Ok(parts)
    }

    /// Why no message of a version holds the shape that this constraint stands in; `None` when some
    /// message does.
    #[must_use]
    pub fn unused(&self, constraint: &Constraint) -> Option<&str> {
        let shape = format!("{}#{}", constraint.bundle, constraint.shape);
        let version = self.versions.get(&constraint.version)?;
        version.unused.get(&shape).map(String::as_str)
    }

    /// Every shape of a version as `bundle#Name`.
    pub fn shapes(&self, version: SpecVersion) -> impl Iterator<Item = String> {
        self.versions
            .get(&version)
            .into_iter()
            .flat_map(|found| &found.shapes)
            .flat_map(|(name, bundles)| {
                bundles.iter().map(move |bundle| format!("{bundle}#{name}"))
            })
    }

    /// The bundle and the name that `shape` means, and the version.
    fn find<'a>(
        &'a self,
        version: SpecVersion,
        shape: &'a str,
    ) -> Result<(&'a str, &'a str, &'a Version), SchemaError> {
        let unknown = || SchemaError::UnknownShape {
            version,
            shape: shape.to_owned(),
        };
        let found = self.versions.get(&version).ok_or_else(unknown)?;
        let (wanted, name) = match shape.split_once('#') {
            Some((bundle, name)) => (Some(bundle), name),
            None => (None, shape),
        };
        let bundles = found.shapes.get(name).ok_or_else(unknown)?;
        match (wanted, bundles.as_slice()) {
            (Some(bundle), _) if bundles.contains(&bundle) => Ok((bundle, name, found)),
            (None, [bundle]) => Ok((*bundle, name, found)),
            (None, _) => Err(SchemaError::AmbiguousShape {
                version,
                shape: name.to_owned(),
                bundles: bundles.clone(),
            }),
            (Some(_), _) => Err(unknown()),
        }
    }
}

impl Version {
    fn new(compiled: Compiled) -> Result<Self, SchemaError> {
        let mut sites = BTreeMap::new();
        let mut constraints = Vec::new();
        for (site, constraint) in compiled.constraints {
            sites.insert(site, constraints.len());
            constraints.push(constraint);
        }
        Ok(Self {
            validators: Validators::new(compiled.documents)?,
            constraints,
            sites,
            shapes: compiled.shapes,
            references: compiled.references,
            unused: compiled.unused,
        })
    }

    /// The constraint at the address of a breach.
    fn rule(&self, breach: &Breach<'_>) -> Rule {
        let address = breach.address.strip_prefix(compiler::BASE);
        let site = address.and_then(|address| address.split_once('/'));
        let constraint = site
            .and_then(|(_, site)| self.sites.get(site))
            .and_then(|index| self.constraints.get(*index));
        match constraint {
            Some(constraint) => Rule {
                constraint: constraint.id.clone(),
                says: format!("expected {}", constraint.expects),
            },
            // Every keyword the compiler writes is noted; a test holds it to that.
            None => Rule {
                constraint: breach.address.clone(),
                says: breach.masked.clone(),
            },
        }
    }
}
