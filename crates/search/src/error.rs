//! Errors of the index.

use std::path::PathBuf;

/// Why the index could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The folder cannot be made or read.
    #[error("cannot use the index folder {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The index engine failed: disk full, damaged files, another process holds the folder.
    #[error("the index engine failed")]
    Engine(#[from] tantivy::TantivyError),
    /// A product that cannot be written as JSON.
    #[error("a product cannot be stored")]
    ProductUnwritable(#[source] serde_json::Error),
    /// A stored product that cannot be read back; the index must be built again.
    #[error("a stored product cannot be read")]
    ProductUnreadable(#[source] serde_json::Error),
    /// A thread panicked while it was writing; the index must be opened again.
    #[error("the index writer is gone")]
    WriterGone,
}
