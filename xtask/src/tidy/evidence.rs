//! Tables of the documentation that name a test for every case: the tests exist, and say which case
//! they are for.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::Source;

/// A page with a table whose first column is a case, and whose rows name tests as
/// `path/of/file.rs::name_of_test`.
struct Table {
    page: &'static str,
    /// Every case, in order; the word that a test must use for it.
    cases: fn() -> Vec<Case>,
}

struct Case {
    /// As the first column has it.
    id: String,
    /// One of these stands in the name of the test, in lower case.
    names: Vec<String>,
    /// Or these all stand as words in the comment above it, in lower case.
    words: [String; 2],
}

const TABLES: [Table; 2] = [
    Table {
        page: "docs/src/field-defects.md",
        cases: defects,
    },
    Table {
        page: "docs/src/malformed-input.md",
        cases: malformed,
    },
];

fn defects() -> Vec<Case> {
    (1..=37)
        .map(|number| Case {
            id: number.to_string(),
            names: vec![format!("defect_{number:02}")],
            words: ["defect".to_owned(), number.to_string()],
        })
        .collect()
}

fn malformed() -> Vec<Case> {
    (1..=18)
        .map(|number| Case {
            id: format!("P-{number:02}"),
            names: vec![format!("p{number:02}_")],
            words: [format!("p-{number:02}"), format!("p-{number:02}")],
        })
        .collect()
}

/// Cases without a row, rows without a test, tests that do not exist or do not say what they show.
pub(super) fn check(root: &Path, sources: &[Source]) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for table in &TABLES {
        let text = fs::read_to_string(root.join(table.page))
            .with_context(|| format!("cannot read {}", table.page))?;
        for case in (table.cases)() {
            let row = text
                .lines()
                .find(|line| first_column(line) == Some(case.id.as_str()));
            let Some(row) = row else {
                findings.push(format!("{}: no row for {}", table.page, case.id));
                continue;
            };
            let tests = tests_of(row);
            if tests.is_empty() {
                findings.push(format!("{}: no test for {}", table.page, case.id));
            }
            findings.extend(tests.into_iter().filter_map(|(path, name)| {
                let fault = fault(sources, path, name, &case)?;
                Some(format!(
                    "{}: {}: {path}::{name} {fault}",
                    table.page, case.id
                ))
            }));
        }
    }
    Ok(findings)
}

fn first_column(line: &str) -> Option<&str> {
    line.strip_prefix('|')?.split('|').next().map(str::trim)
}

/// `path.rs::name` in code spans.
fn tests_of(row: &str) -> Vec<(&str, &str)> {
    row.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|span| span.split_once("::"))
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|kind| kind == "rs"))
        .collect()
}

/// What is wrong with a named test; nothing when it is there and says which case it is for.
fn fault(sources: &[Source], path: &str, name: &str, case: &Case) -> Option<&'static str> {
    let Some(source) = sources.iter().find(|source| source.path == path) else {
        return Some("is in no such file");
    };
    let Some(around) = around(&source.text, name) else {
        return Some("does not exist");
    };
    if !around.iter().any(|line| is_test_attribute(line)) {
        return Some("is no test");
    }
    let comments: Vec<&str> = around
        .iter()
        .filter(|line| line.starts_with("//"))
        .copied()
        .collect();
    let comment = comments.join(" ").to_lowercase();
    let words: Vec<&str> = comment
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '-'))
        .collect();
    let said = case.words.iter().all(|word| {
        words
            .iter()
            .any(|found| found == word || found.strip_suffix('s') == Some(word))
    });
    let named = case.names.iter().any(|known| name.contains(known.as_str()));
    (!said && !named).then_some("does not say what it is for")
}

/// The comments and attributes right above a function and at the start of its body, or nothing when
/// there is no such function.
fn around<'a>(text: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let call = format!("fn {name}(");
    let place = lines.iter().position(|line| {
        line.strip_prefix("async ")
            .unwrap_or(line)
            .starts_with(&call)
    })?;
    let above = lines.get(..place)?.iter().rev();
    let inside = lines.get(place + 1..)?.iter();
    let above = above.take_while(|line| line.starts_with("//") || line.starts_with("#["));
    let inside = inside.take_while(|line| line.starts_with("//"));
    // Comments above were collected upwards: two words of one case need not follow each other.
    Some(above.chain(inside).copied().collect())
}

fn is_test_attribute(line: &str) -> bool {
    ["#[test]", "#[tokio::test]", "#[tokio::test("]
        .iter()
        .any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
// Field defects 3 and 14: a test.
#[tokio::test(flavor = \"multi_thread\")]
async fn both() {}

#[test]
fn defect_07_by_name() {}

#[test]
fn silent() {}

// Field defect 3.
fn helper() {}
";

    fn fault_of(name: &str, number: usize) -> Option<&'static str> {
        let sources = [Source {
            path: "crates/a/tests/it/b.rs".to_owned(),
            text: TEXT.to_owned(),
        }];
        let case = defects().remove(number - 1);
        fault(&sources, "crates/a/tests/it/b.rs", name, &case)
    }

    #[test]
    fn tests_are_recognised() {
        assert_eq!(fault_of("both", 3), None);
        assert_eq!(fault_of("both", 14), None);
        assert_eq!(fault_of("both", 4), Some("does not say what it is for"));
        assert_eq!(fault_of("defect_07_by_name", 7), None);
        assert_eq!(fault_of("silent", 7), Some("does not say what it is for"));
        assert_eq!(fault_of("helper", 3), Some("is no test"));
        assert_eq!(fault_of("gone", 3), Some("does not exist"));
    }

    #[test]
    fn rows_name_their_tests() {
        let row = "| 7 | one `word` | `crates/a/tests/it/b.rs::both`, `c.rs::d` |";
        assert_eq!(first_column(row), Some("7"));
        let tests = [("crates/a/tests/it/b.rs", "both"), ("c.rs", "d")];
        assert_eq!(tests_of(row), tests);
    }
}
