//! The SQLite engine: connections, statements, and the transaction over them.

mod connection;
mod fault;
mod idempotency;
mod outbox;
mod records;
mod session;
mod statements;
mod stock;
mod transaction;

pub(crate) use connection::{Role, memory, open, open_existing, page_bytes, wal_pages};
pub(crate) use fault::translate;
pub(crate) use session::Session;
