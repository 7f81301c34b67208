//! The thread that moves committed pages from the log into the database file.

use std::{
    fs::File,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use rusqlite::Connection;

use super::{Shared, pin::Pin};
use crate::{
    Cause, StoreError,
    sqlite::{page_bytes, wal_pages},
};

/// Passes at most before the writer must wait for what is left.
const CATCH_UPS_MAX: usize = 8;
/// Pages that are little enough to let the writer wait for them.
const CAUGHT_UP_PAGES: u64 = 512;

pub(super) struct Checkpointer {
    pub(super) connection: Connection,
    /// The database file, to sync what SQLite leaves unsynced.
    pub(super) file: Arc<File>,
    pub(super) pin: Pin,
    pub(super) stop: Receiver<()>,
    pub(super) interval: Duration,
    pub(super) wal_bytes_max: u64,
    pub(super) shared: Arc<Shared>,
}

impl Checkpointer {
    pub(super) fn run(mut self) {
        while self.stop.recv_timeout(self.interval) == Err(RecvTimeoutError::Timeout) {
            self.pin.release();
            if self.shared.uncheckpointed.swap(false, Ordering::AcqRel) {
                self.checkpoint();
            }
            if !self.shared.restart_wanted.load(Ordering::Acquire) {
                self.pin.hold_if_useful();
            }
        }
        self.pin.close();
        // Everybody else is gone: leave one tidy file.
        if let Err(error) = wal_pages(&self.connection, "TRUNCATE") {
            tracing::warn!(error = %error, "last checkpoint failed; the log is kept");
        }
    }

    /// Moves what is there. When the log is too long, moves what came in meanwhile again and again
    /// until little is left, and only then has the writer pause for a restart.
    fn checkpoint(&self) {
        let mut pages_before = 0;
        for _ in 0..CATCH_UPS_MAX {
            let Some(pages) = self.pass() else { return };
            if pages.saturating_mul(page_bytes()) <= self.wal_bytes_max {
                return;
            }
            if pages.saturating_sub(pages_before) <= CAUGHT_UP_PAGES {
                break;
            }
            pages_before = pages;
        }
        self.shared.restart_wanted.store(true, Ordering::Release);
    }

    /// One passive checkpoint; returns the length of the log in pages.
    fn pass(&self) -> Option<u64> {
        match wal_pages(&self.connection, "PASSIVE") {
            Ok((pages, is_complete)) => {
                if !is_complete {
                    self.shared.uncheckpointed.store(true, Ordering::Release);
                    self.sync()?;
                }
                Some(pages)
            }
            Err(error @ (StoreError::Io(_) | StoreError::Corrupt(_))) => {
                self.shared.fail(&error);
                None
            }
            Err(error) => {
                self.shared.uncheckpointed.store(true, Ordering::Release);
                tracing::warn!(error = %error, "checkpoint failed; it is tried again");
                None
            }
        }
    }

    /// SQLite syncs the file only after it moved the whole log. Under load new pages always come in
    /// before the end, so that the whole log's worth of pages would be left to the sync for which
    /// the writer pauses.
    fn sync(&self) -> Option<()> {
        let synced = self.file.sync_data();
        if let Err(error) = synced {
            self.shared.fail(&StoreError::Io(Cause::new(error)));
            return None;
        }
        Some(())
    }
}
