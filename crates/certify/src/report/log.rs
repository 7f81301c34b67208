//! Requests and responses as plain text, whole: for logs that go to somebody else.

use std::fmt::Write;

use crate::{CheckResult, Exchange};

/// A check with its verdict, findings and every exchange.
pub(crate) fn check(result: &CheckResult) -> String {
    let mut text = format!(
        "{}  {}  ({})\n{}\n",
        result.verdict, result.id, result.version, result.title
    );
    if let Some(reason) = &result.reason {
        let _ = writeln!(text, "reason: {reason}");
    }
    for finding in &result.findings {
        let _ = writeln!(text, "rule: {}\nfound: {}", finding.rule, finding.found);
    }
    for exchange in &result.evidence {
        text.push('\n');
        text.push_str(&self::exchange(exchange));
    }
    text
}

/// One request with what came back.
pub(crate) fn exchange(exchange: &Exchange) -> String {
    let mut text = format!("#{}\n{}", exchange.number, request(exchange));
    let _ = write!(text, "\n\n{}\n", response(exchange));
    text
}

/// The request: method and address, headers, body.
pub(crate) fn request(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let start = format!("{} {}", request.method, request.url);
    message(start, &request.headers, &request.body)
}

/// The response: status and time, headers, body; or why there is none.
pub(crate) fn response(exchange: &Exchange) -> String {
    let Some(response) = &exchange.response else {
        let error = exchange.error.as_deref().unwrap_or("no answer");
        return format!("{error} after {} ms", exchange.duration_ms);
    };
    message(
        format!("{} after {} ms", response.status, exchange.duration_ms),
        &response.headers,
        &response.body,
    )
}

fn message(start: String, headers: &[(String, String)], body: &str) -> String {
    let mut text = start;
    for (name, value) in headers {
        let _ = write!(text, "\n{name}: {value}");
    }
    if !body.is_empty() {
        let _ = write!(text, "\n\n{}", readable(body));
    }
    text
}

/// JSON with line breaks; anything else as it is.
pub(crate) fn readable(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .and_then(|json| serde_json::to_string_pretty(&json))
        .unwrap_or_else(|_| body.to_owned())
}
