//! Relative links of the documentation lead to files, and the book's contents name every page.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::collect;

/// Links that lead nowhere, and pages that no reader of the book would find.
pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let mut pages = Vec::new();
    for folder in ["docs", "crates"] {
        collect(&root.join(folder), "md", &mut pages)?;
    }
    pages.push(root.join("README.md"));
    let mut findings = Vec::new();
    for page in &pages {
        let text =
            fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
        for target in broken(page, &text) {
            findings.push(format!("{}: `{target}` leads nowhere", page.display()));
        }
    }
    findings.extend(unnamed(&root.join("docs/src"))?);
    Ok(findings)
}

/// Targets of relative links that do not exist, seen from the page's folder.
fn broken(page: &Path, text: &str) -> Vec<String> {
    let folder = page.parent().unwrap_or(page);
    targets(text)
        .into_iter()
        .filter(|target| {
            let path = target.split('#').next().unwrap_or_default();
            let outside = target.contains("://") || target.starts_with("mailto:");
            !outside && !path.is_empty() && !folder.join(path).exists()
        })
        .collect()
}

/// Whatever stands in `](...)` outside code.
fn targets(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let mut rest = line;
        while let Some((_, after)) = rest.split_once("](") {
            let Some((target, tail)) = after.split_once(')') else {
                break;
            };
            found.push(target.split(' ').next().unwrap_or_default().to_owned());
            rest = tail;
        }
    }
    found
}

/// Pages below `book` that its `SUMMARY.md` does not name.
fn unnamed(book: &Path) -> Result<Vec<String>> {
    let summary = fs::read_to_string(book.join("SUMMARY.md"))
        .with_context(|| format!("{} has no SUMMARY.md", book.display()))?;
    let named: Vec<PathBuf> = targets(&summary)
        .iter()
        .map(|target| book.join(target))
        .collect();
    let mut pages = Vec::new();
    collect(book, "md", &mut pages)?;
    Ok(pages
        .iter()
        .filter(|page| !page.ends_with("SUMMARY.md") && !named.contains(page))
        .map(|page| format!("SUMMARY.md does not name {}", page.display()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code() {
        let text = "[a](b.md) ![c](d/e.png \"f\") [g](h.md#i)\n```\n[no](link.md)\n```\n[j](#k)";
        assert_eq!(targets(text), ["b.md", "d/e.png", "h.md#i", "#k"]);
    }

    #[test]
    fn a_link_to_nothing_is_named() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let text = "[a](src/main.rs) [b](nowhere.md) [c](https://example.com/x) [d](#e) [f](src#g)";
        assert_eq!(broken(&page, text), ["nowhere.md"]);
    }
}
