//! `/.well-known/acp.json`.

mod caching;
mod client;
mod document;
mod floods;
mod lists;
mod privacy;
mod protocol;
mod services;
mod serving;

pub use client::Discovery;

use std::sync::Arc;

use crate::{Case, Check, Lane, Outcome, SpecVersion, Topic, VersionRange};

/// Every check of discovery; versions before 2026-04-17 do not have it.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(serving::checks(version));
    checks.extend(caching::checks(version));
    checks.extend(document::checks(version));
    checks.extend(protocol::checks(version));
    checks.extend(services::checks(version));
    checks.extend(lists::checks(version));
    checks.extend(privacy::checks(version));
    checks.extend(floods::checks(version));
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    checks
        .into_iter()
        .map(|check| check.versions(since))
        .collect()
}

fn check<F, R>(topic: Topic, name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Check::new(Lane::Discovery, topic, name, title, run)
}
