//! What the search crate promises, by topic.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod finding;
mod quality;
mod support;
mod understanding;
