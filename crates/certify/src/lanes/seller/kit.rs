//! What the tables of checks share.

use std::sync::Arc;

use super::Seller;
use crate::{Check, Lane, Outcome, SpecVersion, Topic, VersionRange};

/// 2026-04-17 and later: mandatory keys, RFC section 6 as it stands.
pub(super) const CANONICAL: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

/// Before that.
pub(super) const BEFORE_CANONICAL: VersionRange =
    VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_30);

/// A check that begins with the seller of its case.
pub(in crate::lanes) fn of_seller<F, R>(
    lane: Lane,
    topic: Topic,
    name: &str,
    title: impl Into<String>,
    run: F,
) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    let run = Arc::new(run);
    Check::new(lane, topic, name, title, move |case| {
        let run = Arc::clone(&run);
        async move { run(Seller::of(&case)?).await }
    })
}

/// The same in this lane.
pub(super) fn row<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    of_seller(Lane::Seller, topic, name, title, run)
}
