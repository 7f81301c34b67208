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

/// Every requirement is proven by a check or has a written reason.
#[test]
fn every_requirement_is_proven_or_has_a_reason() {
    let coverage = Coverage::of_all_checks().unwrap();
    let mut open: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for requirement in coverage.open() {
        let document = open.entry(requirement.document.clone()).or_default();
        document.push(&requirement.id);
    }
    nothing(&open, "neither test nor reason for");
}

/// Every schema constraint stands in a shape that some check of that version judges, or that no
/// message of that version holds.
#[test]
fn every_schema_constraint_is_judged() {
    let judge = SchemaJudge::bundled().unwrap();
    let mut open: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for version in SpecVersion::ALL {
        let judged = JudgedShapes::of(&judge, version);
        for constraint in judge.constraints(version) {
            if !judged.covers(constraint) && judge.unused(constraint).is_none() {
                let bundle = open.entry(format!("{version} {}", constraint.bundle));
                bundle.or_default().insert(&constraint.shape);
            }
        }
    }
    nothing(&open, "no check judges");
}

fn nothing(open: &BTreeMap<String, impl Debug>, what: &str) {
    let faults = open.iter();
    let faults: Vec<_> = faults
        .map(|(name, details)| format!("{name}: {what} {details:?}"))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
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

/// Of what can be tested at all, every MUST is, and nine of ten SHOULDs of each document.
#[test]
fn the_share_that_is_tested_is_kept() {
    for (document, levels) in Coverage::of_all_checks().unwrap().table() {
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
