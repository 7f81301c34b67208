//! Documents in rows of the store, read and written the same way for charges, refunds, tokens and
//! the simulated issuer's book.

use comptoir_store::{
    Collection, NewRecord, ReadTx, Record, RecordUpdate, StoreError, TenantId, Tx,
};
use serde::{Serialize, de::DeserializeOwned};

/// A kind of document. It is stored as JSON, beside columns that follow from it.
pub(crate) trait Row: Serialize + DeserializeOwned {
    const COLLECTION: Collection;

    /// The columns of the row as the document stands; `now` in microseconds since 1970.
    fn columns(&self, now: i64) -> Columns<'_>;
}

/// What the store keeps beside a document.
pub(crate) struct Columns<'a> {
    pub(crate) id: &'a str,
    pub(crate) owner: &'a str,
    pub(crate) state: &'a str,
    /// The merchant and its own key, see [`unique_ref`].
    pub(crate) unique_ref: Option<String>,
    pub(crate) parent: &'a str,
    pub(crate) due_at: Option<i64>,
}

/// The unique name of what a merchant asked for under its own key: a second row with the same
/// merchant and key cannot exist.
pub(crate) fn unique_ref(merchant_id: &str, key: &str) -> String {
    // A key is visible ASCII, so the line break separates without doubt.
    format!("{merchant_id}\n{key}")
}

pub(crate) fn find<T: Row>(
    tx: &dyn ReadTx,
    tenant: TenantId,
    id: &str,
) -> Result<Option<(Record, T)>, StoreError> {
    tx.record(T::COLLECTION, tenant, id)?
        .map(decode)
        .transpose()
}

/// What this merchant asked for under its own key.
pub(crate) fn find_by_key<T: Row>(
    tx: &dyn ReadTx,
    tenant: TenantId,
    merchant_id: &str,
    key: &str,
) -> Result<Option<(Record, T)>, StoreError> {
    tx.record_by_unique_ref(T::COLLECTION, tenant, &unique_ref(merchant_id, key))?
        .map(decode)
        .transpose()
}

pub(crate) fn insert<T: Row>(
    tx: &mut dyn Tx,
    tenant: TenantId,
    document: &T,
    now: i64,
) -> Result<(), StoreError> {
    let columns = document.columns(now);
    tx.insert(
        T::COLLECTION,
        &NewRecord {
            tenant,
            id: columns.id,
            owner: columns.owner,
            state: columns.state,
            unique_ref: columns.unique_ref.as_deref(),
            parent: Some(columns.parent),
            due_at: columns.due_at,
            document: &encode(document, columns.id)?,
            rendered: None,
            now,
        },
    )?;
    Ok(())
}

/// Replaces a document that was read in the same transaction.
pub(crate) fn replace<T: Row>(
    tx: &mut dyn Tx,
    tenant: TenantId,
    record: &Record,
    document: &T,
    now: i64,
) -> Result<(), StoreError> {
    let columns = document.columns(now);
    tx.update(
        T::COLLECTION,
        &RecordUpdate {
            tenant,
            id: columns.id,
            expected_revision: record.revision,
            state: columns.state,
            due_at: columns.due_at,
            document: &encode(document, columns.id)?,
            rendered: None,
            now,
        },
    )
}

pub(crate) fn decode<T: Row>(record: Record) -> Result<(Record, T), StoreError> {
    let document =
        serde_json::from_slice(&record.document).map_err(|_| inconsistent::<T>(&record.id))?;
    Ok((record, document))
}

fn encode<T: Row>(document: &T, id: &str) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(document).map_err(|_| inconsistent::<T>(id))
}

fn inconsistent<T: Row>(row: &str) -> StoreError {
    StoreError::Inconsistent {
        table: T::COLLECTION.table(),
        column: "document".to_owned(),
        row: row.to_owned(),
    }
}
