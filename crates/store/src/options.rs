//! Settings of a store.

use std::time::Duration;

/// Settings of a store on a file; the defaults are the measured ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    /// Waiting write closures at most; one more is refused with [`crate::StoreError::Busy`].
    pub write_queue_max: usize,
    /// Waiting read closures at most; one more is refused with [`crate::StoreError::Busy`].
    pub read_queue_max: usize,
    /// Closures in one commit at most.
    pub batch_max: usize,
    /// Threads that read, each with a connection of its own; as many connections again serve
    /// look-ups on their callers' threads.
    pub reader_threads: usize,
    /// Page cache of the writing connection, and of each reading thread's, in KiB. Of the writer's it
    /// must hold the index pages that random keys come back to.
    pub cache_kib: u32,
    /// Page cache of each connection for look-ups, in KiB. Pages of rows hardly ever come back: a
    /// small cache stays near the processor, and holds the upper pages of the indexes.
    pub brief_cache_kib: u32,
    /// Bytes of the file that each reading connection maps into memory, which spares a system call
    /// and a copy for each page. Mapped pages count as resident memory, but the kernel takes them
    /// back at will. The writer never maps: a disk fault must reach it as an error.
    pub mmap_bytes: u64,
    /// Pause between two passive checkpoints.
    pub checkpoint_interval: Duration,
    /// Size of the write-ahead log, in bytes, from which a checkpoint restarts it.
    pub wal_bytes_max: u64,
    /// How long to wait for a lock that another process holds.
    pub lock_wait: Duration,
    /// Size the database may grow to, in bytes; the insert past it is [`crate::StoreError::DiskFull`].
    pub bytes_max: Option<u64>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            write_queue_max: 4_096,
            read_queue_max: 4_096,
            batch_max: 512,
            reader_threads: 2,
            cache_kib: 16 * 1_024,
            brief_cache_kib: 2 * 1_024,
            mmap_bytes: 0,
            checkpoint_interval: Duration::from_millis(50),
            wal_bytes_max: 128 * 1_024 * 1_024,
            lock_wait: Duration::from_secs(10),
            bytes_max: None,
        }
    }
}
