//! The unit of work: transactions as synchronous closures with group commit, on SQLite.

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
