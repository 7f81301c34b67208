//! What the feed crate promises, by topic.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod acp;
mod flat;
mod hostile;
mod real;
mod shopify;
mod support;
mod writing;
