//! Behaviour of the common HTTP layer, over real sockets where the wire matters.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod checks;
mod errors;
mod field_defects;
mod idempotency;
mod json;
mod layers;
mod meaning;
mod signatures;
mod sockets;
mod support;
