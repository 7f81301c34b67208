//! Delegate authentication: 3-D Secure at a provider of the merchant's choice.

mod client;
mod creates;
mod documents;
mod errors;
mod fuzz;
mod guards;
mod keys;
mod lifecycle;
mod outcomes;

use crate::{Check, SpecVersion, VersionRange};

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(creates::checks(version));
    checks.extend(lifecycle::checks(version));
    checks.extend(outcomes::checks(version));
    checks.extend(errors::checks(version));
    checks.extend(keys::checks(version));
    checks.extend(guards::checks(version));
    checks.extend(fuzz::checks(version));
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    checks
        .into_iter()
        .map(|check| check.versions(since))
        .collect()
}
