//! Delegate payment and delegate authentication.

mod allowance;
mod auth;
mod authentication;
mod body;
mod card;
mod client;
mod concurrency;
mod errors;
mod expiry;
mod faults;
mod fuzz;
mod idempotency;
mod leaks;
mod lifecycle;
mod limits;
mod malformed;
mod mutations;
mod older;
mod redemption;
mod replays;
mod requests;
mod rest;
mod retention;
mod row;
mod seller_backed;
mod signatures;
mod transport;
mod versions;

pub use client::{DELEGATE_PAYMENT, Psp};
pub(super) use client::{canonical, signature};

use std::sync::Arc;

use crate::{Case, Check, Lane, Outcome, SpecVersion, Topic};

/// Every check of delegate payment and delegate authentication.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(lifecycle::checks(version));
    checks.extend(requests::checks(version));
    checks.extend(card::checks(version));
    checks.extend(expiry::checks(version));
    checks.extend(allowance::checks(version));
    checks.extend(rest::checks(version));
    checks.extend(errors::checks(version));
    checks.extend(malformed::checks(version));
    checks.extend(faults::checks(version));
    checks.extend(idempotency::checks(version));
    checks.extend(replays::checks(version));
    checks.extend(older::checks(version));
    checks.extend(retention::checks(version));
    checks.extend(concurrency::checks(version));
    checks.extend(versions::checks(version));
    checks.extend(auth::checks(version));
    checks.extend(transport::checks(version));
    checks.extend(seller_backed::checks(version));
    checks.extend(signatures::checks(version));
    checks.extend(leaks::checks(version));
    checks.extend(redemption::checks(version));
    checks.extend(fuzz::checks(version));
    checks.extend(authentication::checks(version));
    checks.extend(limits::checks(version));
    checks
}

fn check<F, R>(topic: Topic, name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Check::new(Lane::Psp, topic, name, title, run)
}
