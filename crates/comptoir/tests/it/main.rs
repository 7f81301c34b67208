//! The binary, from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod buy;
mod command;
mod config;
mod db;
mod demo;
mod feed;
mod real_catalogues;
