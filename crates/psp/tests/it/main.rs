//! Tests of the PSP, over real sockets on the loopback interface.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod authentication;
mod canaries;
mod charges;
mod contract;
mod delegate_payment;
mod expiry;
mod failpoints;
mod idempotency;
mod refunds;
mod slow_issuer;
mod support;
mod tokens;
mod velocity;
mod versions;
