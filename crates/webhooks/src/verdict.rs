//! What the outcome of an attempt means for the delivery.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::sender::{Reply, SendError};

/// What to do with a delivery after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Acknowledged: done.
    Delivered,
    /// The receiver is gone for good (410): stop sending to it.
    Gone,
    /// Try again, after the pause that the receiver asked for, if it did.
    Retry {
        /// The receiver's `Retry-After`, with 429 and 503 only.
        asked: Option<Duration>,
        /// Why, for the operator. Never quotes the answer's body.
        reason: String,
        /// Whether the receiver could not be reached, did not answer, or a gateway in front of it
        /// said so (502 to 504, no `Retry-After`): any other delivery would fare the same.
        is_unreachable: bool,
    },
}

impl Verdict {
    /// Judges the outcome of one attempt.
    #[must_use]
    pub fn of(outcome: &Result<Reply, SendError>, now: Timestamp) -> Self {
        match outcome {
            Ok(Reply {
                status: 200..=299, ..
            }) => Self::Delivered,
            Ok(Reply { status: 410, .. }) => Self::Gone,
            Ok(reply) => {
                let slows_down = matches!(reply.status, 429 | 503);
                let asked = reply.retry_after.as_deref().filter(|_| slows_down);
                let asked = asked.and_then(|text| parse_retry_after(text, now));
                Self::Retry {
                    is_unreachable: matches!(reply.status, 502..=504) && asked.is_none(),
                    asked,
                    reason: format!("status {}", reply.status),
                }
            }
            Err(error) => {
                let reason = match std::error::Error::source(error) {
                    Some(cause) => format!("{error}: {cause}"),
                    None => error.to_string(),
                };
                Self::Retry {
                    asked: None,
                    reason,
                    is_unreachable: true,
                }
            }
        }
    }
}

/// Seconds, or a date (RFC 9110, section 10.2.3); a date in the past is no pause.
fn parse_retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let at = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}
