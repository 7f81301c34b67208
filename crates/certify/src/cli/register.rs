//! `register`: which requirements are tested.

use std::fmt::Write;

use clap::Args;

use super::{Exit, Failure, contradictions::cell, say};
use crate::{Coverage, Numbers, SchemaJudge, Severity, constraints};

/// What to print of the register.
#[derive(Debug, Args)]
pub struct Options {
    /// End with 1 when a requirement has neither a test nor a reason.
    #[arg(long)]
    check: bool,
}

/// Prints the coverage.
pub(super) fn run(options: &Options) -> Result<Exit, Failure> {
    let coverage = Coverage::of_all_checks()?;
    let mut text = documents(&coverage);
    text.push_str(&shapes()?);
    text.push_str(&reasons(&coverage));
    let open = open(&coverage);
    text.push_str(&open);
    say(text.trim_end());
    Ok(if options.check && !open.is_empty() {
        Exit::Violated
    } else {
        Exit::Clean
    })
}

fn documents(coverage: &Coverage) -> String {
    let mut text =
        "# Coverage\n\nWhich requirements of the specification the judge tests, as \
                    `comptoir certify register` prints it. Tested means that at least one check proves the \
                    requirement, and turns red when a party breaks it.\n\n| Document | Level | Requirements | Tested | Untested with a reason | \
                    Open | Tested of testable |\n|---|---|--:|--:|--:|--:|--:|\n"
            .to_owned();
    let mut sums = [Numbers::default(); 2];
    for (document, levels) in coverage.table() {
        for (level, numbers) in levels {
            row(&mut text, document, level, numbers);
            let place = usize::from(level == Severity::Should);
            if let Some(sum) = sums.get_mut(place) {
                sum.all = sum.all.saturating_add(numbers.all);
                sum.tested = sum.tested.saturating_add(numbers.tested);
                sum.reasoned = sum.reasoned.saturating_add(numbers.reasoned);
            }
        }
    }
    for (level, numbers) in [Severity::Must, Severity::Should].into_iter().zip(sums) {
        row(&mut text, "**all**", level, numbers);
    }
    text
}

fn row(text: &mut String, document: &str, level: Severity, numbers: Numbers) {
    let open = numbers
        .all
        .saturating_sub(numbers.tested)
        .saturating_sub(numbers.reasoned);
    let level = match level {
        Severity::Must => "MUST",
        Severity::Should => "SHOULD",
    };
    let _ = writeln!(
        text,
        "| {document} | {level} | {} | {} | {} | {open} | {} |",
        numbers.all,
        numbers.tested,
        numbers.reasoned,
        percent(numbers.tested, numbers.all.saturating_sub(numbers.reasoned)),
    );
}

fn shapes() -> Result<String, Failure> {
    let judge = SchemaJudge::bundled()?;
    let mut text =
        "\n## Schema constraints\n\n| Version | Bundle | Constraints | Judged | In no message | Share |\n\
                    |---|---|--:|--:|--:|--:|\n"
            .to_owned();
    for (version, bundles) in constraints(&judge) {
        for (bundle, numbers) in bundles {
            let _ = writeln!(
                text,
                "| {version} | {bundle} | {} | {} | {} | {} |",
                numbers.all,
                numbers.tested,
                numbers.unused,
                percent(numbers.tested, numbers.all.saturating_sub(numbers.unused)),
            );
        }
    }
    Ok(text)
}

fn reasons(coverage: &Coverage) -> String {
    let mut text =
        "\n## Untested with a reason\n\n| Requirement | Level | Reason |\n|---|---|---|\n"
            .to_owned();
    for one in &coverage.requirements {
        let requirement = one.requirement;
        if let (Some(reason), false) = (&requirement.untested, one.is_proven()) {
            let level = match requirement.level {
                Severity::Must => "MUST",
                Severity::Should => "SHOULD",
            };
            let _ = writeln!(text, "| {} | {level} | {} |", requirement.id, cell(reason));
        }
    }
    text
}

/// Requirements with neither test nor reason; empty when there is none.
fn open(coverage: &Coverage) -> String {
    let mut text = String::new();
    for requirement in coverage.open() {
        if text.is_empty() {
            text.push_str("\n## Open: neither test nor reason\n\n");
        }
        let _ = writeln!(
            text,
            "- {} ({} {}): {}",
            requirement.id, requirement.document, requirement.section, requirement.text
        );
    }
    text
}

fn percent(part: usize, whole: usize) -> String {
    match part.saturating_mul(1000).checked_div(whole) {
        Some(tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
        None => "-".to_owned(),
    }
}
