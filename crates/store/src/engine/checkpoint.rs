//! The thread that moves committed pages from the log into the database file.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use rusqlite::Connection;

use super::Shared;
use crate::{
    StoreError,
    sqlite::{page_bytes, wal_pages},
};

pub(super) struct Checkpointer {
    pub(super) connection: Connection,
    pub(super) stop: Receiver<()>,
    pub(super) interval: Duration,
    pub(super) wal_bytes_max: u64,
    pub(super) shared: Arc<Shared>,
}

impl Checkpointer {
    pub(super) fn run(self) {
        while self.stop.recv_timeout(self.interval) == Err(RecvTimeoutError::Timeout) {
            if self.shared.uncheckpointed.swap(false, Ordering::AcqRel) {
                self.checkpoint();
            }
        }
        // Everybody else is gone: leave one tidy file.
        if let Err(error) = wal_pages(&self.connection, "TRUNCATE") {
            tracing::warn!(error = %error, "last checkpoint failed; the log is kept");
        }
    }

    fn checkpoint(&self) {
        match wal_pages(&self.connection, "PASSIVE") {
            Ok((pages, is_complete)) => {
                if !is_complete {
                    self.shared.uncheckpointed.store(true, Ordering::Release);
                }
                if pages.saturating_mul(page_bytes()) > self.wal_bytes_max {
                    self.shared.restart_wanted.store(true, Ordering::Release);
                }
            }
            Err(error @ (StoreError::Io(_) | StoreError::Corrupt(_))) => self.shared.fail(&error),
            Err(error) => {
                self.shared.uncheckpointed.store(true, Ordering::Release);
                tracing::warn!(error = %error, "checkpoint failed; it is tried again");
            }
        }
    }
}
