//! Order events of a seller; the judge listens.

mod attempts;
mod backed;
mod delivery;
mod hub;
mod journey;
mod orders;

mod secrets;
mod signatures;
mod silence;
mod since;
mod transport;

use std::{future::Future, sync::Arc};

use crate::{Case, Check, Lane, Outcome, SpecVersion, Topic};

/// Every check of this lane. The checks share one listener, for the seller has one address to send
/// to, and a few orders, for every order is paid; each check waits for what it needs.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = transport::checks();
    checks.extend(signatures::checks(version));
    checks.extend(orders::checks(version));
    checks.extend(since::checks(version));
    checks.extend(secrets::checks());
    checks.extend(silence::checks());
    checks.extend(attempts::checks());
    checks.extend(backed::checks());
    checks
}

fn check<F, R>(topic: Topic, name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Check::new(Lane::WebhookSender, topic, name, title, run)
}
