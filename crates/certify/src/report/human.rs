//! A report for people at a terminal.

mod failure;
mod style;
mod untested;

use std::fmt::Write;

use crate::{Report, Verdict};
use failure::failures;
pub(crate) use style::Style;
use untested::untested;

/// The whole summary: table, failures, what was not tested and why, verdict.
pub(crate) fn summary(report: &Report, style: Style) -> String {
    let mut text = String::new();
    text.push('\n');
    text.push_str(&table(report, style));
    text.push_str(&failures(report, Verdict::Violated, style));
    text.push_str(&failures(report, Verdict::Warning, style));
    text.push_str(&untested(report, style));
    text.push('\n');
    text.push_str(&style.bold(&verdict_line(report)));
    text
}

/// One line: how many checks ended how.
pub(crate) fn verdict_line(report: &Report) -> String {
    let counts: Vec<_> = report
        .counts()
        .into_iter()
        .map(|(verdict, number)| format!("{number} {verdict}"))
        .collect();
    format!(
        "{}, {}: {} ({} checks, {} requests, {})",
        report.target,
        report.profile,
        counts.join(", "),
        report.results.len(),
        report.requests,
        seconds(report.duration_ms),
    )
}

/// Milliseconds as seconds with one decimal.
pub(crate) fn seconds(milliseconds: u64) -> String {
    let tenths = milliseconds.saturating_add(50) / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

/// One row for each lane and topic, one column for each verdict.
fn table(report: &Report, style: Style) -> String {
    let mut text = format!("{:<18}{:<14}", "lane", "topic");
    for verdict in Verdict::ALL {
        let _ = write!(text, "{:>16}", verdict.as_str());
    }
    let mut text = format!("{}\n", style.bold(&text));
    for (lane, topics) in report.table() {
        for (topic, counts) in topics {
            let _ = write!(text, "{lane:<18}{topic:<14}");
            for verdict in Verdict::ALL {
                let number = counts.get(&verdict).copied().unwrap_or_default();
                let shown = if number == 0 {
                    "-".to_owned()
                } else {
                    number.to_string()
                };
                let cell = format!("{shown:>16}");
                text.push_str(&if number == 0 {
                    style.dim(&cell)
                } else {
                    style.verdict(verdict, &cell)
                });
            }
            text.push('\n');
        }
    }
    text
}
