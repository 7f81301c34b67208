//! When a failed delivery is tried again, and when it is given up.

use std::time::Duration;

use comptoir_signing::environment::Entropy;

/// Pauses between attempts as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The pause after the first, second, … attempt.
    pub pauses: Vec<Duration>,
    /// The pause after all further attempts.
    pub then_every: Duration,
    /// Age of the event from which it is given up, once every pause was used.
    pub give_up_after: Duration,
    /// Up to this share of a pause, in thousandths, is added at random, so that deliveries that
    /// failed together do not come back together.
    pub jitter_permille: u32,
    /// The shortest pause that a receiver can ask for once the schedule's own is longer.
    pub retry_after_min: Duration,
    /// The longest pause that a receiver can ask for.
    pub retry_after_max: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let seconds = [
            5,
            30,
            2 * MINUTE,
            10 * MINUTE,
            30 * MINUTE,
            HOUR,
            2 * HOUR,
            4 * HOUR,
        ];
        Self {
            pauses: seconds.map(Duration::from_secs).to_vec(),
            then_every: Duration::from_secs(6 * HOUR),
            give_up_after: Duration::from_secs(7 * 24 * HOUR),
            jitter_permille: 100,
            retry_after_min: Duration::from_secs(MINUTE),
            retry_after_max: Duration::from_secs(6 * HOUR),
        }
    }
}

impl Schedule {
    /// The pause after the attempt with this number (from 1), in microseconds; `None` to give up.
    ///
    /// `age` is how old the event is. `asked` is the receiver's `Retry-After`: honoured from
    /// `retry_after_min` (or the schedule's own pause where that is shorter) to `retry_after_max`.
    #[must_use]
    pub fn pause(
        &self,
        attempt: i64,
        age: Duration,
        asked: Option<Duration>,
        entropy: &dyn Entropy,
    ) -> Option<Duration> {
        let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(0);
        let listed = self.pauses.get(index);
        if listed.is_none() && age >= self.give_up_after {
            return None;
        }
        let own = *listed.unwrap_or(&self.then_every);
        let pause = match asked {
            Some(asked) => asked
                .max(own.min(self.retry_after_min))
                .min(self.retry_after_max),
            None => own,
        };
        Some(pause.saturating_add(self.jitter(pause, entropy)))
    }

    fn jitter(&self, pause: Duration, entropy: &dyn Entropy) -> Duration {
        let mut bytes = [0; 4];
        entropy.fill(&mut bytes);
        let permille = u32::from_le_bytes(bytes) % self.jitter_permille.saturating_add(1);
        pause.saturating_mul(permille) / 1_000
    }
}
