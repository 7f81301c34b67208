//! One connection inside one transaction, with savepoints that cost nothing until a write.

use std::cell::RefCell;

use rusqlite::{CachedStatement, Connection, Params, Row};

use super::fault::{translate, unreadable};
use crate::StoreError;

/// A transaction under way.
///
/// Levels nest: the closure is one, each savepoint inside it another. A level gets a SQL savepoint
/// only when something is written in it, and levels between which nothing was written share one:
/// the state to go back to is the same.
pub(crate) struct Session<'c> {
    connection: &'c Connection,
    /// Levels begun since the last write; they have no SQL savepoint yet.
    unmarked: usize,
    /// For each SQL savepoint, outermost first, how many levels go back to it.
    marked: Vec<usize>,
    /// The failure that took the whole transaction down.
    lost: RefCell<Option<StoreError>>,
}

impl<'c> Session<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            unmarked: 0,
            marked: Vec::new(),
            lost: RefCell::new(None),
        }
    }

    /// Runs a statement that controls the transaction.
    pub(crate) fn control(&self, sql: &str) -> Result<(), StoreError> {
        self.statement(sql)?
            .execute([])
            .map_err(|error| self.fault(error))?;
        Ok(())
    }

    /// Forgets the failure of the transaction before.
    pub(crate) fn take_lost(&mut self) -> Option<StoreError> {
        self.lost.take()
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.borrow().is_some()
    }

    pub(crate) fn is_in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// How many levels are open.
    pub(crate) fn depth(&self) -> usize {
        self.unmarked + self.marked.iter().sum::<usize>()
    }

    pub(crate) fn begin_level(&mut self) {
        self.unmarked += 1;
    }

    /// Ends the innermost level, keeping or taking back its changes.
    pub(crate) fn end_level(&mut self, keep: bool) -> Result<(), StoreError> {
        if self.unmarked > 0 {
            self.unmarked -= 1;
            return Ok(());
        }
        let Some(sharing) = self.marked.last_mut() else {
            return Ok(());
        };
        *sharing -= 1;
        let is_last = *sharing == 0;
        if is_last {
            self.marked.pop();
        }
        self.check_lost()?;
        let ended = self.end_mark(keep, is_last);
        if let Err(error) = &ended {
            // Nobody knows what of this level is in the transaction now: none of it may commit.
            self.lost.borrow_mut().get_or_insert_with(|| error.clone());
        }
        ended
    }

    fn end_mark(&self, keep: bool, is_last: bool) -> Result<(), StoreError> {
        if !keep {
            self.control("ROLLBACK TO mark")?;
        }
        if is_last {
            self.control("RELEASE mark")?;
        }
        Ok(())
    }

    /// Forgets all levels; the transaction itself is gone.
    pub(crate) fn drop_levels(&mut self) {
        self.unmarked = 0;
        self.marked.clear();
    }

    /// To be called before each write: makes the point to go back to.
    pub(super) fn before_write(&mut self) -> Result<(), StoreError> {
        self.check_lost()?;
        if self.unmarked > 0 {
            self.control("SAVEPOINT mark")?;
            self.marked.push(self.unmarked);
            self.unmarked = 0;
        }
        Ok(())
    }

    pub(super) fn statement(&self, sql: &str) -> Result<CachedStatement<'c>, StoreError> {
        self.connection
            .prepare_cached(sql)
            .map_err(|error| self.fault(error))
    }

    /// Runs a statement and returns the number of changed rows.
    pub(super) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        self.try_execute(sql, params)
            .map_err(|error| self.fault(error))
    }

    /// Like [`Session::execute`], for statements whose constraints mean something to the caller;
    /// every error it does not know must go through [`Session::fault`].
    pub(super) fn try_execute(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(params)
    }

    pub(super) fn last_key(&self) -> i64 {
        self.connection.last_insert_rowid()
    }

    /// The one row of a query, if there is one.
    pub(super) fn one<T>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params).map_err(|error| self.fault(error))?;
        match rows.next().map_err(|error| self.fault(error))? {
            Some(row) => read(row)
                .map(Some)
                .map_err(|error| unreadable(table, row, error)),
            None => Ok(None),
        }
    }

    /// The number that a counting query gives.
    pub(super) fn number(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
    ) -> Result<u64, StoreError> {
        let number = self.one(table, sql, params, |row| row.get::<_, i64>(0))?;
        Ok(number
            .and_then(|number| u64::try_from(number).ok())
            .unwrap_or(0))
    }

    /// All rows of a query.
    pub(super) fn all<T>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params).map_err(|error| self.fault(error))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            found.push(read(row).map_err(|error| unreadable(table, row, error))?);
        }
        Ok(found)
    }

    /// Translates an error, and notes when it took the transaction down: SQLite rolls everything
    /// back by itself after some failures, and later statements would commit one by one.
    pub(super) fn fault(&self, error: rusqlite::Error) -> StoreError {
        let translated = translate(error);
        let is_fatal = matches!(translated, StoreError::Io(_) | StoreError::Corrupt(_));
        if is_fatal || self.connection.is_autocommit() {
            self.lost
                .borrow_mut()
                .get_or_insert_with(|| translated.clone());
        }
        translated
    }

    fn check_lost(&self) -> Result<(), StoreError> {
        match &*self.lost.borrow() {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}
