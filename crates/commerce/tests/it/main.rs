//! What the domain promises, one topic per file.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod checkout;
mod completion;
mod consent;
mod diagram;
mod documents;
mod fixtures;
mod ledger;
mod machine;
mod order;
mod order_refunds;
mod pricing;
mod pricing_properties;
mod rounding;
mod shipping;
mod tax;
mod token;
mod token_properties;
