//! The lane extensions finds every fault that is planted before the reference seller, and nothing
//! where none is planted.

use std::{collections::BTreeMap, sync::Arc};

use comptoir_certify::{CheckResult, Lane, Severity, SpecVersion, Verdict, requirements};

use super::{Honest, bent, results};
use crate::{
    mutants::{affiliate, consent, fault::Fault, seller_backed, traces},
    reference::{Options, Reference},
};

/// Topics and first words of the checks that are tried here.
const PREFIXES: [&str; 4] = ["affiliate-", "consent-", "backed-", "trace-"];

fn is_ours(result: &CheckResult) -> bool {
    let name = result.id.rsplit('.').next().unwrap_or_default();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// A shop with nothing beyond checkout and carts, and a configuration that says so.
async fn plain_shop() -> Reference {
    let mut reference = Reference::with(Options {
        seller_backed: false,
        extensions: false,
        ..Options::default()
    })
    .await;
    let seller = reference.target.seller.as_mut().unwrap();
    seller.offers = vec!["carts".to_owned()];
    reference
}

/// Whether a check may answer with a warning: one of its rules is advice.
fn advises(result: &CheckResult) -> bool {
    let levels: BTreeMap<&str, Severity> = requirements()
        .unwrap()
        .iter()
        .map(|one| (one.id.as_str(), one.level))
        .collect();
    let mut rules = result.requirements.iter();
    rules.any(|id| levels[id.as_str()] == Severity::Should)
}

async fn every_fault_is_found(reference: &Reference, faults: Vec<Fault>) {
    let good = &reference.target;
    let mut missed = Vec::new();
    let count = faults.len();
    for fault in faults {
        let (lane, version) = (fault.lane, fault.version);
        for result in bent(lane, version, good, Box::new(Honest), fault.red).await {
            if result.verdict != Verdict::Pass {
                missed.push(format!(
                    "{}: {} is {} without the fault: {:?} {:?}",
                    fault.id, result.id, result.verdict, result.reason, result.findings
                ));
            }
        }
        for result in bent(lane, version, good, (fault.plant)(), fault.red).await {
            let red = match result.verdict {
                Verdict::Violated => true,
                Verdict::Warning => advises(&result),
                _ => false,
            };
            if !red {
                missed.push(format!(
                    "{} ({}): {} is {}: {:?} {:?}",
                    fault.id, fault.does, result.id, result.verdict, result.reason, result.findings
                ));
            }
        }
    }
    println!("{count} faults planted");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What does not apply to a shop that offers everything.
const ONLY_WITHOUT: [&str; 5] = [
    "extensions.lifecycle.affiliate-unsupported",
    "extensions.lifecycle.consent-none",
    "extensions.lifecycle.trace-unsupported",
    "extensions.lifecycle.trace-unsupported-ignored",
    "extensions.lifecycle.backed-none",
];

/// Every check of a shop that offers everything passes, in every version.
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_everything_is_clean() {
    let mut faults = Vec::new();
    for version in SpecVersion::ALL {
        let reference = Reference::start().await;
        let results = results(Lane::Extensions, version, reference.target.clone(), &[]).await;
        let ours: Vec<_> = results.into_iter().filter(is_ours).collect();
        println!("{version}: {} checks", ours.len());
        for result in ours {
            let expected = if ONLY_WITHOUT.contains(&result.id.as_str()) {
                Verdict::NotApplicable
            } else {
                Verdict::Pass
            };
            if result.verdict != expected {
                faults.push(format!(
                    "{version} {}: {} {:?} {:?}",
                    result.id, result.verdict, result.reason, result.findings
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A shop without extensions passes what is asked of such shops; nothing else is green. Nor does it
/// matter whether the configuration says so or leaves it to the judge to look.
#[tokio::test(flavor = "multi_thread")]
async fn a_plain_shop_offers_nothing() {
    let mut faults = Vec::new();
    let reference = Arc::new(plain_shop().await);
    let mut silent = reference.target.clone();
    silent.seller.as_mut().unwrap().offers.clear();
    for version in SpecVersion::ALL {
        for target in [reference.target.clone(), silent.clone()] {
            let results = results(Lane::Extensions, version, target, &[]).await;
            for result in results.into_iter().filter(is_ours) {
                let expected = if ONLY_WITHOUT.contains(&result.id.as_str()) {
                    Verdict::Pass
                } else {
                    Verdict::NotApplicable
                };
                if result.verdict != expected {
                    faults.push(format!(
                        "{version} {}: {} {:?} {:?}",
                        result.id, result.verdict, result.reason, result.findings
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every planted fault of affiliate attribution turns the checks red that it names.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_attributions_are_found() {
    every_fault_is_found(&Reference::start().await, affiliate::faults()).await;
    every_fault_is_found(&plain_shop().await, affiliate::faults_of_plain_shops()).await;
}

/// The same for intent traces.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_traces_are_found() {
    every_fault_is_found(&Reference::start().await, traces::faults()).await;
    every_fault_is_found(&plain_shop().await, traces::faults_of_plain_shops()).await;
}

/// The same for marketing consent.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_consents_are_found() {
    every_fault_is_found(&Reference::start().await, consent::faults()).await;
    every_fault_is_found(&plain_shop().await, consent::faults_of_plain_shops()).await;
}

/// The same for seller-backed handlers.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_shop_accounts_are_found() {
    every_fault_is_found(&Reference::start().await, seller_backed::faults()).await;
}
