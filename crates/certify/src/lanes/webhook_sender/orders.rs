//! What an event says of its order, state by state.
#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON made at the call reads better without a reference"
)]

mod lines;
mod parts;
mod whole;

use std::sync::Arc;

use serde_json::Value;

use super::{
    check,
    journey::{Journey, Stage, journey},
};
use crate::{Case, Check, Outcome, Severity, SpecVersion, Topic, VersionRange};

/// What is wrong with a state of an order.
pub(super) type Faults = Vec<String>;

/// A rule about one state of an order. The journey tells what was bought.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) proves: &'static [&'static str],
    pub(super) severity: Severity,
    pub(super) topic: Topic,
    pub(super) versions: VersionRange,
    pub(super) faults: fn(&Value, &Journey) -> Faults,
}

/// A MUST of 2026-04-17 about a state.
pub(super) const fn must(
    name: &'static str,
    title: &'static str,
    proves: &'static [&'static str],
    faults: fn(&Value, &Journey) -> Faults,
) -> Rule {
    Rule {
        name,
        title,
        proves,
        severity: Severity::Must,
        topic: Topic::Webhooks,
        versions: VersionRange::from(SpecVersion::V2026_04_17),
        faults,
    }
}

/// A SHOULD of 2026-04-17 about a state.
pub(super) const fn should(rule: Rule) -> Rule {
    Rule {
        severity: Severity::Should,
        ..rule
    }
}

/// The same rule about sums.
pub(super) const fn sum(rule: Rule) -> Rule {
    Rule {
        topic: Topic::Arithmetic,
        ..rule
    }
}

/// The rule holds in all versions.
pub(super) const fn always(rule: Rule) -> Rule {
    Rule {
        versions: VersionRange::ALL,
        ..rule
    }
}

/// Stages whose states are looked at; the first must be there, the others where they can be reached.
const STAGES: [Stage; 10] = [
    Stage::Created,
    Stage::Shipped,
    Stage::Refunded,
    Stage::Delivered,
    Stage::Canceled,
    Stage::Returned,
    Stage::Exchanged,
    Stage::Credited,
    Stage::Disputed,
    Stage::Repriced,
];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let rules = [whole::RULES, lines::RULES, parts::RULES];
    rules
        .into_iter()
        .flatten()
        .map(|rule| {
            check(rule.topic, rule.name, rule.title, move |case| {
                states(case, rule)
            })
            .proves(rule.proves)
            .versions(rule.versions)
            .advice("derive every event from the whole current order, as the order RFC says")
        })
        .collect()
}

async fn states(case: Arc<Case>, rule: &'static Rule) -> Outcome {
    let mut journeys = vec![journey(&case, Stage::Created).await?];
    for stage in STAGES.into_iter().skip(1) {
        journeys.extend(journey(&case, stage).await.ok());
    }
    for journey in &journeys {
        for came in journey.states() {
            let faults = (rule.faults)(came.order(), journey);
            if faults.is_empty() {
                continue;
            }
            let answer = came.evidence(&case);
            for fault in faults.into_iter().take(5) {
                if rule.severity == Severity::Must {
                    case.must_also(false, &answer, rule.title, || fault);
                } else {
                    case.should(false, &answer, rule.title, || fault);
                }
            }
        }
    }
    Ok(())
}

/// A fault unless `holds`.
pub(super) fn unless(holds: bool, fault: impl FnOnce() -> String) -> Faults {
    if holds { Vec::new() } else { vec![fault()] }
}

/// An integer member.
pub(super) fn integer(document: &Value, member: &str) -> Option<i64> {
    document.get(member)?.as_i64()
}
