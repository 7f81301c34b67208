//! One lane for each subscriber, so that a dead one does not hold up the others.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::verdict::Verdict;

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
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(subscriber) {
            return Arc::clone(lane);
        }
        let lane = Arc::new(Lane {
            slots: Arc::new(Semaphore::new(self.width)),
            is_failing: AtomicBool::new(false),
        });
        lanes.insert(subscriber.to_owned(), Arc::clone(&lane));
        lane
    }

    /// Sends everybody back who waits for a slot.
    pub(super) fn turn_back(&self) {
        let lanes = std::mem::take(&mut *self.lanes.lock().unwrap_or_else(PoisonError::into_inner));
        for lane in lanes.into_values() {
            lane.slots.close();
        }
    }
}

pub(super) struct Lane {
    slots: Arc<Semaphore>,
    is_failing: AtomicBool,
}

/// How waiting for a slot ended.
pub(super) enum Entry {
    /// The slot, until dropped.
    Slot(OwnedSemaphorePermit),
    /// The receiver proved unreachable in the meantime.
    Failing,
    /// The dispatcher is stopping.
    Stopping,
}

impl Lane {
    /// Waits for a slot. Those who wait while the receiver proves unreachable turn back; whoever
    /// finds a free slot still tries, so that recovery is noticed.
    pub(super) async fn enter(&self) -> Entry {
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Entry::Slot(slot);
        }
        if self.is_failing.load(Ordering::Relaxed) {
            return Entry::Failing;
        }
        match Arc::clone(&self.slots).acquire_owned().await {
            Ok(_) if self.is_failing.load(Ordering::Relaxed) => Entry::Failing,
            Ok(slot) => Entry::Slot(slot),
            Err(_closed) => Entry::Stopping,
        }
    }

    pub(super) fn note(&self, verdict: &Verdict) {
        let is_unreachable = matches!(
            verdict,
            Verdict::Retry {
                is_unreachable: true,
                ..
            }
        );
        self.is_failing.store(is_unreachable, Ordering::Relaxed);
    }
}
