//! Copying a database file, also while it is in use.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, backup::Backup};

use crate::{
    Cause, CheckReport, Store, StoreError,
    check::check,
    sqlite::{open_existing, translate},
};

impl Store {
    /// Copies the database to a new file and checks the copy.
    ///
    /// The copy is one consistent state; writers go on meanwhile. It appears under its name only
    /// when it is complete, checked and on disk.
    ///
    /// # Errors
    /// [`StoreError::FileExists`] when the target is there already,
    /// [`StoreError::UnsoundBackup`] when the copy has findings: nothing is left then.
    pub fn backup(path: &Path, to: &Path) -> Result<CheckReport, StoreError> {
        if to.exists() {
            return Err(StoreError::FileExists {
                path: to.to_owned(),
            });
        }
        let partial = partial_name(to);
        let copied = copy_and_check(path, &partial).and_then(|report| {
            publish(&partial, to)?;
            Ok(report)
        });
        // Published or failed: the partial name goes away either way.
        let _ = fs::remove_file(&partial);
        copied
    }
}

fn partial_name(to: &Path) -> PathBuf {
    let mut name = OsString::from(to);
    name.push(".partial");
    PathBuf::from(name)
}

fn copy_and_check(path: &Path, partial: &Path) -> Result<CheckReport, StoreError> {
    let source = open_existing(path)?;
    // A leftover of an interrupted backup is worthless.
    match fs::remove_file(partial) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(io_error(error)),
        _ => {}
    }
    let mut copy = Connection::open(partial).map_err(translate)?;
    {
        // All pages in one step: a backup in several would start over at every commit.
        let backup = Backup::new(&source, &mut copy).map_err(translate)?;
        backup.step(-1).map_err(translate)?;
    }
    // One file, without a log beside it.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
        .map_err(translate)?;
    let report = check(&mut copy)?;
    if !report.is_sound() {
        return Err(StoreError::UnsoundBackup {
            findings: report.findings_total,
        });
    }
    copy.close().map_err(|(_, error)| translate(error))?;
    Ok(report)
}

/// Gives the file its name, unless somebody else has taken it meanwhile.
fn publish(partial: &Path, to: &Path) -> Result<(), StoreError> {
    File::open(partial)
        .and_then(|file| file.sync_all())
        .map_err(io_error)?;
    fs::hard_link(partial, to).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            StoreError::FileExists {
                path: to.to_owned(),
            }
        } else {
            io_error(error)
        }
    })?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or_else(|| Path::new(".")))
        .and_then(|folder| folder.sync_all())
        .map_err(io_error)
}

fn io_error(error: io::Error) -> StoreError {
    if error.kind() == ErrorKind::StorageFull {
        return StoreError::DiskFull;
    }
    StoreError::Io(Cause::new(error))
}
