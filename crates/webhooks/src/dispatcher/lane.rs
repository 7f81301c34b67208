//! One lane for each subscriber, so that a dead one does not hold up the others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::history::History;
use crate::verdict::Verdict;

/// How long a delivery waits for a slot; those who wait take room from other subscribers.
const SLOT_WAIT: Duration = Duration::from_secs(1);

/// The longest `Retry-After` that holds back probes.
const PATIENCE_MAX: Duration = Duration::from_hours(6);

pub(super) struct Lanes {
    width: usize,
    lanes: Mutex<BTreeMap<String, Arc<Lane>>>,
}

impl Lanes {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width: width.max(1),
            lanes: Mutex::default(),
        }
    }

    pub(super) fn of(&self, subscriber: &str) -> Arc<Lane> {
        let mut lanes = lock(&self.lanes);
        if let Some(lane) = lanes.get(subscriber) {
            return Arc::clone(lane);
        }
        let lane = Arc::new(Lane {
            slots: Arc::new(Semaphore::new(self.width)),
            state: Mutex::default(),
        });
        lanes.insert(subscriber.to_owned(), Arc::clone(&lane));
        lane
    }

    /// Sends everybody back who waits for a slot.
    pub(super) fn turn_back(&self) {
        for lane in std::mem::take(&mut *lock(&self.lanes)).into_values() {
            lane.slots.close();
        }
    }
}

pub(super) struct Lane {
    slots: Arc<Semaphore>,
    state: Mutex<State>,
}

/// What is known of the receiver; times in microseconds since 1970.
#[derive(Default)]
struct State {
    health: Health,
    /// When it answered for the first time after a failure or a start.
    recovered_at: i64,
    /// What the last refused attempt was about, if no success came after it.
    failed_subject: Option<String>,
    /// When it was last tried.
    tried_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Health {
    #[default]
    Unknown,
    Answering,
    Failing,
}

/// How waiting for a slot ended.
pub(super) enum Entry {
    /// The slot, until dropped.
    Slot(OwnedSemaphorePermit),
    /// The receiver proved unreachable in the meantime.
    Failing,
    /// No slot came free in time: the receiver is slow.
    Busy,
    /// The dispatcher is stopping.
    Stopping,
}

impl Lane {
    /// Whether a delivery may be tried: when its schedule says so; early when the receiver came back
    /// since its last attempt; or as the probe that finds out.
    pub(super) fn admits(&self, history: History, now: i64, probe_every: i64) -> bool {
        let mut state = lock(&self.state);
        if now >= history.due_at || state.recovered_at > history.tried_at {
            return true;
        }
        let rested = state
            .tried_at
            .is_none_or(|tried_at| now.saturating_sub(tried_at) >= probe_every);
        let probes = state.health != Health::Answering && rested;
        if probes {
            state.tried_at = Some(now);
        }
        probes
    }

    pub(super) fn is_answering(&self) -> bool {
        lock(&self.state).health == Health::Answering
    }

    pub(super) fn is_failing(&self) -> bool {
        lock(&self.state).health == Health::Failing
    }

    /// Waits for a slot. Those who wait while the receiver proves unreachable turn back; whoever
    /// finds a free slot still tries.
    pub(super) async fn enter(&self) -> Entry {
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Entry::Slot(slot);
        }
        if self.is_failing() {
            return Entry::Failing;
        }
        match tokio::time::timeout(SLOT_WAIT, Arc::clone(&self.slots).acquire_owned()).await {
            Ok(Ok(_)) if self.is_failing() => Entry::Failing,
            Ok(Ok(slot)) => Entry::Slot(slot),
            Ok(Err(_closed)) => Entry::Stopping,
            Err(_elapsed) => Entry::Busy,
        }
    }

    /// Learns from an attempt about `subject` that ended `now`.
    pub(super) fn note(&self, verdict: &Verdict, subject: &str, now: i64) {
        let mut state = lock(&self.state);
        state.tried_at = Some(now);
        match verdict {
            Verdict::Delivered | Verdict::Gone => {
                state.failed_subject = None;
                if state.health != Health::Answering {
                    state.health = Health::Answering;
                    state.recovered_at = now;
                }
            }
            Verdict::Retry {
                is_unreachable: true,
                ..
            } => state.health = Health::Failing,
            // It asked for patience: no probe before that, and no news about its health.
            Verdict::Retry {
                asked: Some(asked), ..
            } => {
                let asked = i64::try_from(asked.min(&PATIENCE_MAX).as_micros()).unwrap_or(i64::MAX);
                state.tried_at = Some(now.saturating_add(asked));
            }
            // One order refused may be the order's fault; two in a row are the receiver's.
            Verdict::Retry { .. } => {
                let before = state.failed_subject.replace(subject.to_owned());
                if before.is_some_and(|before| before != subject) {
                    state.health = Health::Failing;
                } else if state.health == Health::Unknown {
                    state.health = Health::Answering;
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
