//! One leased delivery: whether it may go now, the sending, and what follows from the answer.

use std::time::Duration;

use comptoir_store::DeliveryRow;

use super::history::History;
use super::lane::{Entry, Lane};
use super::outcome::Outcome;
use super::{Dispatcher, Shared, micros};
use crate::message;
use crate::verdict::Verdict;

/// Rest of a delivery for which a slow receiver had no room.
const BUSY_PAUSE: Duration = Duration::from_secs(5);

impl Dispatcher {
    /// `None` when the lease is about to run out: the delivery then is due again for everybody.
    pub(super) async fn attempt(&self, delivery: &DeliveryRow) -> Option<Outcome> {
        let options = &self.shared.options;
        let now = self.shared.environment.now_micros();
        let lane = self.shared.lanes.of(&delivery.subscriber);
        if !lane.admits(
            History::of(delivery),
            now,
            micros(options.recovery_check) / 2,
        ) {
            return Some(self.wait_for_recovery(delivery, &lane));
        }
        let _slot = match lane.enter().await {
            Entry::Slot(slot) => slot,
            Entry::Failing => return Some(self.wait_for_recovery(delivery, &lane)),
            Entry::Busy => return Some(self.put_back(delivery, BUSY_PAUSE)),
            Entry::Stopping => return Some(self.put_back(delivery, Duration::ZERO)),
        };
        // While a delivery is leased, `next_at` is the end of the lease.
        let left = delivery
            .next_at
            .saturating_sub(self.shared.environment.now_micros());
        if left < micros(options.lease) / 4 {
            return None;
        }
        Some(self.send(delivery, &lane).await)
    }

    async fn send(&self, delivery: &DeliveryRow, lane: &Lane) -> Outcome {
        match self.disabled_since(&delivery.subscriber).await {
            Ok(None) => {}
            Ok(Some(_)) => {
                return Outcome::Park {
                    reason: "the receiver is disabled".to_owned(),
                    disable: false,
                };
            }
            Err(error) => return self.retry_or_park(delivery, lane, None, &error.to_string()),
        }
        let Some(subscriber) = self.shared.directory.get(&delivery.subscriber) else {
            return self.retry_or_park(delivery, lane, None, "the subscriber is not registered");
        };
        let message =
            match message::compose(&delivery.event, &subscriber, self.shared.environment.now()) {
                Ok(message) => message,
                Err(error) => return self.retry_or_park(delivery, lane, None, &error.to_string()),
            };
        let result = self.shared.transport.send(&message).await;
        let verdict = Verdict::of(&result, self.shared.environment.now());
        lane.note(
            &verdict,
            &delivery.subject,
            self.shared.environment.now_micros(),
        );
        match verdict {
            Verdict::Delivered => Outcome::Delivered,
            Verdict::Gone => Outcome::Park {
                reason: "status 410".to_owned(),
                disable: true,
            },
            Verdict::Retry { asked, reason, .. } => {
                self.retry_or_park(delivery, lane, asked, &reason)
            }
        }
    }

    /// The outcome of a failed attempt.
    ///
    /// Unless the receiver answers others, a long pause is cut into pieces, so that nothing has to
    /// wait for its end when the receiver comes back.
    fn retry_or_park(
        &self,
        delivery: &DeliveryRow,
        lane: &Lane,
        asked: Option<Duration>,
        reason: &str,
    ) -> Outcome {
        let Shared {
            environment,
            options,
            ..
        } = &*self.shared;
        let now = environment.now_micros();
        let tries = History::of(delivery).tries.saturating_add(1);
        let pause = options.schedule.pause(
            tries,
            age(delivery, now),
            asked,
            environment.entropy.as_ref(),
        );
        let due_at = now.saturating_add(pause.map_or(0, micros));
        let reason = History {
            tries,
            tried_at: now,
            due_at,
        }
        .describe(reason);
        match pause {
            Some(pause) => {
                let pause = if lane.is_answering() {
                    pause
                } else {
                    pause.min(options.recovery_check)
                };
                Outcome::Retry {
                    next_at: now.saturating_add(micros(pause)),
                    reason,
                }
            }
            None => Outcome::Park {
                reason,
                disable: false,
            },
        }
    }

    /// The outcome for a delivery whose receiver is failing, and whose own time has not come.
    fn wait_for_recovery(&self, delivery: &DeliveryRow, lane: &Lane) -> Outcome {
        let Shared {
            environment,
            options,
            ..
        } = &*self.shared;
        let now = environment.now_micros();
        if lane.is_failing() && age(delivery, now) >= options.schedule.give_up_after {
            let reason = History::of(delivery).describe("given up: the receiver is failing");
            return Outcome::Park {
                reason,
                disable: false,
            };
        }
        let until_due =
            u64::try_from(History::of(delivery).due_at.saturating_sub(now)).unwrap_or(0);
        let pause = match Duration::from_micros(until_due) {
            Duration::ZERO => options.recovery_check,
            pause if lane.is_answering() => pause,
            pause => pause.min(options.recovery_check),
        };
        self.put_back(delivery, pause)
    }

    /// The outcome when nothing was tried: it does not count as an attempt.
    fn put_back(&self, delivery: &DeliveryRow, pause: Duration) -> Outcome {
        let next_at = self
            .shared
            .environment
            .now_micros()
            .saturating_add(micros(pause));
        let reason = delivery.last_error.clone();
        Outcome::Retry {
            next_at,
            reason: reason.unwrap_or_else(|| "not tried yet".to_owned()),
        }
    }
}

fn age(delivery: &DeliveryRow, now: i64) -> Duration {
    Duration::from_micros(u64::try_from(now.saturating_sub(delivery.event.created_at)).unwrap_or(0))
}
