//! The lane extensions is clean on the reference seller, in every version that has extensions, and
//! never green on a seller without any.

use std::sync::Arc;

use comptoir_certify::{
    CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Verdict, lanes,
};
use serde_json::Value;

use crate::{
    mutants::proxy::{Answered, Asked, Bend, Proxy},
    reference::Reference,
};

/// Checks that hold of any seller, whatever it offers.
const OF_ANY_SELLER: [&str; 9] = [
    "extensions.lifecycle.extensions-optional",
    "extensions.lifecycle.no-extensions-omitted",
    "extensions.lifecycle.unknown-extension-among-known",
    "extensions.lifecycle.unknown-extensions-ignored",
    "extensions.lifecycle.request-extensions-empty",
    "extensions.lifecycle.request-extensions-many",
    "extensions.lifecycle.request-extensions-reverse-domain",
    "extensions.lifecycle.request-extensions-simple",
    "extensions.lifecycle.request-extensions-versioned",
];

/// Whether a check is about discounts or the framework of extensions.
fn is_ours(id: &str) -> bool {
    let name = id.rsplit('.').next().unwrap_or_default();
    let words = [
        "discount",
        "coupon",
        "codes-",
        "code-",
        "declar",
        "extend",
        "extension",
        "names",
        "core-",
        "active-list",
        "applied-from-agent",
        "third-party",
    ];
    words.iter().any(|word| name.contains(word))
}

async fn results(version: SpecVersion, target: Target) -> Vec<CheckResult> {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let mut checks = lanes::checks(Lane::Extensions, version);
    checks.retain(|check| is_ours(check.id()));
    let runner = Runner::new(version, target, judge).unwrap();
    runner.run(&checks, &RunOptions::default()).await
}

/// Every check passes: there is nothing that the reference does not offer.
#[tokio::test(flavor = "multi_thread")]
async fn the_reference_wins_every_check() {
    for version in [SpecVersion::V2026_01_30, SpecVersion::V2026_04_17] {
        let reference = Reference::start().await;
        let results = results(version, reference.target.clone()).await;
        let others: Vec<_> = results
            .iter()
            .filter(|one| one.verdict != Verdict::Pass)
            .map(|one| {
                format!(
                    "{version} {}: {} {:?} {:?}",
                    one.id, one.verdict, one.reason, one.findings
                )
            })
            .collect();
        println!("{} checks in {version}", results.len());
        assert!(results.len() > 100, "{}", others.join("\n"));
        assert!(others.is_empty(), "{}", others.join("\n"));
    }
}

/// A seller that knows nothing of extensions.
struct Plain;

impl Bend for Plain {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        asked.edit(|body| {
            if let Some(members) = body.as_object_mut() {
                members.remove("discounts");
                members.remove("coupons");
            }
        });
        None
    }

    fn answer(&mut self, _asked: &Asked, answered: &mut Answered) {
        answered.edit(|body| {
            let Some(members) = body.as_object_mut() else {
                return;
            };
            members.remove("discounts");
            if let Some(Value::Object(capabilities)) = members.get_mut("capabilities") {
                capabilities.remove("extensions");
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_without_extensions_is_not_green() {
    let reference = Reference::start().await;
    let mut target = reference.target.clone();
    let seller = target.seller.as_mut().unwrap();
    let proxy = Proxy::start(&seller.url, Box::new(Plain)).await.unwrap();
    seller.url = proxy.url.clone();
    seller.discount_codes.clear();
    seller.offers.retain(|offer| offer != "discounts");
    for result in results(SpecVersion::LATEST, target).await {
        let expected = if OF_ANY_SELLER.contains(&result.id.as_str()) {
            Verdict::Pass
        } else if result
            .id
            .starts_with("extensions.errors.request-extensions-")
        {
            // Core: the member is in the schema of every create request.
            continue;
        } else {
            Verdict::NotApplicable
        };
        assert_eq!(
            result.verdict, expected,
            "{}: {:?} {:?}",
            result.id, result.reason, result.findings
        );
    }
}

/// Without codes in the configuration nothing about them is green, and the reason names the key.
#[tokio::test(flavor = "multi_thread")]
async fn missing_codes_are_named() {
    let reference = Reference::start().await;
    let mut target = reference.target.clone();
    target.seller.as_mut().unwrap().discount_codes.clear();
    let results = results(SpecVersion::LATEST, target).await;
    let find = |id: &str| results.iter().find(|one| one.id == id).unwrap();
    for (id, key) in [
        ("extensions.lifecycle.discount-codes-on-create", "valid"),
        ("extensions.errors.discount-code-expired", "expired"),
        (
            "extensions.lifecycle.discount-replaced-by-another",
            "stackable",
        ),
    ] {
        let result = find(id);
        assert_eq!(result.verdict, Verdict::NotTested, "{id}");
        let reason = result.reason.as_deref().unwrap_or_default();
        assert!(
            reason.contains(&format!("seller.discount_codes.{key}")),
            "{reason}"
        );
    }
}
