//! What a report says, as a test asks it.

use std::{collections::BTreeSet, fmt::Write};

use anyhow::{Result, ensure};
use comptoir_certify::{CheckResult, Lane, Report, Verdict};

use crate::known::KNOWN_VIOLATIONS;

/// One line: how many checks ended how.
pub(crate) fn line(report: &Report) -> String {
    let counts = report.counts().into_iter();
    let parts: Vec<_> = counts
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    parts.join(", ")
}

/// Fails on a violation that is not known, with what was found, and on a known one of this lane that
/// is none any more.
pub(crate) fn only_known(lane: Lane, results: &[CheckResult]) -> Result<()> {
    let mut violated: Vec<_> = results.iter().collect();
    violated.retain(|result| result.verdict == Verdict::Violated);
    let unknown: Vec<_> = violated
        .iter()
        .filter(|result| !KNOWN_VIOLATIONS.contains(&result.id.as_str()))
        .map(|result| told(result))
        .collect();
    ensure!(unknown.is_empty(), "violated:\n{}", unknown.join("\n"));
    let violated: BTreeSet<_> = violated.iter().map(|result| result.id.as_str()).collect();
    let prefix = format!("{lane}.");
    let stale: Vec<_> = KNOWN_VIOLATIONS
        .iter()
        .filter(|id| id.starts_with(&prefix) && !violated.contains(**id))
        .collect();
    ensure!(
        stale.is_empty(),
        "mended, strike them off the list: {stale:?}"
    );
    Ok(())
}

/// Nothing is green, and nothing red, that the party does not offer.
pub(crate) fn not_offered(report: &Report) -> Result<()> {
    let others: Vec<_> = report
        .results
        .iter()
        .filter(|result| result.verdict != Verdict::NotApplicable)
        .map(|result| format!("{} {}: {}", result.version, result.id, result.verdict))
        .collect();
    ensure!(
        others.is_empty(),
        "not offered, but:\n{}",
        others.join("\n")
    );
    Ok(())
}

/// Of a lane whose features are not offered, only the few rules that bind every seller are green,
/// such as passing over what it does not know.
pub(crate) fn only_what_binds_any_seller(report: &Report) -> Result<()> {
    let all = report.results.len();
    let mut applied: Vec<_> = report.results.iter().collect();
    applied.retain(|result| result.verdict != Verdict::NotApplicable);
    let good = applied.iter().all(|one| one.verdict == Verdict::Pass);
    let ids: Vec<_> = applied.iter().map(|one| one.id.as_str()).collect();
    ensure!(good && ids.len() * 10 < all, "of {all} checks: {ids:?}");
    Ok(())
}

fn told(result: &CheckResult) -> String {
    let mut text = format!("{} by {}: {}", result.id, result.version, result.title);
    for finding in &result.findings {
        let _ = write!(text, "\n    {}: {}", finding.rule, finding.found);
    }
    text
}
