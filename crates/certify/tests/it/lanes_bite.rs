//! The lanes psp, discovery and carts on parties that are good, or broken in ways of their own.

mod carts;
mod extensions;
mod provider;

use std::sync::Arc;

use comptoir_certify::{
    CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, lanes,
};

use crate::mutants::{
    proxy::{Answered, Asked, Bend, Proxy},
    psp_requests,
    stage::{Honest, before},
};

/// What these checks say of a target.
async fn results(
    lane: Lane,
    version: SpecVersion,
    target: Target,
    only: &[&str],
) -> Vec<CheckResult> {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let mut checks = lanes::checks(lane, version);
    checks.retain(|check| only.is_empty() || only.contains(&check.id()));
    assert!(
        only.is_empty() || checks.len() == only.len(),
        "checks are missing among {only:?}"
    );
    let runner = Runner::new(version, target, judge).unwrap();
    runner.run(&checks, &RunOptions::default()).await
}

/// The same through a proxy before the party of this lane.
async fn bent(
    lane: Lane,
    version: SpecVersion,
    good: &Target,
    bend: Box<dyn Bend>,
    only: &[&str],
) -> Vec<CheckResult> {
    let mut target = good.clone();
    let proxy = before(lane, &mut target, bend).await.unwrap();
    let results = results(lane, version, target, only).await;
    drop(proxy);
    results
}
