//! Threads that read, each with a connection of its own.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
};

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use super::{Shared, job::QueuedRead};
use crate::{StoreError, sqlite::Session};

/// Closures that share one snapshot at most. They are all taken before it begins: who asks after a
/// commit must see it.
const SNAPSHOT_SHARED_MAX: usize = 16;

pub(super) enum ReadMessage {
    Run(Box<dyn QueuedRead>),
    Stop,
}

pub(super) struct Reader {
    pub(super) connection: Connection,
    pub(super) queue: Receiver<ReadMessage>,
    pub(super) shared: Arc<Shared>,
}

impl Reader {
    pub(super) fn run(self) {
        let mut session = Session::new(&self.connection);
        let mut batch: Vec<Box<dyn QueuedRead>> = Vec::with_capacity(SNAPSHOT_SHARED_MAX);
        let mut is_stopping = false;
        while !is_stopping {
            match self.queue.recv() {
                Ok(ReadMessage::Run(job)) => batch.push(job),
                Ok(ReadMessage::Stop) | Err(_) => break,
            }
            while batch.len() < SNAPSHOT_SHARED_MAX {
                match self.queue.try_recv() {
                    Ok(ReadMessage::Run(job)) => batch.push(job),
                    Ok(ReadMessage::Stop) => {
                        is_stopping = true;
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.run_batch(&mut session, &mut batch);
        }
    }

    fn run_batch(&self, session: &mut Session<'_>, batch: &mut Vec<Box<dyn QueuedRead>>) {
        let begun = if self.shared.failed.load(Ordering::Acquire) {
            Err(StoreError::Closed)
        } else {
            session.control("BEGIN")
        };
        for job in batch.drain(..) {
            let session = begun.as_ref().map(|()| &*session).map_err(Clone::clone);
            // Handing over drops the closure, whose captures may panic.
            let _ = catch_unwind(AssertUnwindSafe(move || job.run(session)));
        }
        if session.is_in_transaction()
            && let Err(error) = session.control("COMMIT")
        {
            tracing::warn!(error = %error, "read transaction did not end");
        }
        session.take_lost();
    }
}
