//! Words that must not stand in the repository.

use std::{fs, path::Path};

use anyhow::Result;

use super::collect;

/// What is looked for, in lower case, split so that this file does not find itself; and why.
const BANNED: [(&[&str], &str); 5] = [
    (&["to", "do:"], "finish it, or name it in the changelog"),
    (&["fix", "me"], "finish it, or name it in the changelog"),
    (
        &["production", "-ready"],
        "a claim without a command that shows it",
    ),
    (&["blazing", "ly"], "marketing"),
    (&["/work", "/main"], "a path of one machine"),
];

/// Files with a banned word.
pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for folder in ["crates", "xtask", "docs"] {
        for extension in ["rs", "md", "html", "js", "css", "toml", "sql"] {
            collect(&root.join(folder), extension, &mut paths)?;
        }
    }
    paths.push(root.join("README.md"));
    let mut findings = Vec::new();
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let text = text.to_lowercase();
        for (parts, why) in BANNED {
            let word = parts.concat();
            if text.contains(&word) {
                let path = path.strip_prefix(root).unwrap_or(&path);
                findings.push(format!("{}: contains `{word}`: {why}", path.display()));
            }
        }
    }
    Ok(findings)
}
