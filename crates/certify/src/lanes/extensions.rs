//! Discounts, affiliate attribution, marketing consent, intent traces, seller-backed handlers.

mod affiliate;
mod consent;
mod discounts;
mod framework;
mod offered;
mod seller_backed;
mod shop;
mod traces;

use crate::{Check, SpecVersion};

/// Every check of this lane.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(affiliate::checks(version));
    checks.extend(consent::checks(version));
    checks.extend(discounts::checks(version));
    checks.extend(framework::checks(version));
    checks.extend(seller_backed::checks(version));
    checks.extend(traces::checks(version));
    checks
}
