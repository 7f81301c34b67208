//! The one thread that writes: group commit.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use super::{Shared, job::QueuedWrite};
use crate::{
    StoreError,
    sqlite::{Session, wal_pages},
};

/// How long a restart of the log waits for readers of its old content; then it is tried later.
const RESTART_WAIT: Duration = Duration::from_millis(20);

pub(super) enum WriteMessage {
    Run(Box<dyn QueuedWrite>),
    Stop,
}

pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) queue: Receiver<WriteMessage>,
    pub(super) batch_max: usize,
    pub(super) lock_wait: Duration,
    pub(super) shared: Arc<Shared>,
}

impl Writer {
    /// Takes closures until told to stop, then runs those still waiting.
    pub(super) fn run(self) {
        let mut session = Session::new(&self.connection);
        let mut batch = Vec::with_capacity(self.batch_max);
        while let Ok(WriteMessage::Run(first)) = self.queue.recv() {
            self.restart_log_if_wanted();
            if self.run_batch(&mut session, first, &mut batch) {
                break;
            }
        }
        while let Ok(message) = self.queue.try_recv() {
            if let WriteMessage::Run(first) = message {
                self.run_batch(&mut session, first, &mut batch);
            }
        }
    }

    /// Runs everything that waits in one transaction: one disk sync for all. Closures that come
    /// in meanwhile are taken along, nobody is waited for. Returns whether to stop.
    fn run_batch(
        &self,
        session: &mut Session<'_>,
        first: Box<dyn QueuedWrite>,
        batch: &mut Vec<Box<dyn QueuedWrite>>,
    ) -> bool {
        batch.push(first);
        let mut is_stopping = false;
        let failed = if self.shared.failed.load(Ordering::Acquire) {
            Some(StoreError::Closed)
        } else {
            match session.control("BEGIN IMMEDIATE") {
                Ok(()) => {
                    is_stopping = self.run_closures(session, batch);
                    commit(session).err()
                }
                Err(error) => {
                    session.take_lost();
                    Some(error)
                }
            }
        };
        self.account(batch.len(), failed.as_ref());
        for job in batch.drain(..) {
            let failed = failed.clone();
            // Handing over drops the closure, whose captures may panic.
            let _ = catch_unwind(AssertUnwindSafe(move || job.finish(failed)));
        }
        is_stopping
    }

    fn run_closures(
        &self,
        session: &mut Session<'_>,
        batch: &mut Vec<Box<dyn QueuedWrite>>,
    ) -> bool {
        if let Some(first) = batch.first_mut() {
            first.run(session);
        }
        while batch.len() < self.batch_max && !session.is_lost() {
            match self.queue.try_recv() {
                Ok(WriteMessage::Run(mut job)) => {
                    job.run(session);
                    batch.push(job);
                }
                Ok(WriteMessage::Stop) => return true,
                Err(_) => break,
            }
        }
        false
    }

    fn account(&self, closures: usize, failed: Option<&StoreError>) {
        let closures = u64::try_from(closures).unwrap_or(u64::MAX);
        self.shared.closures.fetch_add(closures, Ordering::Relaxed);
        match failed {
            None => {
                self.shared.commits.fetch_add(1, Ordering::Relaxed);
                self.shared.uncheckpointed.store(true, Ordering::Release);
            }
            Some(error @ (StoreError::Io(_) | StoreError::Corrupt(_))) => self.shared.fail(error),
            Some(error) => tracing::warn!(error = %error, closures, "batch was not committed"),
        }
    }

    /// Only the writer can pause writing without a fight for the lock, so it does this itself; the
    /// checkpoint thread has just moved nearly everything.
    fn restart_log_if_wanted(&self) {
        if !self.shared.restart_wanted.load(Ordering::Acquire) {
            return;
        }
        let restarted = self
            .connection
            .busy_timeout(RESTART_WAIT)
            .map_err(crate::sqlite::translate)
            .and_then(|()| wal_pages(&self.connection, "RESTART"));
        if let Err(error) = restarted {
            tracing::warn!(error = %error, "write-ahead log could not be restarted");
        }
        if let Err(error) = self.connection.busy_timeout(self.lock_wait) {
            tracing::warn!(error = %error, "lock wait could not be set");
        }
        // Only now: until then the checkpoint thread holds no snapshot that would be in the way.
        self.shared.restart_wanted.store(false, Ordering::Release);
    }
}

/// Commits, or takes everything back and says why.
pub(super) fn commit(session: &mut Session<'_>) -> Result<(), StoreError> {
    let failure = match session.take_lost() {
        Some(error) => error,
        None => match session.control("COMMIT") {
            Ok(()) => return Ok(()),
            Err(error) => error,
        },
    };
    session.drop_levels();
    if session.is_in_transaction() {
        // The first failure is the one to tell.
        let _ = session.control("ROLLBACK");
    }
    session.take_lost();
    Err(failure)
}
