//! The suites, one per face of a party.

pub mod agent;
pub mod carts;
mod clock;
mod command;
pub mod discovery;
mod documents;
pub mod extensions;
pub mod feed_file;
pub mod feed_receiver;
pub mod mcp;
mod pages;
pub mod psp;
pub mod seller;
mod tls;
pub mod webhook_receiver;
pub mod webhook_sender;
mod webhook_signature;

use crate::{Check, Lane, SpecVersion};

/// Every check of a lane that `version` has.
#[must_use]
pub fn checks(lane: Lane, version: SpecVersion) -> Vec<Check> {
    let mut checks = match lane {
        Lane::Seller => seller::checks(version),
        Lane::Discovery => discovery::checks(version),
        Lane::Carts => carts::checks(version),
        Lane::Extensions => extensions::checks(version),
        Lane::Mcp => mcp::checks(version),
        Lane::Psp => psp::checks(version),
        Lane::WebhookSender => webhook_sender::checks(version),
        Lane::WebhookReceiver => webhook_receiver::checks(version),
        Lane::FeedReceiver => feed_receiver::checks(version),
        Lane::FeedFile => feed_file::checks(version),
        Lane::Agent => agent::checks(version),
    };
    checks.retain(|check| check.applies_to(version));
    checks
}
