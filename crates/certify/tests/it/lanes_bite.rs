//! The lanes psp and discovery find every fault that is planted between them and the reference
//! parties, and nothing where none is planted.

mod provider;

use std::sync::Arc;

use comptoir_certify::{
    CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Verdict, lanes,
};

use crate::{proxy, reference::Reference};

#[path = "../mutants/discovery.rs"]
mod discovery;
#[path = "../mutants/fault.rs"]
mod fault;
#[path = "../mutants/psp.rs"]
mod psp;
#[path = "../mutants/psp_allowances.rs"]
mod psp_allowances;
#[path = "../mutants/psp_authentication.rs"]
mod psp_authentication;
#[path = "../mutants/psp_keys.rs"]
mod psp_keys;
#[path = "../mutants/psp_requests.rs"]
mod psp_requests;

use fault::Fault;
use proxy::{Answered, Asked, Bend, Proxy};

/// Breaks nothing, but for the card that provokes an outage.
struct Honest;

impl Bend for Honest {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let fails = String::from_utf8_lossy(&asked.body).contains(psp_keys::BROKEN_CARD);
        fails.then(psp_keys::broken)
    }
}

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
    let provider = target.psp.as_mut().unwrap();
    let seller = target.seller.as_mut().unwrap();
    let card = psp_keys::BROKEN_CARD.to_owned();
    provider.cards.insert("server-error".to_owned(), card);
    let proxy = if lane == Lane::Psp {
        let proxy = Proxy::start(&provider.url, bend).await.unwrap();
        provider.url = proxy.url.clone();
        if let Some(comptoir_certify::Payment::Delegate { url, .. }) = &mut seller.payment {
            *url = proxy.url.clone();
        }
        proxy
    } else {
        let proxy = Proxy::start(&seller.url, bend).await.unwrap();
        seller.url = proxy.url.clone();
        proxy
    };
    let results = results(lane, version, target, only).await;
    drop(proxy);
    results
}

async fn every_fault_is_found(faults: Vec<Fault>) {
    let reference = Reference::start().await;
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
            if result.verdict != Verdict::Violated {
                missed.push(format!(
                    "{} ({}): {} is {}: {:?}",
                    fault.id, fault.does, result.id, result.verdict, result.reason
                ));
            }
        }
    }
    println!("{count} faults planted");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Every planted fault of a provider's answers turns each check red that names it.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_answers_are_found() {
    every_fault_is_found(psp::faults()).await;
}

/// The same for requests that pass, or do not.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_gates_are_found() {
    every_fault_is_found(psp_requests::faults()).await;
}

/// The same for keys and leaks.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_memories_are_found() {
    every_fault_is_found(psp_keys::faults()).await;
}

/// The same for what tokens pay.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_allowances_are_found() {
    every_fault_is_found(psp_allowances::faults()).await;
}

/// The same for delegate authentication.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_authentications_are_found() {
    every_fault_is_found(psp_authentication::faults()).await;
}

/// The same for the discovery document.
#[tokio::test(flavor = "multi_thread")]
async fn faulty_documents_are_found() {
    every_fault_is_found(discovery::faults()).await;
}
