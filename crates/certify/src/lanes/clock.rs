//! The real time: the parties under test live by it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use crate::{Outcome, Stop};

/// This machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the party under test lives by the real clock"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// Unix seconds of this machine's clock.
pub(super) fn unix_now() -> i64 {
    now().as_second()
}

/// The time so many seconds from now, RFC 3339 in UTC, whole seconds.
pub(super) fn time_from_now(seconds: i64) -> Outcome<String> {
    let time = now().checked_add(SignedDuration::from_secs(seconds));
    let whole = time.and_then(|time| Timestamp::from_second(time.as_second()));
    whole
        .map(|time| time.to_string())
        .map_err(|error| Stop::NotTested(error.to_string()))
}

/// Waits until a second has just begun, so that a request sent now arrives in the same second: only
/// then do rules about single seconds have one answer. At most half a second.
pub(super) async fn young_second() {
    let past = now().subsec_millisecond();
    if past > 500 {
        let rest = u64::try_from(1_000_i32.saturating_sub(past)).unwrap_or(0);
        sleep(Duration::from_millis(rest)).await;
    }
}
