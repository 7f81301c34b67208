//! The wire types against the official schemas and examples.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod defects;
mod generated;
mod generator;
mod golden;
mod kinds;
mod secrets;
mod spec;
mod values;
