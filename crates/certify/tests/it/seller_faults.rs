//! The seller lane bites: each of its checks on lifecycle, arithmetic, versions, escalation, leaks
//! and expiry is green on the reference, and red when the reference is broken in the way that the
//! check is about.

mod amounts;
mod bends;
mod completing;
mod documents;
mod older;
mod operations;
mod orders;
mod promises;
mod reading;
mod texts;
mod versions;

use std::{collections::BTreeSet, sync::Arc};

use comptoir_certify::{
    Check, CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Topic, Verdict,
    lanes,
};

use crate::{
    proxy::{Bend, Proxy},
    reference::{Options, Reference},
};

/// One way in which a seller is broken, and the checks that see it. A name that ends with `*` stands
/// for all that begin with it.
#[derive(Clone, Copy)]
struct Fault {
    name: &'static str,
    version: SpecVersion,
    red: &'static [&'static str],
    plant: fn() -> Box<dyn Bend>,
}

impl Fault {
    const fn new(
        name: &'static str,
        red: &'static [&'static str],
        plant: fn() -> Box<dyn Bend>,
    ) -> Self {
        Self {
            name,
            version: SpecVersion::LATEST,
            red,
            plant,
        }
    }

    const fn at(mut self, version: SpecVersion) -> Self {
        self.version = version;
        self
    }
}

fn faults() -> Vec<Fault> {
    let mut all = amounts::faults();
    all.extend(documents::faults());
    all.extend(texts::faults());
    all.extend(reading::faults());
    all.extend(orders::faults());
    all.extend(versions::faults());
    all.extend(operations::faults());
    all.extend(completing::faults());
    all.extend(promises::faults());
    all.extend_from_slice(older::FAULTS);
    all
}

const TOPICS: [Topic; 6] = [
    Topic::Lifecycle,
    Topic::Arithmetic,
    Topic::Versions,
    Topic::Escalation,
    Topic::Leaks,
    Topic::Expiry,
];

fn checks(version: SpecVersion) -> Vec<Check> {
    let checks = lanes::checks(Lane::Seller, version).into_iter();
    checks
        .filter(|check| TOPICS.contains(&check.topic()))
        .collect()
}

/// The id without the lane.
fn short(check: &Check) -> String {
    check.id().trim_start_matches("seller.").to_owned()
}

fn matches(pattern: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => id == pattern,
    }
}

async fn run(version: SpecVersion, target: Target, checks: &[Check]) -> Vec<CheckResult> {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let runner = Runner::new(version, target, judge).unwrap();
    runner.run(checks, &RunOptions::default()).await
}

/// Sessions of this reference end within the wait that the checks of expiry allow themselves.
async fn reference() -> Reference {
    Reference::with(Options {
        session_lives_s: 3600,
        ..Options::default()
    })
    .await
}

/// What each fault must turn red turns red.
#[tokio::test(flavor = "multi_thread")]
async fn every_planted_fault_is_seen() {
    let reference = reference().await;
    let mut missed = Vec::new();
    for fault in faults() {
        let wanted: Vec<_> = checks(fault.version)
            .into_iter()
            .filter(|check| fault.red.iter().any(|red| matches(red, &short(check))))
            .collect();
        for red in fault.red {
            let known = wanted.iter().any(|check| matches(red, &short(check)));
            assert!(known, "{}: no check is called {red}", fault.name);
        }
        let mut target = reference.target.clone();
        let seller = target.seller.as_mut().unwrap();
        let proxy = Proxy::start(&seller.url, (fault.plant)()).await.unwrap();
        seller.url = proxy.url.clone();
        for result in run(fault.version, target, &wanted).await {
            if !matches!(result.verdict, Verdict::Violated | Verdict::Warning) {
                missed.push(format!(
                    "{}: {} is {} {}",
                    fault.name,
                    result.id,
                    result.verdict,
                    result.reason.unwrap_or_default()
                ));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Checks that no proxy before the reference can turn red, and why.
const WITHOUT_FAULT: [(&str, &str); 6] = [
    ("expiry.expired-", "a test of their own, where sessions end"),
    ("versions.https-", "the reference speaks plain HTTP"),
    (
        "versions.tls-",
        "the reference speaks plain HTTP; lanes/tls.rs has tests of its own",
    ),
    (
        "lifecycle.policy-links-open",
        "asked in another profile only",
    ),
    ("expiry.quote-ends", "the reference gives no quotes"),
    (
        "lifecycle.locale-is-followed",
        "the reference speaks English only",
    ),
];

/// There is no check without a fault that turns it red.
#[test]
fn every_check_has_a_fault() {
    let faults = faults();
    let mut without = BTreeSet::new();
    for version in SpecVersion::ALL {
        for id in checks(version).iter().map(short) {
            let excused = WITHOUT_FAULT.iter().any(|(start, _)| id.starts_with(start));
            let red = faults
                .iter()
                .any(|fault| fault.red.iter().any(|red| matches(red, &id)));
            if !excused && !red {
                without.insert(id);
            }
        }
    }
    assert!(without.is_empty(), "{without:#?}");
}

/// On a reference whose sessions end after two seconds the checks of expiry can all be tried.
#[tokio::test(flavor = "multi_thread")]
async fn expiry_is_tried_to_the_end() {
    let reference = Reference::with(Options {
        session_lives_s: 2,
        ..Options::default()
    })
    .await;
    let version = SpecVersion::LATEST;
    let expiry: Vec<_> = checks(version)
        .into_iter()
        .filter(|check| short(check).starts_with("expiry.expired-"))
        .filter(|check| !short(check).contains("token"))
        .collect();
    for result in run(version, reference.target.clone(), &expiry).await {
        assert_eq!(result.verdict, Verdict::Pass, "{result:#?}");
    }
    let mut target = reference.target.clone();
    let seller = target.seller.as_mut().unwrap();
    let proxy = Proxy::start(&seller.url, bends::immortal()).await.unwrap();
    seller.url = proxy.url.clone();
    for result in run(version, target, &expiry).await {
        assert_eq!(result.verdict, Verdict::Violated, "{result:#?}");
    }
}
