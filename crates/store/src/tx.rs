//! What a transaction can do.

use crate::{
    Collection, DeliveryRow, EventQuery, EventRow, IdempotencyRecord, NewDelivery, NewEvent,
    NewRecord, ProductRow, Record, RecordQuery, RecordUpdate, StockLevel, StoreError, TenantId,
};

/// Asks for the rollback of a savepoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollback;

/// Reads one consistent state of the database.
pub trait ReadTx {
    /// The record with this identity.
    fn record(
        &self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Option<Record>, StoreError>;

    /// The record with this second unique name.
    fn record_by_unique_ref(
        &self,
        collection: Collection,
        tenant: TenantId,
        unique_ref: &str,
    ) -> Result<Option<Record>, StoreError>;

    /// Owner and ready response bytes; `None` when there is no such record or it has no bytes.
    fn rendered(
        &self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError>;

    /// Records by key, or by due time when that is asked for, oldest first unless asked otherwise.
    fn records(
        &self,
        collection: Collection,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Result<Vec<Record>, StoreError>;

    /// How many records the query's filters match; its limit does not count.
    fn count(
        &self,
        collection: Collection,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Result<u64, StoreError>;

    /// The product with this item identity.
    fn product(&self, tenant: TenantId, item_id: &str) -> Result<Option<ProductRow>, StoreError>;

    /// Products by item identity, behind `after`.
    fn products(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ProductRow>, StoreError>;

    /// Stock of an item; `None` when it was never set.
    fn stock(&self, tenant: TenantId, item_id: &str) -> Result<Option<StockLevel>, StoreError>;

    /// Item and units held for this holder, by item.
    fn reservations(
        &self,
        tenant: TenantId,
        holder: &str,
    ) -> Result<Vec<(String, i64)>, StoreError>;

    /// What is remembered of a request, expired or not.
    fn idempotency(&self, scope: &[u8; 16]) -> Result<Option<IdempotencyRecord>, StoreError>;

    /// The event at this position.
    fn event(&self, key: i64) -> Result<Option<EventRow>, StoreError>;

    /// Events by position.
    fn events(&self, tenant: TenantId, query: &EventQuery<'_>)
    -> Result<Vec<EventRow>, StoreError>;

    /// Deliveries that a worker could lease at this time, the longest due first.
    fn deliveries_due(&self, now: i64, limit: u32) -> Result<Vec<DeliveryRow>, StoreError>;

    /// Deliveries given up, by key, behind `after_key`.
    fn deliveries_parked(
        &self,
        after_key: Option<i64>,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError>;

    /// How many deliveries are neither delivered nor parked.
    fn deliveries_open(&self) -> Result<u64, StoreError>;

    /// The earliest time at which a delivery becomes due, in microseconds since the epoch.
    fn next_delivery_at(&self) -> Result<Option<i64>, StoreError>;

    /// A value of the store's own notebook.
    fn meta(&self, key: &str) -> Result<Option<String>, StoreError>;
}

/// Reads and changes; everything happens or nothing does.
///
/// An error of one call leaves the changes of the calls before it in place: returning `Err` from
/// the closure, or [`Rollback`] from a savepoint, is what takes them back.
pub trait Tx: ReadTx {
    /// Inserts a record and returns its key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `id` or `unique_ref` is taken.
    fn insert(&mut self, collection: Collection, record: &NewRecord<'_>)
    -> Result<i64, StoreError>;

    /// Replaces the content of a record and raises its revision by one.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is gone or at another revision.
    fn update(
        &mut self,
        collection: Collection,
        update: &RecordUpdate<'_>,
    ) -> Result<(), StoreError>;

    /// Removes a record; `false` when there was none.
    fn delete(
        &mut self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<bool, StoreError>;

    /// Inserts or replaces a product. Its stock stays as it is.
    fn put_product(&mut self, tenant: TenantId, product: &ProductRow) -> Result<(), StoreError>;

    /// Sets the units on hand; creates the stock row when it is missing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when more units are reserved.
    fn set_stock(
        &mut self,
        tenant: TenantId,
        item_id: &str,
        on_hand: i64,
    ) -> Result<(), StoreError>;

    /// Holds units for a holder, on top of what it holds already; `false` when not enough are
    /// available, or the item has no stock row: nothing changed then.
    ///
    /// # Errors
    /// [`StoreError::InvalidArgument`] when `qty` is not positive.
    fn reserve(
        &mut self,
        tenant: TenantId,
        holder: &str,
        item_id: &str,
        qty: i64,
    ) -> Result<bool, StoreError>;

    /// Gives back everything held for a holder; nothing held is no error.
    fn release(&mut self, tenant: TenantId, holder: &str) -> Result<(), StoreError>;

    /// Turns everything held for a holder into sold units; nothing held is no error.
    fn sell(&mut self, tenant: TenantId, holder: &str) -> Result<(), StoreError>;

    /// Puts sold units back on hand.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when fewer units were sold, [`StoreError::InvalidArgument`] when
    /// `qty` is not positive.
    fn restock(&mut self, tenant: TenantId, item_id: &str, qty: i64) -> Result<(), StoreError>;

    /// Inserts or replaces the memory of a request.
    fn put_idempotency(&mut self, record: &IdempotencyRecord) -> Result<(), StoreError>;

    /// Forgets a request; `false` when there was nothing.
    fn delete_idempotency(&mut self, scope: &[u8; 16]) -> Result<bool, StoreError>;

    /// Forgets at most `limit` requests that expired at or before this time; returns how many.
    fn purge_idempotency(&mut self, expired_before: i64, limit: u32) -> Result<u64, StoreError>;

    /// Appends an event and returns its position.
    fn append_event(&mut self, event: &NewEvent<'_>) -> Result<i64, StoreError>;

    /// Puts a delivery into the outbox and returns its key.
    fn enqueue_delivery(&mut self, delivery: &NewDelivery<'_>) -> Result<i64, StoreError>;

    /// Takes due deliveries until `lease_until`: of each subscriber and subject only the lowest
    /// revision not yet done. An expired lease is due again.
    fn lease_deliveries(
        &mut self,
        now: i64,
        lease_until: i64,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError>;

    /// Marks a leased delivery as done and lets the next revision of the subject go.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the lease has gone to somebody else.
    fn finish_delivery(&mut self, key: i64, epoch: i64, now: i64) -> Result<(), StoreError>;

    /// Puts a leased delivery back until `next_at`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the lease has gone to somebody else.
    fn retry_delivery(
        &mut self,
        key: i64,
        epoch: i64,
        next_at: i64,
        error: &str,
    ) -> Result<(), StoreError>;

    /// Gives a leased delivery up and lets the next revision of the subject go.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the lease has gone to somebody else.
    fn park_delivery(&mut self, key: i64, epoch: i64, error: &str) -> Result<(), StoreError>;

    /// Writes a value into the store's own notebook.
    fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError>;

    /// Runs `work` so that its changes can be taken back alone; `true` when they stay.
    ///
    /// # Errors
    /// Only failures of the store itself; the work's own result travels in what it captures.
    fn savepoint(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Tx) -> Result<(), Rollback>,
    ) -> Result<bool, StoreError>;
}
