//! Tests of the public interface, one module per topic.
#![expect(clippy::unwrap_used, reason = "tests")]

mod canonical_json;
mod envelope;
mod environment;
mod merchant_signature;
mod records;
mod request_signature;
mod secrets;

use jiff::Timestamp;

/// 2026-01-02T03:04:05Z, the present of most tests.
fn present() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}
