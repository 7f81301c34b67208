//! Contract tests: what every engine must do, whatever it stands on.
//!
//! Each function takes a fresh, empty store and panics when the engine breaks the rule it names.
//! [`crate::store_contract`] makes a test of each.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    reason = "these functions are tests: they panic when the rule they name is broken"
)]

mod idempotency;
mod outbox;
mod records;
mod stock;
mod transactions;

pub use idempotency::{idempotency_memory_is_replaced_and_purged, idempotency_states_are_complete};
pub use outbox::{
    a_failed_delivery_waits_for_its_time, a_parked_delivery_lets_the_next_go,
    a_stale_epoch_cannot_write, deliveries_go_out_in_order_per_subject, events_append_in_order,
    late_lower_revisions_go_first,
};
pub use records::{
    identities_are_unique, queries_filter_and_page, rendered_bytes_come_back_as_they_were,
    tenants_do_not_see_each_other, updates_need_the_expected_revision,
};
pub use stock::{
    StockOp, products_are_replaced_and_listed, stock_follows_model, stock_is_never_oversold,
    stock_refuses_nonsense,
};
pub use transactions::{
    a_dropped_caller_changes_nothing, a_panic_takes_back_its_closure_only,
    an_error_takes_everything_back, concurrent_writers_lose_nothing, readers_see_only_commits,
    results_hold_after_shutdown, savepoints_roll_back_alone,
};

use crate::{NewRecord, Store, StoreError, TenantId, Tx};

/// Makes one `#[test]` of each contract function.
///
/// The argument is called for each test and returns a fresh store and a guard that keeps its place
/// alive.
///
/// ```ignore
/// comptoir_store::store_contract!(|| ((), Store::in_memory().unwrap()));
/// ```
#[macro_export]
macro_rules! store_contract {
    ($open:expr) => {
        $crate::store_contract! { $open =>
            a_dropped_caller_changes_nothing
            a_failed_delivery_waits_for_its_time
            a_panic_takes_back_its_closure_only
            a_parked_delivery_lets_the_next_go
            a_stale_epoch_cannot_write
            an_error_takes_everything_back
            concurrent_writers_lose_nothing
            deliveries_go_out_in_order_per_subject
            events_append_in_order
            idempotency_memory_is_replaced_and_purged
            idempotency_states_are_complete
            identities_are_unique
            late_lower_revisions_go_first
            products_are_replaced_and_listed
            queries_filter_and_page
            readers_see_only_commits
            rendered_bytes_come_back_as_they_were
            results_hold_after_shutdown
            savepoints_roll_back_alone
            stock_is_never_oversold
            stock_refuses_nonsense
            tenants_do_not_see_each_other
            updates_need_the_expected_revision
        }
    };
    ($open:expr => $($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                let (_guard, store) = ($open)();
                $crate::testkit::$name(&store);
            }
        )+
    };
}

const TENANT: TenantId = TenantId::DEFAULT;

/// A record with this identity and nothing special.
fn plain(id: &str) -> NewRecord<'_> {
    NewRecord {
        tenant: TENANT,
        id,
        owner: "owner",
        state: "open",
        unique_ref: None,
        parent: None,
        due_at: None,
        document: b"{}",
        rendered: None,
        now: 1,
    }
}

/// Runs a closure that must succeed.
fn write<T: Send + 'static>(
    store: &Store,
    mut work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write_blocking("test", move |tx| work(tx)).unwrap()
}

/// Runs a closure that only reads and must succeed.
fn read<T: Send + 'static>(
    store: &Store,
    mut work: impl FnMut(&dyn crate::ReadTx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.read_blocking("test", move |tx| work(tx)).unwrap()
}
