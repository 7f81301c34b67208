//! What was not tested, by reason.

use std::{collections::BTreeMap, fmt::Write};

use super::Style;
use crate::{Report, Verdict};

/// Ids that are listed for one reason; the rest is counted.
const IDS_MAX: usize = 3;

/// Checks that were not tested or do not apply, grouped by the reason, which names the setting that
/// would enable them; the largest group first.
pub(super) fn untested(report: &Report, style: Style) -> String {
    let mut text = String::new();
    for verdict in [Verdict::NotApplicable, Verdict::NotTested] {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for result in report.with_verdict(verdict) {
            let reason = result.reason.as_deref().unwrap_or("no reason given");
            groups.entry(reason).or_default().push(&result.id);
        }
        if groups.is_empty() {
            continue;
        }
        let all: usize = groups.values().map(Vec::len).sum();
        let word = style.verdict(verdict, verdict.as_str());
        let _ = writeln!(text, "\n{word}: {}", counted(all));
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
        for (reason, ids) in groups {
            let _ = writeln!(text, "{:>5}  {reason}", ids.len());
            let _ = writeln!(text, "       {}", style.dim(&some_of(&ids)));
        }
    }
    text
}

fn some_of(ids: &[&str]) -> String {
    let shown: Vec<_> = ids.iter().take(IDS_MAX).copied().collect();
    match ids.len().saturating_sub(IDS_MAX) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn counted(number: usize) -> String {
    match number {
        1 => "1 check".to_owned(),
        _ => format!("{number} checks"),
    }
}
