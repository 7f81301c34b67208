//! Syncing a database file beside SQLite.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// A handle for each database file, never closed: closing any handle of a file takes away all locks
/// that this process holds on it (POSIX), those of SQLite among them.
static FILES: Mutex<BTreeMap<PathBuf, Arc<File>>> = Mutex::new(BTreeMap::new());

/// A handle that is only good for syncing this file, which must exist.
///
/// When the file was replaced by another of the same name, the handle still means the old one. That
/// is no harm: nothing rests on these syncs but how long SQLite's own ones take.
pub(super) fn handle(path: &Path) -> io::Result<Arc<File>> {
    let path = path.canonicalize()?;
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = files.get(&path) {
        return Ok(Arc::clone(file));
    }
    let file = Arc::new(OpenOptions::new().read(true).write(true).open(&path)?);
    files.insert(path, Arc::clone(&file));
    Ok(file)
}
