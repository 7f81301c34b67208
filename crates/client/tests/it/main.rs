//! The client over real sockets.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod answers;
mod calls;
mod identity;
mod recovery;
mod secrets;
mod support;
