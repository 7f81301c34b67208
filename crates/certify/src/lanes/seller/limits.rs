//! Sizes, counts and quantities at and beyond their bounds.

mod notes;
mod quantities;
mod sizes;
mod texts;

use crate::{Check, SpecVersion};

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = notes::checks(version);
    checks.extend(quantities::checks());
    checks.extend(sizes::checks());
    checks.extend(texts::checks());
    checks
}
