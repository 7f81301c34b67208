//! Time and chance.

use aws_lc_rs::rand;
use jiff::{SignedDuration, Timestamp};

/// The present moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the parties run by the real clock, as those under test do"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The moment that many seconds after `from`; the last there is, beyond the calendar's end.
pub(crate) fn later(from: Timestamp, seconds: i64) -> Timestamp {
    from.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

/// A new id that nobody can guess.
pub(crate) fn fresh(prefix: &str) -> String {
    let mut bytes = [0_u8; 16];
    rand::fill(&mut bytes).unwrap();
    format!("{prefix}_{}", hex::encode(bytes))
}
