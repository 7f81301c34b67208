//! The seller as agents and operators see it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod checkout;
mod completion;
mod field_defects;
mod identity;
mod money;
mod negotiation;
mod orders;
mod recovery;
mod schema;
mod service;
mod stock;
mod support;
