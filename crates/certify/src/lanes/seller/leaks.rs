//! What no answer may hold: nulls, secrets, innards, other people's data.

mod documents;
mod errors;
mod foreign;
mod headers;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(documents::checks());
    checks.extend(errors::checks());
    checks.extend(foreign::checks());
    checks.extend(headers::checks());
    checks
}

/// Marks of stack traces, databases, source files and machines.
const INNARDS: [&str; 26] = [
    "traceback (most recent",
    "panicked at",
    "stack backtrace",
    "stacktrace",
    "stack_trace",
    "\\n    at ",
    ".rs:",
    ".py\\\"",
    ".js:",
    ".ts:",
    ".java:",
    ".go:",
    ".php",
    "node_modules",
    "site-packages",
    "java.lang.",
    "system.exception",
    "nullpointer",
    "sqlstate",
    "sqlite",
    "postgres",
    "select * from",
    "syntax error at or near",
    "/home/",
    "/usr/lib",
    "/var/www",
];

/// The first mark of a server's inside in a body.
pub(super) fn innards(body: &str) -> Option<&'static str> {
    let body = body.to_lowercase();
    INNARDS.into_iter().find(|mark| body.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Traces are recognised, plain errors are not.
    #[test]
    fn innards_are_recognised() {
        for body in [
            r#"{"message":"Traceback (most recent call last)"}"#,
            r#"{"message":"thread 'main' panicked at src/main.rs:7"}"#,
            r#"{"message":"Error\n    at Object.<anonymous> (/app/index.js:3:9)"}"#,
            r#"{"message":"SQLSTATE[42P01]"}"#,
        ] {
            assert!(innards(body).is_some(), "{body}");
        }
        let plain =
            r#"{"type":"invalid_request","code":"invalid","message":"the value is not valid"}"#;
        assert_eq!(innards(plain), None);
    }
}
