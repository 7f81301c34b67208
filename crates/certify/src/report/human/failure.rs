//! Each failure explained.

use std::fmt::Write;

use super::Style;
use crate::{CheckResult, Exchange, Report, Severity, Verdict, register::requirement};

/// Most of a body that is shown, in characters; the report as JSON has all that was kept.
const BODY_MAX: usize = 4 * LINE_MAX;
/// Longest line that is shown, in characters.
const LINE_MAX: usize = 150;

/// Every check with this verdict: rule, what was found, request and response, what to change.
pub(super) fn failures(report: &Report, verdict: Verdict, style: Style) -> String {
    let mut text = String::new();
    for result in report.with_verdict(verdict) {
        let word = style.verdict(verdict, verdict.as_str());
        let id = style.bold(&result.id);
        let _ = writeln!(text, "\n{word}  {id}  ({})", result.version);
        let _ = writeln!(text, "  {}", result.title);
        text.push_str(&explained(result));
    }
    text
}

fn explained(result: &CheckResult) -> String {
    let mut text = String::new();
    for finding in &result.findings {
        let level = match finding.severity {
            Severity::Must => "must",
            Severity::Should => "should",
        };
        let _ = writeln!(text, "  {level}: {}", finding.rule);
        let _ = writeln!(text, "  found: {}", shortened(&finding.found));
    }
    // One exchange for each that a finding points to, the first time only.
    let mut shown = Vec::new();
    for number in result.findings.iter().filter_map(|one| one.exchange) {
        let mut evidence = result.evidence.iter();
        if !shown.contains(&number)
            && let Some(exchange) = evidence.find(|one| one.number == number)
        {
            shown.push(number);
            text.push_str(&exchange_text(exchange));
        }
    }
    if !result.advice.is_empty() {
        let _ = writeln!(text, "  change: {}", result.advice);
    }
    for id in &result.requirements {
        let _ = match requirement(id) {
            Some(found) => writeln!(
                text,
                "  rule: {id} ({} {}) {}",
                found.document, found.section, found.text
            ),
            None => writeln!(text, "  rule: {id}"),
        };
    }
    text
}

fn exchange_text(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut text = String::new();
    let _ = writeln!(text, "    > {} {}", request.method, request.url);
    for (name, value) in &request.headers {
        let _ = writeln!(text, "    > {name}: {}", shortened(value));
    }
    body(&mut text, "    > ", &request.body);
    let Some(response) = &exchange.response else {
        let error = exchange.error.as_deref().unwrap_or("no answer");
        let _ = writeln!(text, "    < {}", shortened(error));
        return text;
    };
    let _ = writeln!(
        text,
        "    < {} after {} ms",
        response.status, exchange.duration_ms
    );
    for (name, value) in &response.headers {
        let _ = writeln!(text, "    < {name}: {}", shortened(value));
    }
    body(&mut text, "    < ", &response.body);
    text
}

/// A body as it was sent, without line breaks, cut when it is long.
fn body(text: &mut String, margin: &str, body: &str) {
    let mut letters = body.chars().map(harmless).peekable();
    let mut left = BODY_MAX;
    while letters.peek().is_some() && left > 0 {
        let line: String = letters.by_ref().take(LINE_MAX.min(left)).collect();
        left = left.saturating_sub(LINE_MAX);
        let more = if left == 0 && letters.peek().is_some() {
            "…"
        } else {
            ""
        };
        let _ = writeln!(text, "{margin}{line}{more}");
    }
}

/// A line without control characters, which a foreign answer could use to write on the terminal.
fn shortened(line: &str) -> String {
    let mut text: String = line.chars().take(LINE_MAX).map(harmless).collect();
    if line.chars().nth(LINE_MAX).is_some() {
        text.push('…');
    }
    text
}

fn harmless(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}
