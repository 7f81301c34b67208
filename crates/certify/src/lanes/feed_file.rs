//! Feed files of a seller, and the seller as one who sends feeds.

mod acp;
mod buy;
mod delivery;
mod fetch;
mod flat;
mod hub;
mod policy;
mod promotions;
mod push;
mod source;

use std::{future::Future, sync::Arc};

use crate::{Case, Check, Lane, Outcome, SpecVersion, Topic};

/// Every check of this lane.
#[must_use]
pub fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = acp::checks();
    checks.extend(flat::checks());
    checks.extend(policy::checks());
    checks.extend(delivery::checks());
    checks.extend(promotions::checks());
    checks.extend(fetch::checks());
    checks.extend(buy::checks());
    checks.extend(push::checks());
    checks
}

fn check<F, R>(topic: Topic, name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Check::new(Lane::FeedFile, topic, name, title, run)
}

/// Notes faults of a file: the first ones in full, and how many there are.
fn report(case: &Case, must: bool, rule: &str, faults: Vec<String>) -> Outcome {
    const SHOWN: usize = 20;
    if faults.is_empty() {
        return Ok(());
    }
    let more = faults.len().saturating_sub(SHOWN);
    let mut found = faults;
    found.truncate(SHOWN);
    let mut found = found.join("\n");
    if more > 0 {
        found = format!("{found}\nand {more} more");
    }
    if must {
        return case.must_hold(false, rule, || found);
    }
    case.should_hold(false, rule, || found);
    Ok(())
}
