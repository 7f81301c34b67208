//! The requirement register is sound.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use comptoir_certify::{
    Coverage, JudgedShapes, Lane, SchemaJudge, Severity, SpecVersion, lanes, requirements,
};

/// Every file parses, ids are unique, and every text says something.
#[test]
fn the_register_can_be_read() {
    let all = requirements().unwrap();
    assert!(all.len() > 1000, "{} requirements", all.len());
    let mut ids = BTreeSet::new();
    for requirement in all {
        assert!(
            ids.insert(&requirement.id),
            "{} stands twice",
            requirement.id
        );
        assert!(
            !requirement.parties.is_empty(),
            "{} binds nobody",
            requirement.id
        );
        assert!(
            requirement.text.len() > 10,
            "{} says nothing",
            requirement.id
        );
    }
}

/// No check names a requirement that the register does not have, and ids of checks are unique.
#[test]
fn checks_prove_registered_requirements() {
    let known: BTreeSet<&str> = requirements()
        .unwrap()
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let mut unknown = Vec::new();
    for version in SpecVersion::ALL {
        let mut ids = BTreeSet::new();
        for lane in Lane::ALL {
            for check in lanes::checks(lane, version) {
                assert!(
                    ids.insert(check.id().to_owned()),
                    "{} stands twice",
                    check.id()
                );
                for &id in check.requirements() {
                    if !known.contains(id) {
                        unknown.push(format!("{}: {id}", check.id()));
                    }
                }
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// Documents whose checks are still being written. It only gets shorter: a document that is done and
/// still stands here fails the test.
const DOCUMENTS_NOT_DONE: &[&str] = &[
    "mcp-binding",
    "openapi.agentic_checkout",
    "openapi.cart",
    "openapi.delegate_authentication",
    "openapi.delegate_payment",
    "openapi.feed",
    "openrpc.agentic_checkout",
    "rfc.affiliate_attribution",
    "rfc.agentic_checkout",
    "rfc.capability_negotiation",
    "rfc.cart",
    "rfc.delegate_authentication",
    "rfc.delegate_payment",
    "rfc.discount_extension",
    "rfc.discovery",
    "rfc.extensions",
    "rfc.intent_traces",
    "rfc.marketing_consent",
    "rfc.payment_handlers",
    "rfc.product_feeds",
    "rfc.seller_backed_payment_handler",
    "sep-cart-capability",
    "versions-checkout",
    "versions-delegate-payment",
];

/// Versions and bundles with schema constraints that no check judges yet; it only gets shorter too.
const BUNDLES_NOT_DONE: &[&str] = &[
    "2025-12-12 checkout",
    "2026-01-16 checkout",
    "2026-01-30 checkout",
    "2026-04-17 cart",
    "2026-04-17 checkout",
    "2026-04-17 delegate_authentication",
    "2026-04-17 mcp",
];

/// Every requirement is proven by a check or has a written reason.
#[test]
fn every_requirement_is_proven_or_has_a_reason() {
    let coverage = Coverage::of_all_checks().unwrap();
    let mut open: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for requirement in coverage.open() {
        let document = open.entry(requirement.document.clone()).or_default();
        document.push(&requirement.id);
    }
    compared(DOCUMENTS_NOT_DONE, &open, "neither test nor reason for");
}

/// Every schema constraint stands in a shape that some check of that version judges.
#[test]
fn every_schema_constraint_is_judged() {
    let judge = SchemaJudge::bundled().unwrap();
    let mut open: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for version in SpecVersion::ALL {
        let judged = JudgedShapes::of(&judge, version);
        for constraint in judge.constraints(version) {
            if !judged.covers(constraint) {
                let bundle = open.entry(format!("{version} {}", constraint.bundle));
                bundle.or_default().insert(&constraint.shape);
            }
        }
    }
    compared(BUNDLES_NOT_DONE, &open, "no check judges");
}

/// The list names exactly what is open. When it does not, the failure says what is new and ends with
/// the list as it should be.
fn compared(listed: &[&str], open: &BTreeMap<String, impl Debug>, what: &str) {
    let listed: BTreeSet<&str> = listed.iter().copied().collect();
    let mut faults = Vec::new();
    for (name, details) in open {
        if !listed.contains(name.as_str()) {
            faults.push(format!("{name}: {what} {details:?}"));
        }
    }
    for name in &listed {
        if !open.contains_key(*name) {
            faults.push(format!("{name} is done: take it off the list"));
        }
    }
    let names: Vec<&String> = open.keys().collect();
    assert!(faults.is_empty(), "{}\nopen: {names:#?}", faults.join("\n"));
}

/// A name that means no shape, or several, would prove nothing.
#[test]
fn checks_name_shapes_that_there_are() {
    let judge = SchemaJudge::bundled().unwrap();
    // A check of many versions may name a shape that only some of them have.
    let (mut found, mut faults) = (BTreeSet::new(), BTreeMap::new());
    for version in SpecVersion::ALL {
        for lane in Lane::ALL {
            for check in lanes::checks(lane, version) {
                for &shape in check.shapes() {
                    let named = (check.id().to_owned(), shape);
                    match judge.parts(version, shape) {
                        Ok(_) => {
                            found.insert(named);
                        }
                        Err(error) => {
                            faults.insert(named, error.to_string());
                        }
                    }
                }
            }
        }
    }
    faults.retain(|named, _| !found.contains(named));
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Nobody writes a reason and a test for the same rule: one of them would be wrong.
#[test]
fn no_proven_requirement_has_a_reason_not_to_be() {
    let coverage = Coverage::of_all_checks().unwrap();
    let both: Vec<_> = coverage
        .requirements
        .iter()
        .filter(|one| one.is_proven() && one.requirement.untested.is_some())
        .map(|one| format!("{}: {:?}", one.requirement.id, one.checks))
        .collect();
    assert!(both.is_empty(), "{}", both.join("\n"));
}

/// Of what can be tested at all, every MUST is, and nine of ten SHOULDs of the documents that are
/// done.
#[test]
fn the_share_that_is_tested_is_kept() {
    for (document, levels) in Coverage::of_all_checks().unwrap().table() {
        if DOCUMENTS_NOT_DONE.contains(&document) {
            continue;
        }
        for (level, numbers) in levels {
            let testable = numbers.all - numbers.reasoned;
            let enough = match level {
                Severity::Must => numbers.tested == testable,
                Severity::Should => numbers.tested * 10 >= testable * 9,
            };
            assert!(enough, "{document} {level:?}: {numbers:?}");
        }
    }
}
