//! The agent over HTTP, with a seller and a payment provider made for the test.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed step fails the test, and the tests' own JSON is known"
)]

mod browser;
mod chat;
mod feed;
mod hostile_seller;
mod imports;
mod live;
mod media;
mod page;
mod payment;
mod payment_provider;
mod recovery;
mod seller;
mod shop;
mod webhook;
