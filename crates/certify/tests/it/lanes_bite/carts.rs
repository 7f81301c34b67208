//! The lane carts on good carts, on none, and on carts against advice.

use comptoir_certify::{Lane, SpecVersion, Verdict};

use super::{bent, results};
use crate::{
    mutants::{carts, carts_advice, proxy::Proxy},
    reference::{Options, Reference},
};

/// A seller with good carts is told of nothing, and one without carts is not judged by them.
#[tokio::test(flavor = "multi_thread")]
async fn good_carts_pass_and_missing_ones_are_not_judged() {
    let reference = Reference::start().await;
    let (version, good) = (SpecVersion::LATEST, &reference.target);
    let mut told = Vec::new();
    let all = results(Lane::Carts, version, good.clone(), &[]).await;
    for result in &all {
        // The reference speaks plain HTTP on this machine.
        let tls = result.id == "carts.auth.https-only";
        if result.verdict != Verdict::Pass && !tls {
            told.push(format!(
                "{} is {}: {:?} {:?}",
                result.id, result.verdict, result.reason, result.findings
            ));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    println!("{} checks of carts", all.len());
    let mut target = good.clone();
    let seller = target.seller.as_mut().unwrap();
    seller.offers.clear();
    let proxy = Proxy::start(&seller.url, (carts::no_carts())())
        .await
        .unwrap();
    seller.url = proxy.url.clone();
    for result in results(Lane::Carts, version, target, &[]).await {
        assert_eq!(result.verdict, Verdict::NotApplicable, "{}", result.id);
        assert!(result.reason.unwrap().starts_with("not offered"));
    }
}

/// Advice that a seller of carts does not follow is told as a warning.
#[tokio::test(flavor = "multi_thread")]
async fn carts_against_advice_are_warned_of() {
    let reference = Reference::start().await;
    let mut missed = Vec::new();
    for fault in carts_advice::faults() {
        let (lane, version) = (fault.lane, fault.version);
        for result in bent(lane, version, &reference.target, (fault.plant)(), fault.red).await {
            if result.verdict != Verdict::Warning {
                missed.push(format!("{}: {} is {}", fault.id, result.id, result.verdict));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Where carts end after two seconds, the judge waits for the end itself.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_carts_is_waited_for() {
    let reference = Reference::with(Options {
        cart_lives_s: 2,
        ..Options::default()
    })
    .await;
    let mut target = reference.target.clone();
    target.seller.as_mut().unwrap().expired_cart = None;
    let ids = ["get", "update", "cancel"].map(|verb| format!("carts.expiry.{verb}-expired"));
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    for result in results(Lane::Carts, SpecVersion::LATEST, target, &ids).await {
        assert_eq!(result.verdict, Verdict::Pass, "{result:#?}");
    }
}
