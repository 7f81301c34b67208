//! Every planted fault is seen by every check that it names, and those checks are green without it.

use std::collections::BTreeSet;

use comptoir_certify::Lane;

use crate::mutants::{AREAS, all, bench::Bench, fault::Fault, page::markdown};

/// Plants faults one after the other; the checks that they name must be green before.
pub(crate) async fn every_fault_is_found(faults: Vec<Fault>) {
    let bench = Bench::new().unwrap();
    let unbroken = bench.unbroken(&faults).await.unwrap();
    let mut missed = unbroken.others;
    for fault in &faults {
        missed.extend(bench.plant(fault).await.unwrap().missed);
    }
    println!(
        "{} faults planted, {} checks green",
        faults.len(),
        unbroken.green
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

macro_rules! areas {
    ($($area:ident)+) => {
        const TRIED: &[&str] = &[$(stringify!($area)),+];

        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $area() {
                let (_, faults) = AREAS
                    .iter()
                    .find(|(name, _)| *name == stringify!($area))
                    .unwrap();
                every_fault_is_found(faults()).await;
            }
        )+
    };
}

areas! {
    affiliate
    affiliate_secrets
    agent
    carts
    consent
    discounts
    discounts_amounts
    discounts_codes
    discounts_totals
    discovery
    extensions
    extensions_core
    feed_files
    feed_receiver
    feed_receiver_gates
    feed_rows
    mcp
    mcp_calls
    psp
    psp_allowances
    psp_authentication
    psp_backed
    psp_keys
    psp_requests
    seller_amounts
    seller_answers
    seller_backed
    seller_backed_pay
    seller_callers
    seller_completing
    seller_documents
    seller_errors
    seller_feeds
    seller_input
    seller_keys
    seller_older
    seller_operations
    seller_orders
    seller_promises
    seller_reading
    seller_texts
    seller_traces
    seller_versions
    traces
    webhook_receiver
    webhook_receiver_answers
    webhook_sender
    webhook_sender_orders
    webhook_sender_transport
}

/// The areas of the list are those that are tried here.
#[test]
fn every_area_is_tried() {
    let listed: Vec<_> = AREAS.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed, TRIED);
}

/// Names are unique, and made of words and hyphens; each fault names a check that exists.
#[test]
fn faults_have_names_of_their_own() {
    let bench = Bench::new().unwrap();
    let mut seen = BTreeSet::new();
    for fault in all() {
        let named = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let words = fault.id.split('-');
        let form = words.clone().count() > 1;
        assert!(
            (form || fault.lane == Lane::Agent)
                && words
                    .into_iter()
                    .all(|word| !word.is_empty() && word.chars().all(named)),
            "{}",
            fault.id
        );
        assert!(seen.insert(fault.id), "{} stands there twice", fault.id);
        assert!(!fault.red.is_empty(), "{} names no check", fault.id);
        bench.named(&fault).unwrap();
    }
}

/// The published list is the list; `cargo xtask certify mutants --markdown` writes it.
#[test]
fn the_published_list_is_the_list() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/src/planted-faults.md"
    );
    let published = std::fs::read_to_string(path).unwrap();
    assert!(
        published == markdown(&all()),
        "docs/src/planted-faults.md is stale; `cargo xtask certify mutants --markdown` writes it"
    );
}
