//! Time and randomness as arguments, so that every test and simulation decides both.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Where the present moment comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Where unpredictable bytes come from.
pub trait Entropy: Send + Sync {
    /// Overwrites `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The clock and the entropy a component works with. Cheap to clone.
#[derive(Clone)]
pub struct Environment {
    /// The clock in use.
    pub clock: Arc<dyn Clock>,
    /// The entropy in use.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// The real clock and the operating system's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// A given clock and a repeatable stream of bytes: for tests and simulations only.
    #[must_use]
    pub fn simulated(clock: Arc<ManualClock>, seed: u64) -> Self {
        Self {
            clock,
            entropy: Arc::new(SeededEntropy::new(seed)),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The present moment in microseconds since 1970, the store's unit of time.
    #[must_use]
    pub fn now_micros(&self) -> i64 {
        self.clock.now().as_microsecond()
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A new identifier: `prefix`, an underscore and 32 lower-case Crockford base-32 characters.
    ///
    /// The characters carry the Unix time in milliseconds (48 bits, big endian) and then 112 random
    /// bits: identifiers sort by the millisecond of their birth and cannot be guessed.
    #[must_use]
    pub fn new_id(&self, prefix: &str) -> String {
        let [_, _, _, _, _, _, random @ ..] = self.random::<20>();
        self.id_with(prefix, &random)
    }

    /// As [`Environment::new_id`] with random bytes that were drawn before.
    #[must_use]
    pub fn id_with(&self, prefix: &str, random: &[u8; 14]) -> String {
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        let [_, _, time @ ..] = millis.to_be_bytes();
        let mut bytes = [0_u8; 20];
        for (to, from) in bytes.iter_mut().zip(time.iter().chain(random)) {
            *to = *from;
        }
        let mut id = String::with_capacity(prefix.len() + 33);
        id.push_str(prefix);
        id.push('_');
        push_base32(&mut id, &bytes);
        id
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the wall clock is read"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until told otherwise.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock standing at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock by `by`; a move past the end of representable time stops at that end.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = if by.is_negative() {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        *now = now.checked_add(by).unwrap_or(end);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The operating system's randomness through the one cryptography provider.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        if aws_lc_rs::rand::fill(buffer).is_err() {
            // Going on with predictable identifiers and keys would be worse than stopping.
            std::process::abort();
        }
    }
}

/// A repeatable stream (splitmix64): for tests and simulations, never for secrets.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// A stream that depends on `seed` alone.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            for (to, from) in chunk.iter_mut().zip(bytes) {
                *to = from;
            }
        }
    }
}

/// Appends the Crockford base-32 form; 20 bytes are exactly 32 characters.
fn push_base32(to: &mut String, bytes: &[u8; 20]) {
    const ALPHABET: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
        'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
    ];
    for group in bytes.chunks_exact(5) {
        let bits = group
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for position in (0..8).rev() {
            let index = usize::try_from(bits >> (position * 5) & 31).unwrap_or(0);
            if let Some(letter) = ALPHABET.get(index) {
                to.push(*letter);
            }
        }
    }
}
