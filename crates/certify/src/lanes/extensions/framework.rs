//! The framework of extensions: how they are declared, negotiated and composed.

mod composition;
mod credentials;
mod declarations;
mod inputs;
mod names;
mod negotiation;
mod requests;
mod schemas;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(declarations::checks());
    checks.extend(names::checks());
    checks.extend(negotiation::checks());
    checks.extend(requests::checks());
    checks.extend(schemas::checks());
    checks.extend(composition::checks());
    checks.extend(inputs::checks());
    checks.extend(credentials::checks());
    checks
}
