//! The seller lane's checks of keys, errors, callers, limits and generated requests see a broken
//! seller, and are quiet about a good one.

mod naive;

use std::sync::Arc;

use comptoir_certify::{
    Check, CheckResult, Key, Lane, Payment, RunOptions, Runner, SchemaJudge, SellerTarget,
    SpecVersion, Target, Topic, Verdict, lanes,
};

use self::naive::Naive;

const TOPICS: [Topic; 7] = [
    Topic::Idempotency,
    Topic::Concurrency,
    Topic::Errors,
    Topic::Auth,
    Topic::Signatures,
    Topic::Limits,
    Topic::Fuzz,
];

/// The newest version has more than four hundred checks of these topics alone, and every version
/// has hundreds.
#[test]
fn there_are_many_checks() {
    for version in SpecVersion::ALL {
        let checks = lanes::checks(Lane::Seller, version);
        let count = checks
            .iter()
            .filter(|check| TOPICS.contains(&check.topic()));
        assert!(count.count() > 400, "{version}");
    }
}

async fn run(target: Target, version: SpecVersion, ids: &[&str]) -> Vec<CheckResult> {
    let checks: Vec<Check> = lanes::checks(Lane::Seller, version);
    let chosen: Vec<_> = ids
        .iter()
        .map(|id| {
            let check = checks.iter().find(|check| check.id() == *id);
            check.unwrap_or_else(|| panic!("no check {id}")).clone()
        })
        .collect();
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let runner = Runner::new(version, target, judge).unwrap();
    runner.run(&chosen, &RunOptions::default()).await
}

/// A target of which only the address is known.
fn target_at(naive: &Naive) -> Target {
    let mut seller = SellerTarget::new(naive.url.clone(), Key::new("some-key"));
    seller.items = vec!["mug".to_owned(), "shirt".to_owned()];
    seller.payment = Some(Payment::Token {
        token: Key::new("some-token"),
    });
    Target {
        seller: Some(seller),
        ..Target::default()
    }
}

/// A server that finds requests inside of bodies answers what was smuggled.
#[tokio::test(flavor = "multi_thread")]
async fn smuggled_requests_are_seen() {
    let naive = Naive::http().await;
    let ids = [
        "seller.errors.http-length-and-chunks",
        "seller.errors.http-two-lengths",
        "seller.errors.http-disguised-coding",
        "seller.errors.http-space-before-colon",
        "seller.errors.http-bad-chunk-size",
    ];
    for result in run(target_at(&naive), SpecVersion::LATEST, &ids).await {
        assert_eq!(
            result.verdict,
            Verdict::Violated,
            "{} {:#?}",
            result.id,
            result.reason
        );
    }
}

/// `ServerHello` of TLS 1.2, and an alert.
const OLD_HELLO: &[u8] = &[
    22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0x2f, 0,
];
const ALERT: &[u8] = &[21, 3, 3, 0, 2, 2, 70];

/// TLS 1.2 alone is too old since 2026-04-17 and enough before; an alert declines everything.
#[tokio::test(flavor = "multi_thread")]
async fn old_tls_is_seen() {
    use Verdict::{Pass, Violated};

    let verdicts = async |says, version, ids: &[&str]| {
        let naive = Naive::tls(says).await;
        let results = run(target_at(&naive), version, ids).await;
        results
            .iter()
            .map(|result| result.verdict)
            .collect::<Vec<_>>()
    };
    let new = ["seller.auth.tls-1-3", "seller.auth.tls-1-2-declined"];
    let old = ["seller.auth.tls-older-declined"];
    let latest = SpecVersion::LATEST;
    let before = SpecVersion::V2026_01_30;
    assert_eq!(
        verdicts(OLD_HELLO, latest, &new).await,
        [Violated, Violated]
    );
    assert_eq!(verdicts(ALERT, latest, &new).await, [Violated, Pass]);
    assert_eq!(verdicts(OLD_HELLO, before, &old).await, [Pass]);
    assert_eq!(verdicts(ALERT, before, &old).await, [Violated]);
    assert_eq!(
        verdicts(b"HTTP/1.1 400 Bad Request\r\n\r\n", latest, &new[..1]).await,
        [Violated]
    );
}

/// An address behind which a plain HTTP front refuses is in order; one that answers as an API is not.
#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_seen() {
    let ids = ["seller.auth.https-only"];
    let alone = Naive::tls(ALERT).await;
    let results = run(target_at(&alone), SpecVersion::LATEST, &ids).await;
    assert_eq!(results[0].verdict, Verdict::Pass, "{results:#?}");
    let naive = Naive::http().await;
    let mut target = target_at(&naive);
    let seller = target.seller.as_mut().unwrap();
    seller.url = seller
        .url
        .as_str()
        .replace("http://", "https://")
        .parse()
        .unwrap();
    let results = run(target, SpecVersion::LATEST, &ids).await;
    assert_eq!(results[0].verdict, Verdict::Violated, "{results:#?}");
}
