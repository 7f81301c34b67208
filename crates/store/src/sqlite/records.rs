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
        let (sql, values) = list_sql(collection, tenant, query);
        self.all(
            collection.table(),
            &sql,
            params_from_iter(values),
            read_record,
        )
    }

    pub(super) fn record_count(
        &self,
        collection: Collection,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Result<u64, StoreError> {
        let (sql, values) = count_sql(collection, tenant, query);
        self.number(collection.table(), &sql, params_from_iter(values))
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

fn list_sql(
    collection: Collection,
    tenant: TenantId,
    query: &RecordQuery<'_>,
) -> (String, Vec<Value>) {
    let index = index_for(collection, query);
    let mut filter = Filter::of(collection, index, tenant, query);
    filter
        .values
        .push(Value::Integer(i64::from(query.limit.min(ROWS_MAX))));
    let direction = if query.descending { "DESC" } else { "ASC" };
    let mut sql = format!("{}{} ORDER BY ", record_sql(collection).select, filter.sql);
    if index == Some("due_at") {
        let _ = write!(sql, "due_at {direction}, ");
    }
    let _ = write!(sql, "key {direction} LIMIT ?{}", filter.values.len());
    (sql, filter.values)
}

fn count_sql(
    collection: Collection,
    tenant: TenantId,
    query: &RecordQuery<'_>,
) -> (String, Vec<Value>) {
    // Without a filter the narrowest index is enough to count.
    let needs_rows = query.state.is_some() || query.owner.is_some();
    let index = index_for(collection, query).or((!needs_rows).then_some("id"));
    let filter = Filter::of(collection, index, tenant, query);
    (
        format!("{}{}", record_sql(collection).count, filter.sql),
        filter.values,
    )
}

/// The WHERE part of a query, with the index it must use: SQLite would otherwise sometimes walk
/// the whole table in the hope of an early end, or sort a whole tenant to find one page.
struct Filter {
    sql: String,
    values: Vec<Value>,
}

impl Filter {
    fn of(
        collection: Collection,
        index: Option<&'static str>,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Self {
        let mut filter = Self {
            sql: String::new(),
            values: Vec::with_capacity(7),
        };
        match index {
            Some(index) => {
                let _ = write!(filter.sql, " INDEXED BY {}_{index}", collection.table());
            }
            None => filter.sql.push_str(" NOT INDEXED"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{migrations, sqlite::memory};

    fn queries() -> Vec<RecordQuery<'static>> {
        let all = RecordQuery::default();
        let mut queries = vec![all];
        queries.extend((0..4).map(|n| RecordQuery {
            state: (n == 0).then_some("s"),
            parent: (n == 1).then_some("p"),
            due_before: (n == 2).then_some(1),
            owner: (n == 3).then_some("o"),
            ..all
        }));
        let paged = queries.clone();
        queries.extend(paged.into_iter().map(|query| RecordQuery {
            descending: true,
            after_key: Some(9),
            ..query
        }));
        queries
    }

    /// No list and no count sorts rows, and each uses the index meant for it.
    /// Field defect 29: what is due is found without looking at the rest.
    #[test]
    fn lists_use_their_index() {
        let mut connection = memory().unwrap();
        migrations::run(&mut connection).unwrap();
        let session = Session::new(&connection);
        for collection in Collection::ALL {
            for query in queries() {
                for (sql, values) in [
                    list_sql(collection, TenantId::DEFAULT, &query),
                    count_sql(collection, TenantId::DEFAULT, &query),
                ] {
                    let sql = format!("EXPLAIN QUERY PLAN {sql}");
                    let plan: Vec<String> = session
                        .all("plan", &sql, params_from_iter(values), |row| row.get(3))
                        .unwrap();
                    let plan = plan.join(", ");
                    assert!(!plan.contains("TEMP B-TREE"), "{sql}: {plan}");
                    if let Some(index) = index_for(collection, &query) {
                        let name = format!("{}_{index} ", collection.table());
                        assert!(plan.contains(&name), "{sql}: {plan}");
                    }
                }
            }
        }
    }
}
