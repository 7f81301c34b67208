//! Profiles and the register of contradictions.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use comptoir_certify::{
    Check, Lane, Profile, Runner, SchemaJudge, SpecVersion, Target, contradictions, lanes,
    report::pack, requirements,
};

/// Ids are unique, requirements are known, and a profile that accepts or demands says so in words.
#[test]
fn contradictions_are_sound() {
    let known: BTreeSet<&str> = requirements()
        .unwrap()
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let profiles: Vec<&str> = Profile::ALL.iter().map(|one| one.as_str()).collect();
    let mut ids = BTreeSet::new();
    for one in contradictions().unwrap() {
        assert!(ids.insert(&one.id), "{} stands twice", one.id);
        assert!(one.readings.len() > 1, "{} is no contradiction", one.id);
        for requirement in &one.requirements {
            assert!(
                known.contains(requirement.as_str()),
                "{}: no requirement {requirement}",
                one.id
            );
        }
        for profile in one.accepts.keys().chain(&one.demands) {
            assert!(profiles.contains(&profile.as_str()), "{profile}");
            assert!(
                one.profiles.contains_key(profile),
                "{}: {profile} says nothing in words",
                one.id
            );
        }
        for profile in one.profiles.keys() {
            assert!(
                one.accepts.contains_key(profile) || one.demands.contains(profile),
                "{}: what {profile} reads differently has no effect",
                one.id
            );
        }
    }
}

/// A point means one reading by the specification, and two by the certification.
#[test]
fn a_profile_changes_what_is_accepted() {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let runner = Runner::new(SpecVersion::LATEST, Target::default(), judge).unwrap();
    let spec = runner.case();
    assert!(!spec.accepts("idempotency-conflict-status", "409"));
    assert!(!spec.demands("policy-links"));
    let certification = runner.with_profile(Profile::OpenaiCertification).case();
    assert!(certification.accepts("idempotency-conflict-status", "409"));
    assert!(!certification.accepts("idempotency-conflict-status", "500"));
    assert!(certification.accepts("success-status-complete", "201"));
    assert!(certification.demands("policy-links"));
}

/// Every contradiction that a check asks for exists: a slip of the pen would always say no.
#[test]
fn checks_ask_for_registered_contradictions() {
    let known: BTreeSet<&str> = contradictions()
        .unwrap()
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let lanes = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lanes");
    let mut asked = 0;
    let mut open = vec![lanes];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for id in asked_for(&text) {
                asked += 1;
                assert!(
                    known.contains(id),
                    "{}: no contradiction {id}",
                    path.display()
                );
            }
        }
    }
    assert!(asked > 0, "no check asks for any");
}

/// The ids in calls of `accepts` and `demands` (first argument) and `status_or` (last argument).
fn asked_for(text: &str) -> Vec<&str> {
    let mut ids = Vec::new();
    for call in [".accepts(", ".demands(", ".status_or("] {
        for (at, _) in text.match_indices(call) {
            let rest = &text[at + call.len()..];
            let arguments = rest.split_once(')').map_or(rest, |(before, _)| before);
            let mut quoted = arguments.split('"').skip(1).step_by(2);
            ids.extend(if call == ".status_or(" {
                quoted.last()
            } else {
                quoted.next()
            });
        }
    }
    ids
}

/// Items whose checks are still being written; it only gets shorter.
const ITEMS_NOT_DONE: &[&str] = &[];

/// Every item is answered by a check of some lane, unless nobody can answer it by a request.
#[test]
fn every_item_is_answered_by_a_check() {
    let by_hand = ["ip-allow-list"];
    let checks: Vec<Check> = Lane::ALL
        .into_iter()
        .flat_map(|lane| lanes::checks(lane, SpecVersion::LATEST))
        .collect();
    let open: Vec<&str> = pack::ITEMS
        .iter()
        .filter(|item| {
            let mut all = checks.iter();
            !all.any(|check| item.is_answered_by(check.id(), check.requirements()))
        })
        .map(|item| item.name)
        .filter(|name| !by_hand.contains(name))
        .collect();
    assert_eq!(open, ITEMS_NOT_DONE);
}

/// The items of the certification name requirements that exist, each of them once.
#[test]
fn items_name_registered_requirements() {
    let known: BTreeSet<&str> = requirements()
        .unwrap()
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let mut names = BTreeSet::new();
    for item in &pack::ITEMS {
        assert!(names.insert(item.name), "{} stands twice", item.name);
        for id in item.requirements {
            assert!(known.contains(id), "{}: no requirement {id}", item.name);
        }
    }
}
