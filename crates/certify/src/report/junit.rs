//! A report as `JUnit` XML, for the test pages of build servers.

use std::{collections::BTreeMap, fmt::Write};

use super::log;
use crate::{CheckResult, Lane, Report, SpecVersion, Topic, Verdict};

/// The report as one document: a suite for each version, lane and topic. A violation is a failure,
/// a check that was not tested or does not apply is skipped, and never a success; a warning succeeds
/// and says so in its output.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut suites: BTreeMap<(SpecVersion, Lane, Topic), Vec<&CheckResult>> = BTreeMap::new();
    for result in &report.results {
        let suite = (result.version, result.lane, result.topic);
        suites.entry(suite).or_default().push(result);
    }
    let all: Vec<_> = report.results.iter().collect();
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let _ = writeln!(
        xml,
        "<testsuites name=\"{}\" {}>",
        escaped(&format!("{} {}", report.target, report.profile)),
        numbers(&all, report.duration_ms),
    );
    for ((version, lane, topic), results) in suites {
        let time = results.iter().map(|one| one.duration_ms).sum();
        let _ = writeln!(
            xml,
            "<testsuite name=\"{lane}.{topic} {version}\" timestamp=\"{}\" {}>",
            report.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
            numbers(&results, time),
        );
        for result in results {
            xml.push_str(&case(result));
        }
        xml.push_str("</testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn numbers(results: &[&CheckResult], duration_ms: u64) -> String {
    let ended = |wanted: &[Verdict]| {
        let mut count = 0_usize;
        for result in results {
            count = count.saturating_add(usize::from(wanted.contains(&result.verdict)));
        }
        count
    };
    format!(
        "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}\"",
        results.len(),
        ended(&[Verdict::Violated]),
        ended(&[Verdict::NotApplicable, Verdict::NotTested]),
        seconds(duration_ms),
    )
}

fn case(result: &CheckResult) -> String {
    let mut xml = format!(
        "<testcase name=\"{}\" classname=\"{}.{}\" time=\"{}\">",
        escaped(&format!("{}: {}", result.id, result.title)),
        result.lane,
        result.topic,
        seconds(result.duration_ms),
    );
    let rule = |result: &CheckResult| {
        let finding = result.findings.first();
        finding.map_or_else(String::new, |one| format!("{}: {}", one.rule, one.found))
    };
    match result.verdict {
        Verdict::Pass => {}
        Verdict::Violated => {
            let _ = write!(
                xml,
                "<failure type=\"violated\" message=\"{}\">{}</failure>",
                escaped(&rule(result)),
                escaped(&details(result)),
            );
        }
        Verdict::Warning => {
            let _ = write!(
                xml,
                "<system-out>{}</system-out>",
                escaped(&format!("warning: {}\n{}", rule(result), details(result))),
            );
        }
        Verdict::NotApplicable | Verdict::NotTested => {
            let reason = result.reason.as_deref().unwrap_or_default();
            let _ = write!(
                xml,
                "<skipped message=\"{}\"/>",
                escaped(&format!("{}: {reason}", result.verdict)),
            );
        }
    }
    xml.push_str("</testcase>\n");
    xml
}

fn details(result: &CheckResult) -> String {
    let requirements = result.requirements.join(", ");
    format!(
        "{}\nchange: {}\nrequirements: {requirements}\n",
        log::check(result),
        result.advice,
    )
}

/// Milliseconds in the form of an XML decimal.
fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// Text for content and attributes. Characters that XML 1.0 cannot hold become question marks.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => safe.push(letter),
            _ => safe.push('?'),
        }
    }
    safe
}
