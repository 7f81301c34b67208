//! The discount extension.

mod allocations;
mod answers;
mod applied;
mod coupons;
mod declaration;
mod guessing;
mod reading;
mod reasons;
mod rejections;
mod replacing;
mod requests;
mod rule;
mod scene;
mod stacking;
mod totals;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(declaration::checks());
    checks.extend(requests::checks());
    checks.extend(replacing::checks());
    checks.extend(answers::checks());
    checks.extend(applied::checks());
    checks.extend(coupons::checks());
    checks.extend(allocations::checks());
    checks.extend(stacking::checks());
    checks.extend(totals::checks());
    checks.extend(reasons::checks());
    checks.extend(rejections::checks());
    checks.extend(guessing::checks());
    checks
}
