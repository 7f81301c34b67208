//! The pure domain of Comptoir: what a checkout costs, what may happen to it, and what remains of it
//! as an order, a payment token and a consent receipt.
//!
//! Nothing here does I/O, reads a clock or draws random numbers: identifiers and the current time are
//! arguments, and whatever must be done outside is returned as data (an [`checkout::Effect`] or an
//! [`order::OrderEffect`]). The crate knows no protocol: it uses the money, currency, quantity and id
//! types of `comptoir_acp` and none of its messages.
//!
//! - [`rounding`]: exact rates, named rounding, largest-remainder allocation;
//! - [`ledger`]: the signed totals of a checkout or order;
//! - [`item`], [`discount`], [`tax`], [`shipping`], [`stock`]: what pricing needs to know;
//! - [`address`]: buyer, destination, country;
//! - [`checkout`]: the checkout aggregate, its one pricing path and its state machine;
//! - [`order`]: the order after payment, fulfilment, cancellation, return, refund;
//! - [`token`]: the ledger of a delegated payment token;
//! - [`consent`]: the signed record without which nothing is bought.
#![doc = include_str!("../README.md")]

pub mod address;
pub mod checkout;

pub mod consent;
pub mod discount;
pub mod document;
pub mod item;
pub mod ledger;

pub mod order;
pub mod rounding;
pub mod shipping;
pub mod stock;
pub mod tax;
pub mod token;

/// Largest amount, in minor units, that any total, charge or token may have: 10^12.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000;
