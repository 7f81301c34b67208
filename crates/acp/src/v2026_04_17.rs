//! Version 2026-04-17: feeds, carts, orders, discovery, mandatory idempotency.
//!
//! One module per topic, named like the schema bundles of the specification; the parts of the
//! checkout bundle stand in files of their own and are re-exported by [`checkout`].

mod address;
mod affiliate;
mod authentication;
mod buyer;
mod capabilities;
mod consent;
mod fulfillment;
mod intent_trace;
mod line_item;
mod message;
mod payment;
mod session;
mod total;

pub mod cart;
pub mod checkout;
pub mod delegate_authentication;
pub mod delegate_payment;
pub mod discount;
pub mod discovery;
pub mod extension;
pub mod feed;
pub mod order;
pub mod webhook;

pub use crate::error::{Error, ErrorCode, ErrorType};
