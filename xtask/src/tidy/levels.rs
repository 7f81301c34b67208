//! A crate may use only crates of a lower level.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};

/// The rooms and their levels, as the architecture page lists them.
const LEVELS: [(&str, u8); 18] = [
    // The judge stands outside: level 0 lets it use none of the others.
    ("comptoir-certify", 0),
    ("comptoir-acp", 0),
    ("comptoir-signing", 1),
    ("comptoir-feed", 1),
    ("comptoir-client", 1),
    ("comptoir-commerce", 2),
    ("comptoir-rank", 2),
    ("comptoir-store", 3),
    ("comptoir-http", 3),
    ("comptoir-search", 3),
    ("comptoir-webhooks", 4),
    ("comptoir-processors", 4),
    ("comptoir-seller", 5),
    ("comptoir-backends", 5),
    ("comptoir-psp", 5),
    ("comptoir-agent", 6),
    ("comptoir", 7),
    ("comptoir-faults", 8),
];

/// Neighbours on one level that may use each other: the left one uses the right one.
const NEIGHBOURS: [(&str, &str); 4] = [
    ("comptoir-client", "comptoir-signing"),
    ("comptoir-http", "comptoir-store"),
    ("comptoir-backends", "comptoir-seller"),
    ("comptoir-feed", "comptoir-signing"),
];

/// Dependencies that point upwards or sideways without being listed.
pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let levels: BTreeMap<&str, u8> = LEVELS.into_iter().collect();
    let mut findings = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let manifest = entry?.path().join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else {
            continue;
        };
        let tree: toml::Table = text
            .parse()
            .with_context(|| format!("cannot parse {}", manifest.display()))?;
        let name = tree
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(toml::Value::as_str)
            .unwrap_or_default();
        let Some(level) = levels.get(name) else {
            findings.push(format!("{}: `{name}` has no level", manifest.display()));
            continue;
        };
        let used = tree.get("dependencies").and_then(toml::Value::as_table);
        for dependency in used.into_iter().flat_map(toml::Table::keys) {
            let Some(below) = levels.get(dependency.as_str()) else {
                continue;
            };
            let neighbour = NEIGHBOURS.contains(&(name, dependency.as_str()));
            if below >= level && !neighbour {
                findings.push(format!(
                    "{name} (level {level}) uses {dependency} (level {below})"
                ));
            }
        }
    }
    Ok(findings)
}
