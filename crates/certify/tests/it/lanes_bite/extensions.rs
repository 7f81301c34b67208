//! The lane extensions finds nothing at a good seller, with extensions and without.

use comptoir_certify::{CheckResult, Lane, SpecVersion, Verdict};

use super::results;
use crate::{
    mutants::stage::{Stage, Stand},
    reference::Reference,
};

/// First words of the names of the checks that are tried here.
const PREFIXES: [&str; 4] = ["affiliate-", "consent-", "backed-", "trace-"];

fn is_ours(result: &CheckResult) -> bool {
    let name = result.id.rsplit('.').next().unwrap_or_default();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// What does not apply to a shop that offers everything.
const ONLY_WITHOUT: [&str; 4] = [
    "extensions.lifecycle.affiliate-unsupported",
    "extensions.lifecycle.consent-none",
    "extensions.lifecycle.trace-unsupported",
    "extensions.lifecycle.trace-unsupported-ignored",
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
    let stand = Stand::bare(Lane::Extensions, Stage::Plain).await.unwrap();
    let mut silent = stand.target.clone();
    silent.seller.as_mut().unwrap().offers.clear();
    for version in SpecVersion::ALL {
        for target in [stand.target.clone(), silent.clone()] {
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
