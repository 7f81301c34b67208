//! The handle through which everybody reads and writes.

use std::{
    path::Path,
    sync::{Arc, mpsc},
};

use tokio::sync::oneshot;

use crate::{
    Collection, ReadTx, StoreError, StoreOptions, TenantId, Tx,
    engine::{FileEngine, InlineEngine, ReadJob, WriteJob},
};

/// A database; cloning it is cheap and gives the same database.
///
/// Closures must not call the store they run in: they would wait for themselves.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
}

enum Engine {
    File(FileEngine),
    Inline(InlineEngine),
}

/// What a store has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Commits, each one disk sync.
    pub commits: u64,
    /// Write closures run.
    pub closures: u64,
}

impl Store {
    /// Opens the database in this file, creates it when it is missing, and brings its structure
    /// up to date.
    ///
    /// # Errors
    /// [`StoreError::NotDurable`] when the file system does not allow the log that durability
    /// rests on, [`StoreError::Migration`] when the file belongs to a newer program.
    pub fn open(path: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let engine = FileEngine::open(path, &options)?;
        Ok(Self {
            engine: Arc::new(Engine::File(engine)),
        })
    }

    /// Opens an empty database in memory. Closures run on the calling thread, one after the other,
    /// so that a simulation is deterministic.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self {
            engine: Arc::new(Engine::Inline(InlineEngine::open()?)),
        })
    }

    /// Runs a closure that changes data, and returns its result once that is on disk.
    ///
    /// `Ok` keeps its changes; `Err` and a panic take them back, and only them. The closure runs
    /// to its end even when this future is dropped. It may be called again when the engine had to
    /// give up the first try, so it must not depend on having run once.
    ///
    /// # Errors
    /// Whatever the closure returns, and as `E::from`: [`StoreError::Busy`] when too many wait,
    /// [`StoreError::Panicked`], and every failure of the commit, after which nothing happened. Only
    /// after [`StoreError::Io`] it is unknown whether the change will be there at the next start.
    pub async fn write<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.engine {
            Engine::Inline(engine) => engine.write(name, f),
            Engine::File(engine) => {
                let (sender, receiver) = oneshot::channel();
                let reply = move |result| {
                    let _ = sender.send(result);
                };
                engine.submit_write(Box::new(WriteJob::new(name, f, reply)))?;
                receiver
                    .await
                    .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
            }
        }
    }

    /// Runs a closure that reads one consistent, committed state.
    ///
    /// # Errors
    /// Whatever the closure returns, and as `E::from` [`StoreError::Busy`] when too many wait.
    pub async fn read<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: FnMut(&dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.engine {
            Engine::Inline(engine) => engine.read(name, f),
            Engine::File(engine) => {
                let (sender, receiver) = oneshot::channel();
                let reply = move |result| {
                    let _ = sender.send(result);
                };
                engine.submit_read(Box::new(ReadJob::new(name, f, reply)))?;
                receiver
                    .await
                    .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
            }
        }
    }

    /// Owner and ready response bytes of a record, as [`ReadTx::rendered`] reads them.
    ///
    /// Runs on the calling thread when a connection is free, which saves the way to a reading
    /// thread and back.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn rendered(
        &self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        if let Engine::File(engine) = &*self.engine
            && let Some(found) = engine.look_up(|reads| reads.rendered(collection, tenant, id))
        {
            return found;
        }
        let id = id.to_owned();
        self.read("rendered", move |reads| {
            reads.rendered(collection, tenant, &id)
        })
        .await
    }

    /// [`Store::write`] for code without a runtime; it blocks the calling thread.
    pub fn write_blocking<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.engine {
            Engine::Inline(engine) => engine.write(name, f),
            Engine::File(engine) => {
                let (sender, receiver) = mpsc::sync_channel(1);
                let reply = move |result| {
                    let _ = sender.send(result);
                };
                engine.submit_write(Box::new(WriteJob::new(name, f, reply)))?;
                receiver
                    .recv()
                    .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
            }
        }
    }

    /// [`Store::read`] for code without a runtime; it blocks the calling thread.
    pub fn read_blocking<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: FnMut(&dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.engine {
            Engine::Inline(engine) => engine.read(name, f),
            Engine::File(engine) => {
                let (sender, receiver) = mpsc::sync_channel(1);
                let reply = move |result| {
                    let _ = sender.send(result);
                };
                engine.submit_read(Box::new(ReadJob::new(name, f, reply)))?;
                receiver
                    .recv()
                    .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
            }
        }
    }

    /// What the store has done since it was opened.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let (commits, closures) = match &*self.engine {
            Engine::File(engine) => engine.totals(),
            Engine::Inline(engine) => engine.totals(),
        };
        Totals { commits, closures }
    }

    /// Takes no new closures, runs those that wait, moves the log into the database file and
    /// closes it. Dropping the last handle does the same.
    pub fn shutdown(&self) {
        match &*self.engine {
            Engine::File(engine) => engine.shutdown(),
            Engine::Inline(engine) => engine.shutdown(),
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("totals", &self.totals())
            .finish()
    }
}
