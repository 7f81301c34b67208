//! The structure of the database and its versions.

use std::path::Path;

use rusqlite::Connection;

use crate::{
    Cause, StoreError, StoreOptions,
    sqlite::{Role, open, open_existing, translate},
};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// One step of the structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its number; steps are applied in this order.
    pub version: i32,
    /// What it does, in a word.
    pub name: String,
    /// Whether the database has it.
    pub is_applied: bool,
}

/// Brings the structure of a database file up to date, creating the file when it is missing.
pub fn migrate(path: &Path) -> Result<Vec<Migration>, StoreError> {
    let mut connection = open(path, Role::Writer, &StoreOptions::default())?;
    run(&mut connection)?;
    list(&connection)
}

/// Which steps this program knows and which of them the database has; changes nothing.
///
/// # Errors
/// [`StoreError::NoSuchDatabase`] when there is no such file.
pub fn status(path: &Path) -> Result<Vec<Migration>, StoreError> {
    list(&open_existing(path)?)
}

pub(crate) fn run(connection: &mut Connection) -> Result<(), StoreError> {
    embedded::migrations::runner()
        .run(connection)
        .map_err(|error| StoreError::Migration(Cause::new(error)))?;
    Ok(())
}

fn list(connection: &Connection) -> Result<Vec<Migration>, StoreError> {
    let applied = applied_versions(connection)?;
    let mut known: Vec<Migration> = embedded::migrations::runner()
        .get_migrations()
        .iter()
        .map(|step| Migration {
            version: step.version(),
            name: step.name().to_owned(),
            is_applied: applied.contains(&step.version()),
        })
        .collect();
    known.sort_by_key(|step| step.version);
    Ok(known)
}

fn applied_versions(connection: &Connection) -> Result<Vec<i32>, StoreError> {
    if !connection
        .table_exists(None, "refinery_schema_history")
        .map_err(translate)?
    {
        return Ok(Vec::new());
    }
    let mut statement = connection
        .prepare("SELECT version FROM refinery_schema_history ORDER BY version")
        .map_err(translate)?;
    statement
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .map_err(translate)
}
