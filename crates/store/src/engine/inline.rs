//! A database in memory whose closures run on the calling thread, one after the other.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use rusqlite::Connection;

use super::{
    job::{WriteJob, read_in},
    writer::commit,
};
use crate::{
    ReadTx, StoreError, Tx, migrations,
    sqlite::{Session, memory},
};

pub(crate) struct InlineEngine {
    connection: Mutex<Connection>,
    is_closed: AtomicBool,
    closures: AtomicU64,
}

impl InlineEngine {
    pub(crate) fn open() -> Result<Self, StoreError> {
        let mut connection = memory()?;
        migrations::run(&mut connection)?;
        Ok(Self {
            connection: Mutex::new(connection),
            is_closed: AtomicBool::new(false),
            closures: AtomicU64::new(0),
        })
    }

    pub(crate) fn write<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E>,
        E: From<StoreError>,
    {
        let connection = self.connection()?;
        let mut session = Session::new(&connection);
        session.control("BEGIN IMMEDIATE")?;
        let mut job = WriteJob::new(name, work, ());
        job.run_in(&mut session);
        self.closures.fetch_add(1, Ordering::Relaxed);
        job.into_result(commit(&mut session).err())
    }

    pub(crate) fn read<T, E, F>(&self, name: &'static str, mut work: F) -> Result<T, E>
    where
        F: FnMut(&dyn ReadTx) -> Result<T, E>,
        E: From<StoreError>,
    {
        let connection = self.connection()?;
        let session = Session::new(&connection);
        session.control("BEGIN")?;
        let result = read_in(name, &mut work, &session);
        session.control("COMMIT")?;
        result
    }

    /// Commits and write closures so far; here each closure is a commit.
    pub(crate) fn totals(&self) -> (u64, u64) {
        let closures = self.closures.load(Ordering::Relaxed);
        (closures, closures)
    }

    pub(crate) fn shutdown(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    fn connection(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        // A panicking closure was caught and rolled back: the connection is sound.
        Ok(self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner))
    }
}
