//! Checkout over REST.

mod acts;
mod arithmetic;
pub(super) mod auth;
mod client;
mod codes;
mod concurrency;
mod dialect;
mod errors;
mod escalation;
mod expiry;
pub(super) mod fuzz;
pub(super) mod idempotency;
pub(super) mod json_path;
mod kit;
mod leaks;
mod lifecycle;
mod limits;
pub(super) mod money;
mod operation;
pub(super) mod paths;
mod payment;
pub(super) mod policies;
mod raw;
pub(super) mod refusal;
mod rule;
mod rules;
pub(super) mod session;
mod signatures;
mod stage;
mod versions;

pub(in crate::lanes) use acts::contains;
pub(super) use acts::repeated;
pub(in crate::lanes) use arithmetic::SUMS;
pub use client::{Seller, session_path};
pub use dialect::Dialect;
pub(in crate::lanes) use fuzz::{Demand, Mutation, Schemas, make_real, mutations};
pub(in crate::lanes) use json_path::points_at;
pub(in crate::lanes) use kit::of_seller;
pub(in crate::lanes) use operation::{NO_TOKEN, address_body};
pub use payment::Allowance;
pub(in crate::lanes) use payment::delegate;
pub(in crate::lanes) use policies::open as open_page;
pub(in crate::lanes) use rule::Rule;
pub use session::Session;
pub(in crate::lanes) use signatures::{NOTATIONS, Notation};
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
