//! Discounts, affiliate attribution, marketing consent, intent traces, seller-backed handlers.

use crate::{Check, SpecVersion};

/// Every check of this lane.
#[must_use]
pub fn checks(_version: SpecVersion) -> Vec<Check> {
    Vec::new()
}
