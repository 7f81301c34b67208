//! Opening connections with the settings that durability and speed rest on.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::fault::translate;
use crate::{StoreError, StoreOptions};

/// Rows are 2 to 4 kB and random index pages are rewritten once per batch: small pages keep the
/// log short. Measured against 8 and 16 KiB.
const PAGE_BYTES: u16 = 4_096;
const STATEMENTS_CACHED: usize = 256;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Writer,
    Reader,
    /// Looks up single rows by key.
    BriefReader,
    Checkpointer,
}

impl Role {
    fn reads_only(self) -> bool {
        matches!(self, Self::Reader | Self::BriefReader)
    }

    fn cache_kib(self, options: &StoreOptions) -> u32 {
        match self {
            Self::Writer | Self::Reader | Self::Checkpointer => options.cache_kib,
            Self::BriefReader => options.brief_cache_kib,
        }
    }
}

/// Opens the file, creating it when the role is to write.
pub(crate) fn open(
    path: &Path,
    role: Role,
    options: &StoreOptions,
) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if role == Role::Writer {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags).map_err(translate)?;
    configure_file(&connection, role, options)?;
    Ok(connection)
}

/// Opens an existing file without changing how it is kept.
pub(crate) fn open_existing(path: &Path) -> Result<Connection, StoreError> {
    if !path.is_file() {
        return Err(StoreError::NoSuchDatabase {
            path: path.to_owned(),
        });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(translate)?;
    connection
        .busy_timeout(StoreOptions::default().lock_wait)
        .map_err(translate)?;
    Ok(connection)
}

/// Opens an empty database in memory.
pub(crate) fn memory() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory().map_err(translate)?;
    configure_common(&connection)?;
    Ok(connection)
}

/// Pages in the write-ahead log after a passive checkpoint, and whether all of them were moved.
pub(crate) fn wal_pages(connection: &Connection, mode: &str) -> Result<(u64, bool), StoreError> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    connection
        .query_row(&sql, [], |row| {
            let (busy, log, moved): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((u64::try_from(log).unwrap_or(0), busy == 0 && log == moved))
        })
        .map_err(translate)
}

/// Bytes of one page.
pub(crate) fn page_bytes() -> u64 {
    u64::from(PAGE_BYTES)
}

fn configure_file(
    connection: &Connection,
    role: Role,
    options: &StoreOptions,
) -> Result<(), StoreError> {
    connection
        .busy_timeout(options.lock_wait)
        .map_err(translate)?;
    if role == Role::Writer {
        set(connection, "page_size", i64::from(PAGE_BYTES))?;
        let mode: String = connection
            .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
            .map_err(translate)?;
        require("journal_mode", &mode, "wal")?;
    }
    set(connection, "synchronous", 2)?;
    // macOS keeps an fsync in the drive's cache without this; elsewhere it does nothing.
    set(connection, "fullfsync", 1)?;
    set(connection, "checkpoint_fullfsync", 1)?;
    // The checkpoint thread does that; a commit never pays for it.
    set(connection, "wal_autocheckpoint", 0)?;
    let cache_kib = role.cache_kib(options);
    set(connection, "cache_size", -i64::from(cache_kib))?;
    let mapped = if role.reads_only() {
        i64::try_from(options.mmap_bytes).unwrap_or(i64::MAX)
    } else {
        0
    };
    set(connection, "mmap_size", mapped)?;
    if let (Role::Writer, Some(bytes)) = (role, options.bytes_max) {
        let pages = i64::try_from(bytes / page_bytes()).unwrap_or(i64::MAX);
        set(connection, "max_page_count", pages.max(1))?;
    }
    if role.reads_only() {
        set(connection, "query_only", 1)?;
    }
    configure_common(connection)?;
    assert_durable(connection)
}

fn configure_common(connection: &Connection) -> Result<(), StoreError> {
    // Savepoint journals stay in memory.
    set(connection, "temp_store", 2)?;
    set(connection, "foreign_keys", 1)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    Ok(())
}

/// A commit is acknowledged only when it is on disk: read the two settings back.
fn assert_durable(connection: &Connection) -> Result<(), StoreError> {
    let mode: String = connection
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .map_err(translate)?;
    require("journal_mode", &mode, "wal")?;
    let synchronous: i64 = connection
        .query_row("PRAGMA synchronous", [], |row| row.get(0))
        .map_err(translate)?;
    require("synchronous", &synchronous.to_string(), "2")
}

fn require(setting: &'static str, found: &str, wanted: &str) -> Result<(), StoreError> {
    if found.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(StoreError::NotDurable {
        setting,
        found: found.to_owned(),
    })
}

fn set(connection: &Connection, name: &str, value: i64) -> Result<(), StoreError> {
    connection
        .pragma_update(None, name, value)
        .map_err(translate)
}
