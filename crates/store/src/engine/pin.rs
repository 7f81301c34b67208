//! A snapshot held open, so that look-ups begin theirs without a system call.

use std::sync::Arc;

use rusqlite::Connection;

use super::brief::BriefReaders;
use crate::{ReadTx as _, sqlite::Session};

/// Look-ups between two checkpoints from which on a held snapshot is worth its two locks.
const LOOKUPS_USEFUL: u64 = 64;

/// Holds the newest snapshot between two checkpoints while there are many look-ups.
///
/// A read begins by taking a shared lock on the mark of its snapshot and ends by giving it back:
/// two system calls. SQLite counts these locks per process, so while one connection holds a mark,
/// the others that read the same state only count up and down. What a look-up sees does not depend
/// on it: each begins a snapshot of its own, the newest.
///
/// A held snapshot keeps checkpoints from passing it, ours and those of other processes. So it is
/// let go before each of ours, and held for one interval at most.
pub(super) struct Pin {
    connection: Option<Connection>,
    readers: Arc<BriefReaders>,
    lookups_before: u64,
}

impl Pin {
    pub(super) fn new(connection: Connection, readers: Arc<BriefReaders>) -> Self {
        Self {
            connection: Some(connection),
            readers,
            lookups_before: 0,
        }
    }

    /// Holds the newest snapshot when there were many look-ups since the last call.
    pub(super) fn hold_if_useful(&mut self) {
        let lookups = self.readers.lookups();
        let since = lookups.saturating_sub(self.lookups_before);
        self.lookups_before = lookups;
        if since < LOOKUPS_USEFUL {
            return;
        }
        if let Some(connection) = &self.connection {
            let session = Session::new(connection);
            // The snapshot begins with the first read. Without one, reads are only slower.
            let _ = session.control("BEGIN").and_then(|()| session.meta("pin"));
        }
    }

    /// Lets it go.
    pub(super) fn release(&self) {
        let Some(connection) = &self.connection else {
            return;
        };
        let session = Session::new(connection);
        if session.is_in_transaction()
            && let Err(error) = session.control("COMMIT")
        {
            tracing::warn!(error = %error, "held snapshot did not end");
        }
    }

    /// Lets it go for good.
    pub(super) fn close(&mut self) {
        self.connection = None;
    }
}
