//! Capabilities, payment handlers, 3-D Secure, and the hand-over to the buyer.

mod capabilities;
mod disclosure;
mod handler_config;
mod handlers;
mod instruments;
mod mismatch;
mod outcomes;
mod redirects;
mod three_ds;
mod unknown;
mod unproven;

use crate::{Check, SpecVersion};

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(capabilities::checks());
    checks.extend(disclosure::checks());
    checks.extend(mismatch::checks());
    checks.extend(unknown::checks());
    checks.extend(redirects::checks());
    checks.extend(handlers::checks());
    checks.extend(handler_config::checks());
    checks.extend(instruments::checks());
    checks.extend(three_ds::checks());
    checks.extend(unproven::checks());
    checks.extend(outcomes::checks(version));
    checks
}
