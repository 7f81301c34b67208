//! The transaction traits over a session: each call goes to the module of its table.

use rusqlite::params;

use super::session::Session;
use crate::{
    Collection, DeliveryRow, EventQuery, EventRow, IdempotencyRecord, NewDelivery, NewEvent,
    NewRecord, ProductRow, ReadTx, Record, RecordQuery, RecordUpdate, Rollback, StockLevel,
    StoreError, TenantId, Tx,
};

const META: &str = "SELECT value FROM meta WHERE key = ?1";
const SET_META: &str = "INSERT INTO meta (key, value) VALUES (?1, ?2) \
     ON CONFLICT (key) DO UPDATE SET value = excluded.value";

impl ReadTx for Session<'_> {
    fn record(
        &self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Option<Record>, StoreError> {
        self.record_by_id(collection, tenant, id)
    }

    fn record_by_unique_ref(
        &self,
        collection: Collection,
        tenant: TenantId,
        unique_ref: &str,
    ) -> Result<Option<Record>, StoreError> {
        self.record_by_ref(collection, tenant, unique_ref)
    }

    fn rendered(
        &self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        self.record_rendered(collection, tenant, id)
    }

    fn records(
        &self,
        collection: Collection,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Result<Vec<Record>, StoreError> {
        self.record_list(collection, tenant, query)
    }

    fn count(
        &self,
        collection: Collection,
        tenant: TenantId,
        query: &RecordQuery<'_>,
    ) -> Result<u64, StoreError> {
        self.record_count(collection, tenant, query)
    }

    fn product(&self, tenant: TenantId, item_id: &str) -> Result<Option<ProductRow>, StoreError> {
        self.product_by_id(tenant, item_id)
    }

    fn products(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ProductRow>, StoreError> {
        self.product_list(tenant, after, limit)
    }

    fn stock(&self, tenant: TenantId, item_id: &str) -> Result<Option<StockLevel>, StoreError> {
        self.stock_level(tenant, item_id)
    }

    fn reservations(
        &self,
        tenant: TenantId,
        holder: &str,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        self.held(tenant, holder)
    }

    fn idempotency(&self, scope: &[u8; 16]) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.idempotency_get(scope)
    }

    fn event(&self, key: i64) -> Result<Option<EventRow>, StoreError> {
        self.event_by_key(key)
    }

    fn events(
        &self,
        tenant: TenantId,
        query: &EventQuery<'_>,
    ) -> Result<Vec<EventRow>, StoreError> {
        self.event_list(tenant, query)
    }

    fn deliveries_due(&self, now: i64, limit: u32) -> Result<Vec<DeliveryRow>, StoreError> {
        self.delivery_list_due(now, limit)
    }

    fn deliveries_parked(
        &self,
        after_key: Option<i64>,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        self.delivery_list_parked(after_key, limit)
    }

    fn deliveries_open(&self) -> Result<u64, StoreError> {
        self.delivery_count_open()
    }

    fn next_delivery_at(&self) -> Result<Option<i64>, StoreError> {
        self.delivery_next_at()
    }

    fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.one("meta", META, params![key], |row| row.get(0))
    }
}

impl Tx for Session<'_> {
    fn insert(
        &mut self,
        collection: Collection,
        record: &NewRecord<'_>,
    ) -> Result<i64, StoreError> {
        self.record_insert(collection, record)
    }

    fn update(
        &mut self,
        collection: Collection,
        update: &RecordUpdate<'_>,
    ) -> Result<(), StoreError> {
        self.record_update(collection, update)
    }

    fn delete(
        &mut self,
        collection: Collection,
        tenant: TenantId,
        id: &str,
    ) -> Result<bool, StoreError> {
        self.record_delete(collection, tenant, id)
    }

    fn put_product(&mut self, tenant: TenantId, product: &ProductRow) -> Result<(), StoreError> {
        self.product_put(tenant, product)
    }

    fn set_stock(
        &mut self,
        tenant: TenantId,
        item_id: &str,
        on_hand: i64,
    ) -> Result<(), StoreError> {
        self.stock_set(tenant, item_id, on_hand)
    }

    fn reserve(
        &mut self,
        tenant: TenantId,
        holder: &str,
        item_id: &str,
        qty: i64,
    ) -> Result<bool, StoreError> {
        self.stock_reserve(tenant, holder, item_id, qty)
    }

    fn release(&mut self, tenant: TenantId, holder: &str) -> Result<(), StoreError> {
        self.stock_release(tenant, holder)
    }

    fn sell(&mut self, tenant: TenantId, holder: &str) -> Result<(), StoreError> {
        self.stock_sell(tenant, holder)
    }

    fn restock(&mut self, tenant: TenantId, item_id: &str, qty: i64) -> Result<(), StoreError> {
        self.stock_restock(tenant, item_id, qty)
    }

    fn put_idempotency(&mut self, record: &IdempotencyRecord) -> Result<(), StoreError> {
        self.idempotency_put(record)
    }

    fn delete_idempotency(&mut self, scope: &[u8; 16]) -> Result<bool, StoreError> {
        self.idempotency_delete(scope)
    }

    fn purge_idempotency(&mut self, expired_before: i64, limit: u32) -> Result<u64, StoreError> {
        self.idempotency_purge(expired_before, limit)
    }

    fn append_event(&mut self, event: &NewEvent<'_>) -> Result<i64, StoreError> {
        self.event_append(event)
    }

    fn enqueue_delivery(&mut self, delivery: &NewDelivery<'_>) -> Result<i64, StoreError> {
        self.delivery_enqueue(delivery)
    }

    fn lease_deliveries(
        &mut self,
        now: i64,
        lease_until: i64,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        self.delivery_lease(now, lease_until, limit)
    }

    fn finish_delivery(&mut self, key: i64, epoch: i64, now: i64) -> Result<(), StoreError> {
        self.delivery_finish(key, epoch, now)
    }

    fn retry_delivery(
        &mut self,
        key: i64,
        epoch: i64,
        next_at: i64,
        error: &str,
    ) -> Result<(), StoreError> {
        self.delivery_retry(key, epoch, next_at, error)
    }

    fn park_delivery(&mut self, key: i64, epoch: i64, error: &str) -> Result<(), StoreError> {
        self.delivery_park(key, epoch, error)
    }

    fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        self.before_write()?;
        self.execute(SET_META, params![key, value])?;
        Ok(())
    }

    fn savepoint(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Tx) -> Result<(), Rollback>,
    ) -> Result<bool, StoreError> {
        self.begin_level();
        let kept = work(self).is_ok();
        self.end_level(kept)?;
        Ok(kept)
    }
}
