//! From SQLite's errors to the store's.

use rusqlite::{Error, ErrorCode, Row, types::ValueRef};

use crate::{Cause, StoreError};

/// Translates an error that has no rule of its own at the place where it happened.
pub(crate) fn translate(error: Error) -> StoreError {
    let Error::SqliteFailure(code, _) = &error else {
        return StoreError::Engine(Cause::new(error));
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "SQLite has many codes, most of them ours to fix"
    )]
    match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly,
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => StoreError::Io(Cause::new(error)),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            StoreError::Corrupt(Cause::new(error))
        }
        _ => StoreError::Engine(Cause::new(error)),
    }
}

/// The columns of a broken uniqueness rule, as SQLite names them ("table.column, table.column").
pub(super) fn violated_columns(error: &Error) -> Option<&str> {
    if let Error::SqliteFailure(code, Some(message)) = error
        && code.code == ErrorCode::ConstraintViolation
    {
        return Some(message);
    }
    None
}

/// Whether a constraint of any kind refused the statement.
pub(super) fn is_constraint(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(code, _) if code.code == ErrorCode::ConstraintViolation)
}

/// An error of reading one row: names the column, and the row by its first column.
pub(super) fn unreadable(table: &'static str, row: &Row<'_>, error: Error) -> StoreError {
    let column = if let Error::InvalidColumnType(_, name, _) = &error {
        name.clone()
    } else if let Error::FromSqlConversionFailure(index, ..)
    | Error::IntegralValueOutOfRange(index, _) = &error
    {
        row.as_ref().column_name(*index).unwrap_or("?").to_owned()
    } else {
        return translate(error);
    };
    StoreError::Inconsistent {
        table,
        column,
        row: row_name(row),
    }
}

/// A row whose content contradicts itself.
pub(super) fn inconsistent(table: &'static str, column: &str, row: &Row<'_>) -> StoreError {
    StoreError::Inconsistent {
        table,
        column: column.to_owned(),
        row: row_name(row),
    }
}

fn row_name(row: &Row<'_>) -> String {
    match row.get_ref(0) {
        Ok(ValueRef::Integer(key)) => format!("key {key}"),
        Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
        Ok(ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_)) | Err(_) => "?".to_owned(),
    }
}
