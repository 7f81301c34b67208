//! A database file: one writing thread, some reading threads, one for checkpoints.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use rusqlite::Connection;

use super::{
    Shared,
    brief::BriefReaders,
    checkpoint::Checkpointer,
    job::{QueuedRead, QueuedWrite},
    pin::Pin,
    reader::{ReadMessage, Reader},
    sync,
    writer::{WriteMessage, Writer},
};
use crate::{
    Cause, StoreError, StoreOptions, migrations,
    sqlite::{Role, Session, open},
};

pub(crate) struct FileEngine {
    writes: Sender<WriteMessage>,
    reads: Sender<ReadMessage>,
    brief_readers: Arc<BriefReaders>,
    shared: Arc<Shared>,
    threads: Mutex<Option<Threads>>,
}

struct Threads {
    writer: JoinHandle<()>,
    readers: Vec<JoinHandle<()>>,
    checkpointer: JoinHandle<()>,
    stop_checkpointer: Sender<()>,
}

impl FileEngine {
    pub(crate) fn open(path: &Path, options: &StoreOptions) -> Result<Self, StoreError> {
        let mut connection = open(path, Role::Writer, options)?;
        migrations::run(&mut connection)?;
        let shared = Arc::new(Shared::default());
        let (to_writer, waiting_writes) = bounded(options.write_queue_max.max(1));
        let (to_readers, waiting_reads) = bounded(options.read_queue_max.max(1));
        let (stop_checkpointer, stop) = bounded(1);
        let brief_readers = Arc::new(BriefReaders::new(open_all(
            path,
            Role::BriefReader,
            options,
        )?));
        let checkpointer = Checkpointer {
            connection: open(path, Role::Checkpointer, options)?,
            file: sync::handle(path).map_err(|error| StoreError::Io(Cause::new(error)))?,
            pin: Pin::new(
                open(path, Role::BriefReader, options)?,
                Arc::clone(&brief_readers),
            ),
            stop,
            interval: options.checkpoint_interval,
            wal_bytes_max: options.wal_bytes_max,
            shared: Arc::clone(&shared),
        };
        let readers = open_readers(path, options, &waiting_reads, &shared)?;
        let writer = Writer {
            connection,
            queue: waiting_writes,
            batch_max: options.batch_max.max(1),
            lock_wait: options.lock_wait,
            shared: Arc::clone(&shared),
        };
        let threads = Threads {
            writer: spawn("store-writer", || writer.run())?,
            readers: readers
                .into_iter()
                .map(|reader| spawn("store-reader", || reader.run()))
                .collect::<Result<_, _>>()?,
            checkpointer: spawn("store-checkpoint", || checkpointer.run())?,
            stop_checkpointer,
        };
        Ok(Self {
            writes: to_writer,
            reads: to_readers,
            brief_readers,
            shared,
            threads: Mutex::new(Some(threads)),
        })
    }

    pub(crate) fn submit_write(&self, job: Box<dyn QueuedWrite>) -> Result<(), StoreError> {
        if self.shared.is_closed() {
            return Err(StoreError::Closed);
        }
        self.writes
            .try_send(WriteMessage::Run(job))
            .map_err(|error| refusal(&error))
    }

    pub(crate) fn submit_read(&self, job: Box<dyn QueuedRead>) -> Result<(), StoreError> {
        if self.shared.is_closed() {
            return Err(StoreError::Closed);
        }
        self.reads
            .try_send(ReadMessage::Run(job))
            .map_err(|error| refusal(&error))
    }

    /// Runs one reading statement on this thread; `None` when no connection is free.
    pub(crate) fn look_up<T>(
        &self,
        statement: impl FnOnce(&Session<'_>) -> Result<T, StoreError>,
    ) -> Option<Result<T, StoreError>> {
        if self.shared.is_closed() {
            return Some(Err(StoreError::Closed));
        }
        self.brief_readers.look_up(statement)
    }

    /// Commits and write closures so far.
    pub(crate) fn totals(&self) -> (u64, u64) {
        let commits = self.shared.commits.load(Ordering::Relaxed);
        (commits, self.shared.closures.load(Ordering::Relaxed))
    }

    /// Runs what waits, then ends all threads. A closure that calls this ends them behind itself.
    pub(crate) fn shutdown(&self) {
        let threads = self
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(threads) = threads else { return };
        self.shared.closing.store(true, Ordering::Release);
        let _ = self.writes.send(WriteMessage::Stop);
        for _ in &threads.readers {
            let _ = self.reads.send(ReadMessage::Stop);
        }
        let own = thread::current().id();
        let calls_itself = threads.writer.thread().id() == own
            || threads
                .readers
                .iter()
                .any(|reader| reader.thread().id() == own);
        if !calls_itself {
            join(threads.writer);
            threads.readers.into_iter().for_each(join);
        }
        self.brief_readers.close();
        let _ = threads.stop_checkpointer.send(());
        if !calls_itself {
            join(threads.checkpointer);
        }
    }
}

impl Drop for FileEngine {
    fn drop(&mut self) {
        self.shutdown();
    }
}

fn open_readers(
    path: &Path,
    options: &StoreOptions,
    queue: &Receiver<ReadMessage>,
    shared: &Arc<Shared>,
) -> Result<Vec<Reader>, StoreError> {
    let connections = open_all(path, Role::Reader, options)?.into_iter();
    let reader = |connection| Reader {
        connection,
        queue: queue.clone(),
        shared: Arc::clone(shared),
    };
    Ok(connections.map(reader).collect())
}

/// As many connections of a reading role as there are reading threads.
fn open_all(
    path: &Path,
    role: Role,
    options: &StoreOptions,
) -> Result<Vec<Connection>, StoreError> {
    (0..options.reader_threads.max(1))
        .map(|_| open(path, role, options))
        .collect()
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|error| StoreError::Io(Cause::new(error)))
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("a store thread ended by a panic");
    }
}

fn refusal<M>(error: &TrySendError<M>) -> StoreError {
    match error {
        TrySendError::Full(_) => StoreError::Busy,
        TrySendError::Disconnected(_) => StoreError::Closed,
    }
}
