//! The built-in shop, filled from feeds.
#![expect(clippy::unwrap_used, reason = "tests")]

mod import;
