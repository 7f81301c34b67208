//! How closures get to a connection: over threads for a file, inline for memory.

mod brief;
mod checkpoint;
mod file;
mod inline;
mod job;
mod pin;
mod reader;
mod sync;
mod writer;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub(crate) use file::FileEngine;
pub(crate) use inline::InlineEngine;
pub(crate) use job::{ReadJob, WriteJob};

/// What the threads of one store tell each other.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// No new closures are taken.
    closing: AtomicBool,
    /// The disk failed: nothing may be acknowledged any more.
    failed: AtomicBool,
    /// Something was committed since the last checkpoint.
    uncheckpointed: AtomicBool,
    /// The log is too long: the writer must let it restart.
    restart_wanted: AtomicBool,
    /// Commits so far.
    commits: AtomicU64,
    /// Write closures so far.
    closures: AtomicU64,
}

impl Shared {
    fn is_closed(&self) -> bool {
        self.closing.load(Ordering::Acquire) || self.failed.load(Ordering::Acquire)
    }

    fn fail(&self, error: &crate::StoreError) {
        self.failed.store(true, Ordering::Release);
        tracing::error!(error = %error, cause = ?std::error::Error::source(error), "store closed itself");
    }
}
