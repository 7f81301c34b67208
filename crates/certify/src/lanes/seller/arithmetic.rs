//! Totals, quantities and currencies.

mod charged;
mod currency;
mod lines;
mod parts;
mod same;
mod totals;

pub(in crate::lanes) use totals::SUMS;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(totals::checks());
    checks.extend(parts::checks());
    checks.extend(lines::checks());
    checks.extend(currency::checks());
    checks.extend(same::checks());
    checks.extend(charged::checks());
    checks
}
