//! Reading the error of a peer, whatever its shape.

use comptoir_acp::{
    error::{Error, ErrorCode, ErrorType},
    version::ApiVersion,
};
use serde_json::Value;

/// Longest text that is taken over from a peer, in characters.
const TEXT_CHARS_MAX: usize = 500;

/// A run of digits this long may be a card number and is masked.
const MASKED_DIGITS_MIN: usize = 12;

/// Reads a flat error, or one wrapped in `error` as the specification's own documents had it for
/// months. What is missing is made up from the status, so that every answer can be handled alike.
pub(crate) fn read(status: u16, body: &[u8], bearer: &str) -> Error {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = document
        .get("error")
        .filter(|inner| inner.is_object())
        .unwrap_or(&document);
    let text = |name: &str| {
        error
            .get(name)
            .and_then(Value::as_str)
            .map(|text| clean(text, bearer))
    };
    let r#type = text("type")
        .and_then(|name| name.parse().ok())
        .unwrap_or_else(|| type_of(status));
    let code = text("code").map_or_else(|| code_of(status), ErrorCode::from);
    let message = text("message").unwrap_or_else(|| format!("HTTP status {status}"));
    let versions = error.get("supported_versions").and_then(Value::as_array);
    Error {
        param: text("param"),
        supported_versions: versions.map(|list| known_versions(list)),
        ..Error::new(r#type, code, message)
    }
}

fn type_of(status: u16) -> ErrorType {
    match status {
        429 => ErrorType::RateLimitExceeded,
        503 => ErrorType::ServiceUnavailable,
        500.. => ErrorType::ProcessingError,
        _ => ErrorType::InvalidRequest,
    }
}

fn code_of(status: u16) -> ErrorCode {
    match status {
        300..=399 => ErrorCode::new("redirect_refused"),
        404 => ErrorCode::NOT_FOUND,
        _ => ErrorCode::new("unreadable_error"),
    }
}

fn known_versions(list: &[Value]) -> Vec<ApiVersion> {
    list.iter()
        .filter_map(Value::as_str)
        .filter_map(|date| date.parse().ok())
        .collect()
}

/// One line without control characters, without our key and without anything like a card number.
fn clean(text: &str, bearer: &str) -> String {
    let text = if bearer.is_empty() {
        text.to_owned()
    } else {
        text.replace(bearer, "***")
    };
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TEXT_CHARS_MAX)
        .collect();
    mask_digits(&line)
}

/// Masks runs of digits, also when spaces or dashes group them.
fn mask_digits(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut run = String::new();
    for c in line.chars().chain(std::iter::once('\n')) {
        let grouped = matches!(c, ' ' | '-') && !run.is_empty();
        if c.is_ascii_digit() || grouped {
            run.push(c);
            continue;
        }
        let digits = run.chars().filter(char::is_ascii_digit).count();
        out.push_str(if digits >= MASKED_DIGITS_MIN {
            "***"
        } else {
            &run
        });
        run.clear();
        if c != '\n' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_wrapped_and_broken_errors_are_all_read() {
        let flat = br#"{"type":"invalid_request","code":"c","message":"m","param":"$.a"}"#;
        let wrapped =
            br#"{"error":{"type":"invalid_request","code":"c","message":"m","param":"$.a"}}"#;
        assert_eq!(read(400, flat, "k"), read(400, wrapped, "k"));
        let made_up = read(502, b"<html>", "k");
        assert_eq!(made_up.r#type, ErrorType::ProcessingError);
        assert_eq!(made_up.code, "unreadable_error");
        assert_eq!(
            read(401, br#"{"type":"authentication_error"}"#, "k").r#type,
            ErrorType::InvalidRequest
        );
    }

    #[test]
    fn a_peer_cannot_echo_secrets_into_our_logs() {
        let body = br#"{"type":"invalid_request","code":"c",
            "message":"key sk_1 card 4242 4242-4242 4242 amount 1234\nx"}"#;
        assert_eq!(
            read(400, body, "sk_1").message,
            "key *** card ***amount 1234 x"
        );
    }
}
