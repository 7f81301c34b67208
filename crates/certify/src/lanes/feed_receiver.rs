//! The Feed API of an agent.

mod access;
mod client;
mod constraints;
mod create;
mod errors;
mod ingest;
mod ingest_flat;
mod limits;
mod members;
mod openai;
mod product;
mod repeats;
mod upsert;

use std::{future::Future, sync::Arc};

use client::FeedApi;

use crate::{Case, Check, Lane, Outcome, SpecVersion, Topic, VersionRange};

/// Every check of this lane. The Feed API came with 2026-04-17; `OpenAI`'s own API and files have no
/// date.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = create::checks();
    checks.extend(upsert::checks());
    checks.extend(members::checks());
    checks.extend(constraints::checks(version));
    checks.extend(errors::checks());
    checks.extend(access::checks());
    checks.extend(repeats::checks());
    checks.extend(limits::checks());
    checks.extend(ingest::checks());
    let checks = checks
        .into_iter()
        .map(|check| check.versions(VersionRange::from(SpecVersion::V2026_04_17)));
    let mut checks: Vec<_> = checks.collect();
    checks.extend(openai::checks());
    checks.extend(ingest_flat::checks());
    checks
}

fn check<F, R>(topic: Topic, name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Check::new(Lane::FeedReceiver, topic, name, title, run)
}
