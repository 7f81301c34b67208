//! `API-Version`, the older dialects, and the transport that each version asks for.

mod dialects;
mod negotiation;
mod older;

mod transport;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(negotiation::checks());
    checks.extend(dialects::checks());
    checks.extend(older::checks());
    checks.extend(transport::checks());
    checks
}
