//! Malformed input of every kind, P-01 to P-18, against the real servers on loopback sockets: a
//! clear 4xx in the flat form that names the field, and never a 5xx.
//!
//! `docs/src/malformed-input.md` lists which test shows what.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod documents;
mod framing;
mod fuzz;
mod limits;
mod text;
mod values;
mod world;
