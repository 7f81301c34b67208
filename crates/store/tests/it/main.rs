//! Tests of the store by its public face.
#![expect(clippy::unwrap_used, reason = "tests")]

mod contract;
mod files;
mod kill;
mod limits;
mod lookups;
