//! Carts over REST: pre-checkout baskets with estimates.

mod arithmetic;
mod availability;
mod client;
mod concurrency;
mod context;
mod errors;
mod expiry;
mod foreign;
mod fuzz;
mod guards;
mod handover;
mod idempotency;
mod leaks;
mod lifecycle;
mod limits;
mod operation;
mod rules;
mod scope;
mod updates;

use crate::{Check, SpecVersion, VersionRange};

/// The versions that have carts.
const SINCE: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

/// Every check of this lane.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    if !SINCE.contains(version) {
        return Vec::new();
    }
    let mut checks = lifecycle::checks();
    checks.extend(updates::checks());
    checks.extend(rules::checks());
    checks.extend(availability::checks());
    checks.extend(context::checks());
    checks.extend(handover::checks());
    checks.extend(scope::checks());
    checks.extend(arithmetic::checks());
    checks.extend(idempotency::checks());
    checks.extend(concurrency::checks());
    checks.extend(guards::checks());
    checks.extend(errors::checks());
    checks.extend(limits::checks());
    checks.extend(expiry::checks());
    checks.extend(leaks::checks());
    checks.extend(foreign::checks());
    checks.extend(fuzz::checks(version));
    checks
        .into_iter()
        .map(|check| check.versions(SINCE))
        .collect()
}
