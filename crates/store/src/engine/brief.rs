//! Read connections for single look-ups on the calling thread.

use std::{
    cell::OnceCell,
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use rusqlite::Connection;

use crate::{StoreError, sqlite::Session};

/// One of the connections; `None` once the store is shut down.
type Slot = Mutex<Option<Connection>>;

/// Connections that whoever asks first may use. Nobody waits for one: the reading threads are there
/// for when all are in use.
pub(super) struct BriefReaders {
    slots: Vec<Slot>,
    /// Look-ups so far.
    lookups: AtomicU64,
}

impl BriefReaders {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let slots = connections.into_iter();
        Self {
            slots: slots.map(|one| Mutex::new(Some(one))).collect(),
            lookups: AtomicU64::new(0),
        }
    }

    /// Look-ups so far.
    pub(super) fn lookups(&self) -> u64 {
        self.lookups.load(Ordering::Relaxed)
    }

    /// Closes all connections, each after the look-up that uses it.
    pub(super) fn close(&self) {
        for slot in &self.slots {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Runs one statement here and now; `None` when no connection is free.
    ///
    /// There is no transaction around it: a statement reads one committed state by itself, which
    /// SQLite looks up when the statement begins. So whoever asks after a commit sees it.
    pub(super) fn look_up<T>(
        &self,
        statement: impl FnOnce(&Session<'_>) -> Result<T, StoreError>,
    ) -> Option<Result<T, StoreError>> {
        let slot = self.free()?;
        let Some(connection) = slot.as_ref() else {
            return Some(Err(StoreError::Closed));
        };
        self.lookups.fetch_add(1, Ordering::Relaxed);
        Some(statement(&Session::new(connection)))
    }

    /// A connection that nobody uses: the one this thread used before, if possible, whose pages are
    /// near.
    fn free(&self) -> Option<MutexGuard<'_, Option<Connection>>> {
        let first = own_number() % self.slots.len().max(1);
        let (before, from) = self.slots.split_at_checked(first)?;
        from.iter().chain(before).find_map(try_lock)
    }
}

/// A number of this thread's own, counted up from zero.
fn own_number() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: OnceCell<usize> = const { OnceCell::new() };
    }
    NUMBER.with(|number| *number.get_or_init(|| THREADS.fetch_add(1, Ordering::Relaxed)))
}

fn try_lock(slot: &Slot) -> Option<MutexGuard<'_, Option<Connection>>> {
    match slot.try_lock() {
        Ok(guard) => Some(guard),
        // A statement changes nothing that a panic could leave half done.
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
