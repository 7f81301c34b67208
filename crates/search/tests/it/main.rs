//! What the search crate promises, by topic.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod finding;
mod quality;
mod support;
mod understanding;
