//! What can go wrong in the store.

use std::{fmt, path::PathBuf, sync::Arc};

/// Why a transaction did not happen.
///
/// Messages name table, column and row where they are known, and never quote a document.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The queue is full or the database is locked: nothing happened, try again later (503).
    #[error("store is busy")]
    Busy,
    /// A uniqueness rule or a stock rule stands against it.
    #[error("conflict in {collection}: {field}")]
    Conflict {
        /// The table.
        collection: &'static str,
        /// The column, or columns joined by a comma.
        field: &'static str,
    },
    /// The row is not there, or not at the expected revision, state or epoch any more.
    #[error("stale write to {table}: {row}")]
    Stale {
        /// The table.
        table: &'static str,
        /// Identity of the row.
        row: String,
    },
    /// The stored data contradicts itself.
    #[error("inconsistent row in {table}.{column}: {row}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// Identity of the row, as far as it is known.
        row: String,
    },
    /// The caller passed a value the store cannot take.
    #[error("invalid argument: {argument}")]
    InvalidArgument {
        /// The argument and its rule.
        argument: &'static str,
    },
    /// The closure panicked; its changes were rolled back.
    #[error("transaction {name} panicked")]
    Panicked {
        /// Name of the transaction.
        name: &'static str,
    },
    /// The database cannot be written.
    #[error("database is read-only")]
    ReadOnly,
    /// No space left for the change.
    #[error("disk full")]
    DiskFull,
    /// The disk failed. After this the store is closed.
    #[error("disk input or output failed")]
    Io(#[source] Cause),
    /// The store was shut down, or closed itself after a disk failure.
    #[error("store is closed")]
    Closed,
    /// The file is no database of ours, or is damaged.
    #[error("database file is damaged")]
    Corrupt(#[source] Cause),
    /// A setting that durability rests on could not be made.
    #[error("unsafe database setting {setting}: {found}")]
    NotDurable {
        /// Name of the setting.
        setting: &'static str,
        /// The value found.
        found: String,
    },
    /// The database's structure could not be brought up to date.
    #[error("migration failed")]
    Migration(#[source] Cause),
    /// The target of a backup exists already.
    #[error("file exists already: {}", path.display())]
    FileExists {
        /// The target.
        path: PathBuf,
    },
    /// The database file does not exist.
    #[error("no such database: {}", path.display())]
    NoSuchDatabase {
        /// The file.
        path: PathBuf,
    },
    /// A copy differs from a sound database.
    #[error("backup is not sound: {findings} findings")]
    UnsoundBackup {
        /// How many findings the check reported.
        findings: usize,
    },
    /// Any other failure of the engine.
    #[error("database engine failed")]
    Engine(#[source] Cause),
}

impl StoreError {
    /// Whether the same call may succeed later without any change.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::DiskFull)
    }
}

/// The engine's own error, shared by every closure of a failed batch.
#[derive(Clone)]
pub struct Cause(Arc<dyn std::error::Error + Send + Sync>);

impl Cause {
    pub(crate) fn new(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
