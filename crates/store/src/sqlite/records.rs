//! Records of all collections.

use std::fmt::Write as _;

use rusqlite::{Row, params, params_from_iter, types::Value};

use super::{fault::violated_columns, session::Session, statements::record_sql};
use crate::{
    Collection, NewRecord, ROWS_MAX, Record, RecordQuery, RecordUpdate, StoreError, TenantId,
};

impl Session<'_> {
    pub(super) fn record_by_id(
        &self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Option<Record>, StoreError> {
        self.one(
            collection.table(),
            record_sql(collection).by_id,
            params![tenant.0, id],
            read_record,
        )
    }

    pub(super) fn record_by_ref(
        &self,
        collection: Collection,
        tenant: TenantId,
        unique_ref: &str,
    ) -> Result<Option<Record>, StoreError> {
        let sql = record_sql(collection).by_unique_ref;
        self.one(
            collection.table(),
            sql,
            params![tenant.0, unique_ref],
            read_record,
        )
    }

    pub(super) fn record_rendered(
        &self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let sql = record_sql(collection).rendered;
        self.one(collection.table(), sql, params![tenant.0, id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    pub(super) fn record_list(
        &self,
        collection: Collection,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Result<Vec<Record>, StoreError> {
        let mut filter = Filter::of(collection, tenant, query);
        let direction = if query.descending { "DESC" } else { "ASC" };
        let limit = query.limit.min(ROWS_MAX);
        filter.values.push(Value::Integer(i64::from(limit)));
        let sql = format!(
            "{}{} ORDER BY key {direction} LIMIT ?{}",
            record_sql(collection).select,
            filter.sql,
            filter.values.len()
        );
        self.all(
            collection.table(),
            &sql,
            params_from_iter(filter.values),
            read_record,
        )
    }

    pub(super) fn record_count(
        &self,
        collection: Collection,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Result<u64, StoreError> {
        let filter = Filter::of(collection, tenant, query);
        let sql = format!("{}{}", record_sql(collection).count, filter.sql);
        self.number(collection.table(), &sql, params_from_iter(filter.values))
    }

    pub(super) fn record_insert(
        &mut self,
        collection: Collection,
        new: &NewRecord<'_>,
    ) -> Result<i64, StoreError> {
        if new.id.is_empty() {
            return Err(StoreError::InvalidArgument {
                argument: "id must not be empty",
            });
        }
        self.before_write()?;
        let inserted = self.try_execute(
            record_sql(collection).insert,
            params![
                new.tenant.0,
                new.id,
                new.owner,
                new.state,
                new.unique_ref,
                new.parent,
                new.due_at,
                new.now,
                new.rendered,
                new.document
            ],
        );
        match inserted {
            Ok(_) => Ok(self.last_key()),
            Err(error) => Err(match violated_columns(&error) {
                Some(columns) => conflict(collection, columns),
                None => self.fault(error),
            }),
        }
    }

    pub(super) fn record_update(
        &mut self,
        collection: Collection,
        update: &RecordUpdate<'_>,
    ) -> Result<(), StoreError> {
        self.before_write()?;
        let changed = self.execute(
            record_sql(collection).update,
            params![
                update.tenant.0,
                update.id,
                update.expected_revision,
                update.state,
                update.due_at,
                update.now,
                update.rendered,
                update.document
            ],
        )?;
        if changed == 1 {
            return Ok(());
        }
        Err(StoreError::Stale {
            table: collection.table(),
            row: update.id.to_owned(),
        })
    }

    pub(super) fn record_delete(
        &mut self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<bool, StoreError> {
        self.before_write()?;
        Ok(self.execute(record_sql(collection).delete, params![tenant.0, id])? == 1)
    }
}

/// The WHERE part of a query, with the index it must use: SQLite would otherwise sometimes walk
/// the whole table in key order in the hope of an early end.
struct Filter {
    sql: String,
    values: Vec<Value>,
}

impl Filter {
    fn of(collection: Collection, tenant: TenantId, query: &RecordQuery<'_>) -> Self {
        let mut filter = Self {
            sql: String::new(),
            values: Vec::with_capacity(7),
        };
        if let Some(index) = index_for(collection, query) {
            let _ = write!(filter.sql, " INDEXED BY {}_{index}", collection.table());
        }
        filter.sql.push_str(" WHERE ");
        filter.add("tenant =", Value::Integer(tenant.0));
        if let Some(parent) = query.parent {
            filter.add("parent =", Value::Text(parent.to_owned()));
        }
        if let Some(due_before) = query.due_before {
            filter.add("due_at <=", Value::Integer(due_before));
        }
        if let Some(owner) = query.owner {
            filter.add("owner =", Value::Text(owner.to_owned()));
        }
        if let Some(state) = query.state {
            filter.add("state =", Value::Text(state.to_owned()));
        }
        if let Some(after_key) = query.after_key {
            let term = if query.descending { "key <" } else { "key >" };
            filter.add(term, Value::Integer(after_key));
        }
        filter
    }

    fn add(&mut self, term: &str, value: Value) {
        if !self.values.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.values.push(value);
        let _ = write!(self.sql, "{term} ?{}", self.values.len());
    }
}

/// The narrowest index that fits; `None` walks the table by key.
fn index_for(collection: Collection, query: &RecordQuery<'_>) -> Option<&'static str> {
    let sql = record_sql(collection);
    if query.parent.is_some() {
        Some("parent")
    } else if query.due_before.is_some() {
        Some("due_at")
    } else if query.owner.is_some() && sql.has_owner_index {
        Some("owner")
    } else if query.state.is_some() && sql.has_state_index {
        Some("state")
    } else {
        None
    }
}

fn conflict(collection: Collection, columns: &str) -> StoreError {
    let field = if columns.ends_with(".unique_ref") {
        "unique_ref"
    } else {
        "id"
    };
    StoreError::Conflict {
        collection: collection.table(),
        field,
    }
}

fn read_record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        key: row.get(0)?,
        tenant: TenantId(row.get(1)?),
        id: row.get(2)?,
        owner: row.get(3)?,
        state: row.get(4)?,
        unique_ref: row.get(5)?,
        parent: row.get(6)?,
        due_at: row.get(7)?,
        revision: row.get(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
        rendered: row.get(11)?,
        document: row.get(12)?,
    })
}
