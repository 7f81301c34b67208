//! Looking at a party before it is judged.

mod candidates;
mod mcp;
mod offers;
mod reach;
mod seller;
mod versions;

pub(crate) use candidates::{Candidate, FeedError, candidates};
pub(crate) use mcp::greet;
pub(crate) use offers::{ASKED as EXTENSIONS, offers};
pub(crate) use reach::{Face, Unreachable, reach};
pub(crate) use seller::{Found, Trouble, look};
pub(crate) use versions::supported;
