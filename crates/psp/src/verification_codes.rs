//! Card verification codes: in memory only, for at most fifteen minutes, wiped when they leave.
//!
//! PCI DSS forbids to store a code after authorization; this vault never stores one at all. After a
//! restart a charge goes ahead without a code, and the issuer sees a charge without one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

/// Longest life of a code.
pub(crate) const LIFE_MAX: SignedDuration = SignedDuration::from_secs(15 * 60);

/// Most codes held at once; the oldest leaves first.
const CODES_MAX: usize = 100_000;

/// The codes, by the record id of their token.
#[derive(Default)]
pub(crate) struct VerificationCodes {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    codes: BTreeMap<String, (Timestamp, Zeroizing<String>)>,
    by_age: BTreeSet<(Timestamp, String)>,
}

impl VerificationCodes {
    /// Holds a code until `now` plus [`LIFE_MAX`].
    pub(crate) fn hold(&self, token: &str, code: Zeroizing<String>, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.drop_old(now);
        if held.codes.len() >= CODES_MAX
            && let Some((_, oldest)) = held.by_age.first().cloned()
        {
            held.remove(&oldest);
        }
        held.remove(token);
        held.by_age.insert((now, token.to_owned()));
        held.codes.insert(token.to_owned(), (now, code));
    }

    /// A copy of the code, for one authorization. The copy is wiped when it is dropped.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<Zeroizing<String>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.drop_old(now);
        held.codes.get(token).map(|(_, code)| code.clone())
    }

    /// Forgets a code: after its first authorization, or with its token.
    pub(crate) fn forget(&self, token: &str) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(token);
    }

    /// Forgets all codes that are too old.
    pub(crate) fn sweep(&self, now: Timestamp) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drop_old(now);
    }
}

impl std::fmt::Debug for VerificationCodes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("VerificationCodes(masked)")
    }
}

impl Held {
    fn remove(&mut self, token: &str) {
        if let Some((since, _)) = self.codes.remove(token) {
            self.by_age.remove(&(since, token.to_owned()));
        }
    }

    fn drop_old(&mut self, now: Timestamp) {
        while let Some((since, token)) = self.by_age.first().cloned() {
            // A code from the future means that the clock went back: its age is not known.
            let age = now.duration_since(since);
            if age < LIFE_MAX && age >= SignedDuration::ZERO {
                break;
            }
            self.remove(&token);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use zeroize::Zeroizing;

    use super::{CODES_MAX, VerificationCodes};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn code() -> Zeroizing<String> {
        Zeroizing::new("123".to_owned())
    }

    // A code is gone fifteen minutes after it came, and when it is told to leave.
    #[test]
    fn life_is_bounded() {
        let codes = VerificationCodes::default();
        codes.hold("a", code(), at(0));
        assert!(codes.read("a", at(899)).is_some());
        assert!(codes.read("a", at(900)).is_none());
        codes.hold("b", code(), at(900));
        codes.forget("b");
        assert!(codes.read("b", at(900)).is_none());
    }

    // Memory is bounded: the oldest code leaves first.
    #[test]
    fn number_is_bounded() {
        let codes = VerificationCodes::default();
        codes.hold("oldest", code(), at(0));
        for index in 0..CODES_MAX {
            codes.hold(&format!("t{index}"), code(), at(1));
        }
        assert!(codes.read("oldest", at(2)).is_none());
        assert!(codes.read("t0", at(2)).is_some());
        assert_eq!(format!("{codes:?}"), "VerificationCodes(masked)");
    }
}
