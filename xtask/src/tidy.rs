//! `cargo xtask tidy`: budgets and habits that no compiler checks.

mod evidence;
mod lengths;
mod levels;
mod links;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::command::{root, say};

/// A Rust source file of ours, with its text.
pub(crate) struct Source {
    /// Path relative to the workspace root.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Runs every check, prints all findings, fails when there is one.
pub(crate) fn run() -> Result<()> {
    let sources = sources()?;
    let mut findings = Vec::new();
    findings.extend(lengths::check(&sources)?);
    findings.extend(words::check(&root())?);
    findings.extend(levels::check(&root())?);
    findings.extend(links::check(&root())?);
    findings.extend(evidence::check(&root(), &sources)?);
    findings.extend(crate_files()?);
    findings.extend(orphans(&sources));
    if findings.is_empty() {
        say(&format!("tidy: {} files, nothing to mend", sources.len()));
        return Ok(());
    }
    for finding in &findings {
        say(&format!("tidy: {finding}"));
    }
    bail!("tidy found {} faults", findings.len())
}

/// Every `.rs` file below `crates/` and `xtask/`.
fn sources() -> Result<Vec<Source>> {
    let root = root();
    let mut paths = Vec::new();
    for folder in ["crates", "xtask"] {
        collect(&root.join(folder), "rs", &mut paths)?;
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let path = path
                .strip_prefix(&root)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            Ok(Source { path, text })
        })
        .collect()
}

/// Collects files with `extension` below `folder`, build output apart.
pub(crate) fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, extension, found)?;
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    Ok(())
}

/// Each crate has a README and a changelog.
fn crate_files() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for entry in fs::read_dir(root().join("crates"))? {
        let folder = entry?.path();
        if !folder.join("Cargo.toml").exists() {
            continue;
        }
        for name in ["README.md", "CHANGELOG.md"] {
            if !folder.join(name).exists() {
                findings.push(format!("{}: {name} is missing", folder.display()));
            }
        }
    }
    Ok(findings)
}

/// A file that no `mod` line names is never compiled.
fn orphans(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| source.path.contains("/src/") || source.path.contains("/tests/it/"))
        .filter_map(|source| {
            let name = Path::new(&source.path).file_stem()?.to_str()?;
            if ["lib", "main", "build"].contains(&name) || source.path.contains("/src/bin/") {
                return None;
            }
            let package = source.path.split("/src/").next()?.split("/tests/").next()?;
            let line = format!("mod {name};");
            let named = sources
                .iter()
                .any(|other| other.path.starts_with(package) && other.text.contains(&line));
            (!named).then(|| format!("{}: no `{line}` names this file", source.path))
        })
        .collect()
}
