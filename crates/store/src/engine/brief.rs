//! Read connections for closures that run on the calling thread.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

use super::job::read_in;
use crate::{ReadTx, StoreError, sqlite::Session};

/// One of the connections; `None` once the store is shut down.
type Slot = Mutex<Option<Connection>>;

/// Connections that whoever asks first may use. Nobody waits for one: the reading threads are there
/// for when all are in use.
pub(super) struct BriefReaders(Vec<Slot>);

impl BriefReaders {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let slots = connections.into_iter();
        Self(slots.map(|one| Mutex::new(Some(one))).collect())
    }

    /// Closes all connections, each after the closure that uses it.
    pub(super) fn close(&self) {
        for slot in &self.0 {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Runs a closure here and now; gives it back when no connection is free.
    pub(super) fn read<T, E, F>(&self, name: &'static str, mut work: F) -> Result<Result<T, E>, F>
    where
        F: FnMut(&dyn ReadTx) -> Result<T, E>,
        E: From<StoreError>,
    {
        let Some(slot) = self.0.iter().find_map(free) else {
            return Err(work);
        };
        let Some(connection) = slot.as_ref() else {
            return Ok(Err(E::from(StoreError::Closed)));
        };
        let session = Session::new(connection);
        if let Err(error) = session.control("BEGIN") {
            return Ok(Err(E::from(error)));
        }
        let result = read_in(name, &mut work, &session);
        if session.is_in_transaction()
            && let Err(error) = session.control("COMMIT")
        {
            tracing::warn!(error = %error, "read transaction did not end");
        }
        Ok(result)
    }
}

/// The slot, when nobody uses it. A panic in a closure was caught and leaves it sound.
fn free(slot: &Slot) -> Option<MutexGuard<'_, Option<Connection>>> {
    match slot.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
