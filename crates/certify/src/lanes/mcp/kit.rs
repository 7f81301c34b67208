//! What the tables of checks share.

use std::sync::Arc;

use super::Mcp;
use crate::{Check, Lane, Outcome, SpecVersion, Topic, VersionRange};

/// The binding came with 2026-04-17.
pub(super) const SINCE: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

/// A check of this lane that begins with a connection of its own.
pub(super) fn row<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Mcp) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    let run = Arc::new(run);
    Check::new(Lane::Mcp, topic, name, title, move |case| {
        let run = Arc::clone(&run);
        async move { run(Mcp::of(&case).await?).await }
    })
    .versions(SINCE)
}
