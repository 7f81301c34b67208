//! The built-in shop, filled from feeds.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod import;
