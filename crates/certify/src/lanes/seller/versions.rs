//! `API-Version`, and the older dialects.

mod dialects;
mod negotiation;
mod older;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(negotiation::checks());
    checks.extend(dialects::checks());
    checks.extend(older::checks());
    checks
}
