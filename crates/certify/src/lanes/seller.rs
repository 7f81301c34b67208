//! Checkout over REST.

mod acts;
mod arithmetic;
mod auth;
mod client;
mod codes;
mod concurrency;
mod dialect;
mod errors;
mod escalation;
mod expiry;
mod fuzz;
mod idempotency;
mod json_path;
mod kit;
mod leaks;
mod lifecycle;
mod limits;
mod money;
mod operation;
mod paths;
mod payment;
mod policies;
mod raw;
mod refusal;
mod rule;
mod rules;
mod session;
mod signatures;
mod stage;
mod versions;

pub use client::{Seller, session_path};
pub use dialect::Dialect;
pub use payment::Allowance;
pub use session::Session;
pub use stage::Stage;

use crate::{Check, SpecVersion};

/// Every check of checkout over REST.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(lifecycle::checks(version));
    checks.extend(policies::checks(version));
    checks.extend(arithmetic::checks(version));
    checks.extend(idempotency::checks(version));
    checks.extend(concurrency::checks(version));
    checks.extend(versions::checks(version));
    checks.extend(errors::checks(version));
    checks.extend(auth::checks(version));
    checks.extend(signatures::checks(version));
    checks.extend(limits::checks(version));
    checks.extend(expiry::checks(version));
    checks.extend(escalation::checks(version));
    checks.extend(leaks::checks(version));
    checks.extend(fuzz::checks(version));
    checks
}
