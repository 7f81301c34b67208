//! Order events that an agent receives: the judge sends, forges, replays and reorders.

mod accepted;
mod cases;
mod errors;
mod event;
mod forgeries;
mod fuzz;
mod limits;
mod orders;
mod replays;
mod sender;
mod window;

use std::{future::Future, sync::Arc};

use sender::Sender;

use crate::{Case, Check, Lane, Outcome, SpecVersion, Topic};

/// Every check of this lane.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = accepted::checks(version);
    checks.extend(cases::checks(version));
    checks.extend(forgeries::checks());
    checks.extend(window::checks());
    checks.extend(replays::checks());
    checks.extend(errors::checks());
    checks.extend(limits::checks());
    checks.extend(fuzz::checks());
    checks
}

fn check<F, R>(topic: Topic, name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Check::new(Lane::WebhookReceiver, topic, name, title, run)
}
