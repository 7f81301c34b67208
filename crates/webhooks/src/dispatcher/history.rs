//! What the outbox keeps of a delivery's earlier attempts.
//!
//! The store counts leases, but not every lease leads to an attempt. The true history stands at the
//! head of the reason kept with the delivery, where an operator reads it too:
//! `attempt 9 at 2026-01-05T00:00:00Z, due 2026-01-05T06:10:00Z: status 500`.

use comptoir_store::DeliveryRow;
use jiff::Timestamp;

/// Attempts so far; all times in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct History {
    /// Real attempts.
    pub(super) tries: i64,
    /// When the last one was.
    pub(super) tried_at: i64,
    /// When the schedule wants the next one.
    pub(super) due_at: i64,
}

impl History {
    /// The history of a delivery; of one never tried, or with a reason in no known form, the empty
    /// one, which is due at once.
    pub(super) fn of(delivery: &DeliveryRow) -> Self {
        delivery
            .last_error
            .as_deref()
            .and_then(Self::parse)
            .unwrap_or_default()
    }

    fn parse(reason: &str) -> Option<Self> {
        let (head, _) = reason.strip_prefix("attempt ")?.split_once(": ")?;
        let (tries, rest) = head.split_once(" at ")?;
        let (tried_at, due_at) = rest.split_once(", due ")?;
        let micros = |text: &str| {
            text.parse::<Timestamp>()
                .ok()
                .map(Timestamp::as_microsecond)
        };
        Some(Self {
            tries: tries.parse().ok()?,
            tried_at: micros(tried_at)?,
            due_at: micros(due_at)?,
        })
    }

    /// The text to keep, with the newest reason behind the history.
    pub(super) fn describe(self, reason: &str) -> String {
        let text = |micros| Timestamp::from_microsecond(micros).unwrap_or_default();
        format!(
            "attempt {} at {}, due {}: {reason}",
            self.tries,
            text(self.tried_at),
            text(self.due_at)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_survives_the_text_whatever_the_reason_says() {
        let history = History {
            tries: 9,
            tried_at: 1_767_323_045_000_001,
            due_at: 1_767_344_645_000_000,
        };
        for reason in ["status 500", "", "attempt 3 at x, due y: z"] {
            assert_eq!(History::parse(&history.describe(reason)), Some(history));
        }
    }

    #[test]
    fn other_texts_have_no_history() {
        for text in [
            "",
            "status 500",
            "attempt",
            "attempt 1: no",
            "attempt x at y, due z: r",
            "attempt 1 at , due : r",
        ] {
            assert_eq!(History::parse(text), None, "{text}");
        }
    }
}
