//! The unit of work: transactions as synchronous closures with group commit, on SQLite.
//!
//! ```
//! use comptoir_store::{Collection, NewRecord, Store, StoreError, TenantId};
//!
//! let store = Store::in_memory()?;
//! store.write_blocking("open_checkout", |tx| {
//!     tx.set_stock(TenantId::DEFAULT, "mug", 3)?;
//!     if !tx.reserve(TenantId::DEFAULT, "cs_1", "mug", 2)? {
//!         return Err(StoreError::Busy);
//!     }
//!     tx.insert(
//!         Collection::CheckoutSessions,
//!         &NewRecord {
//!             tenant: TenantId::DEFAULT,
//!             id: "cs_1",
//!             owner: "agent",
//!             state: "open",
//!             unique_ref: None,
//!             parent: None,
//!             due_at: Some(1_800_000_000_000_000),
//!             document: b"{}",
//!             rendered: None,
//!             now: 1_790_000_000_000_000,
//!         },
//!     )
//! })?;
//! let stock = store.read_blocking("stock", |tx| tx.stock(TenantId::DEFAULT, "mug"))?;
//! assert_eq!(stock.map(|level| level.available()), Some(1));
//! # Ok::<(), StoreError>(())
//! ```
//!
//! # What a commit means
//!
//! [`Store::write`] returns after the commit is on disk (write-ahead log, `synchronous=FULL`, both
//! read back when the store is opened). One thread writes: it takes every closure that waits, runs
//! each so that it can be taken back alone, and commits them together with one disk sync. When the
//! commit fails, all of them get the error. After a failed disk write the store closes itself: what
//! the file holds is then only known at the next start.
//!
//! # What the store does not know
//!
//! Business rules, clocks and random numbers: times and identities come from the caller, states of
//! aggregates are words to it. It owns the arithmetic of stock, the order of deliveries and the
//! uniqueness of names, because those must hold under concurrency.

mod backup;
mod check;
mod engine;
mod error;
mod event;
mod idempotency;
pub mod migrations;
mod options;
mod record;
mod sqlite;
mod stock;
mod store;
mod tenant;
#[cfg(feature = "testkit")]
pub mod testkit;
mod tx;

pub use check::{CheckReport, Finding, Rule};
pub use error::{Cause, StoreError};
pub use event::{DeliveryRow, DeliveryState, EventQuery, EventRow, NewDelivery, NewEvent};
pub use idempotency::{IdempotencyRecord, IdempotencyState};
pub use options::StoreOptions;
pub use record::{Collection, NewRecord, ROWS_MAX, Record, RecordQuery, RecordUpdate};
pub use stock::{ProductRow, StockLevel};
pub use store::{Store, Totals};
pub use tenant::TenantId;
pub use tx::{ReadTx, Rollback, Tx};
