//! How often something may happen: bounded fixed windows, counted in memory.
//!
//! Limits protect against card testing and token guessing. They are per process and start anew at a
//! restart; that is enough to make either attack slow, and keeps card fingerprints off the disk.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// So many events in so long a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Events that pass in one window.
    pub events_max: u32,
    /// Length of the window.
    pub window: SignedDuration,
}

/// How often callers may do what attackers do often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VelocityLimits {
    /// `delegate_payment` calls by one agent. Default 600 a minute.
    pub delegations_per_agent: Limit,
    /// `delegate_payment` calls with one card, whoever calls. Default 60 an hour.
    pub delegations_per_card: Limit,
    /// Charges on tokens that do not exist, by one merchant. Default 60 a minute.
    pub unknown_tokens_per_merchant: Limit,
}

impl Default for VelocityLimits {
    fn default() -> Self {
        Self {
            delegations_per_agent: Limit {
                events_max: 600,
                window: SignedDuration::from_secs(60),
            },
            delegations_per_card: Limit {
                events_max: 60,
                window: SignedDuration::from_secs(3_600),
            },
            unknown_tokens_per_merchant: Limit {
                events_max: 60,
                window: SignedDuration::from_secs(60),
            },
        }
    }
}

impl VelocityLimits {
    /// Limits that load tests and demonstrations with a handful of test cards do not reach.
    #[must_use]
    pub const fn relaxed() -> Self {
        let limit = Limit {
            events_max: 1_000_000,
            window: SignedDuration::from_secs(60),
        };
        Self {
            delegations_per_agent: limit,
            delegations_per_card: limit,
            unknown_tokens_per_merchant: limit,
        }
    }
}

/// Most keys that one counter remembers. A new key is refused when so many are within their window.
const KEYS_MAX: usize = 100_000;

/// Counts events per key against one [`Limit`].
#[derive(Debug)]
pub(crate) struct Counter<K> {
    limit: Limit,
    windows: Mutex<HashMap<K, Window>>,
}

#[derive(Debug)]
struct Window {
    started: Timestamp,
    events: u32,
}

impl<K: std::hash::Hash + Eq> Counter<K> {
    pub(crate) fn new(limit: Limit) -> Self {
        Self {
            limit,
            windows: Mutex::new(HashMap::new()),
        }
    }

    /// Counts one event. `Err` holds the seconds until the window of this key ends.
    pub(crate) fn count(&self, key: K, now: Timestamp) -> Result<(), u32> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= KEYS_MAX && !windows.contains_key(&key) {
            windows.retain(|_, window| !self.is_over(window, now));
            if windows.len() >= KEYS_MAX {
                return Err(self.seconds_left(now, now));
            }
        }
        let window = windows.entry(key).or_insert(Window {
            started: now,
            events: 0,
        });
        if self.is_over(window, now) {
            *window = Window {
                started: now,
                events: 0,
            };
        }
        if window.events >= self.limit.events_max {
            return Err(self.seconds_left(window.started, now));
        }
        window.events = window.events.saturating_add(1);
        Ok(())
    }

    /// A clock that went back does not lengthen a window: it starts a new one.
    fn is_over(&self, window: &Window, now: Timestamp) -> bool {
        let age = now.duration_since(window.started);
        age >= self.limit.window || age < SignedDuration::ZERO
    }

    fn seconds_left(&self, started: Timestamp, now: Timestamp) -> u32 {
        let left = self
            .limit
            .window
            .saturating_sub(now.duration_since(started));
        u32::try_from(left.as_secs()).unwrap_or(0).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Counter, KEYS_MAX, Limit};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn counter(events_max: u32) -> Counter<u64> {
        Counter::new(Limit {
            events_max,
            window: SignedDuration::from_secs(60),
        })
    }

    // Exactly the limit passes, per key, and again in the next window.
    #[test]
    fn limit_is_exact() {
        let counter = counter(3);
        for _ in 0..3 {
            assert_eq!(counter.count(1, at(0)), Ok(()));
        }
        assert_eq!(counter.count(1, at(0)), Err(61));
        assert_eq!(counter.count(1, at(59)), Err(2));
        assert_eq!(counter.count(2, at(59)), Ok(()));
        assert_eq!(counter.count(1, at(60)), Ok(()));
    }

    // A clock that goes back locks nobody out.
    #[test]
    fn clock_may_go_back() {
        let counter = counter(1);
        assert_eq!(counter.count(1, at(1_000_000)), Ok(()));
        assert_eq!(counter.count(1, at(0)), Ok(()));
    }

    // Memory is bounded: at the bound new keys are refused until old windows end.
    #[test]
    fn keys_are_bounded() {
        let counter = counter(1);
        for key in 0..u64::try_from(KEYS_MAX).unwrap() {
            assert_eq!(counter.count(key, at(0)), Ok(()));
        }
        assert!(counter.count(u64::MAX, at(1)).is_err());
        assert_eq!(counter.count(u64::MAX, at(61)), Ok(()));
    }
}
