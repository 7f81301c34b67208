//! The handle through which everybody reads and writes.

use std::path::Path;

use crate::{ReadTx, StoreError, StoreOptions, Tx};

/// A database; cloning it is cheap and gives the same database.
#[derive(Clone)]
pub struct Store {}

impl Store {
    /// Opens the database in this file, creates it when it is missing, and brings its structure
    /// up to date.
    pub fn open(_path: &Path, _options: StoreOptions) -> Result<Self, StoreError> {
        Err(StoreError::Closed)
    }

    /// Opens an empty database in memory. Closures run on the calling thread, one after the other.
    pub fn in_memory() -> Result<Self, StoreError> {
        Err(StoreError::Closed)
    }

    /// Runs a closure that changes data, and returns its result once that is on disk.
    ///
    /// `Ok` keeps its changes, `Err` and a panic take them back. The closure runs to its end even
    /// when this future is dropped.
    pub async fn write<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_blocking(name, f)
    }

    /// Runs a closure that reads one consistent, committed state.
    pub async fn read<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: FnMut(&dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.read_blocking(name, f)
    }

    /// [`Store::write`] for code without a runtime.
    pub fn write_blocking<T, E, F>(&self, _name: &'static str, _f: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        Err(E::from(StoreError::Closed))
    }

    /// [`Store::read`] for code without a runtime.
    pub fn read_blocking<T, E, F>(&self, _name: &'static str, _f: F) -> Result<T, E>
    where
        F: FnMut(&dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        Err(E::from(StoreError::Closed))
    }

    /// Runs everything that waits, moves the log into the database file and closes it.
    pub fn shutdown(&self) {}
}
