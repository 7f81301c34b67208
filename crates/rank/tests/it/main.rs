//! What the ranking promises, by topic.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod neutrality;
mod orders;
mod reasons;
mod support;
