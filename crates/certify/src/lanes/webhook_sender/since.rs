//! What changes from one event of an order to the next, and what does not.

use std::sync::Arc;

use serde_json::Value;

use super::{
    super::documents::{list, text},
    check,
    journey::{Journey, Stage, adjustments, journey},
    orders::{Faults, unless},
};
use crate::{Case, Check, Outcome, Severity, SpecVersion, Topic, VersionRange};

mod kinds;
mod steps;

/// A rule about an order's way to a stage.
struct Rule {
    name: &'static str,
    title: &'static str,
    proves: &'static [&'static str],
    stage: Stage,
    versions: VersionRange,
    severity: Severity,
    faults: fn(&Journey) -> Faults,
}

const fn must(
    name: &'static str,
    title: &'static str,
    proves: &'static [&'static str],
    stage: Stage,
    faults: fn(&Journey) -> Faults,
) -> Rule {
    Rule {
        name,
        title,
        proves,
        stage,
        versions: VersionRange::from(SpecVersion::V2026_04_17),
        severity: Severity::Must,
        faults,
    }
}

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let rules = [steps::RULES, kinds::RULES];
    rules
        .into_iter()
        .flatten()
        .map(|rule| {
            check(Topic::Webhooks, rule.name, rule.title, move |case| {
                judge(case, rule)
            })
            .proves(rule.proves)
            .versions(rule.versions)
            .advice("keep what was told of an order, and tell of changes beside it")
        })
        .collect()
}

async fn judge(case: Arc<Case>, rule: &'static Rule) -> Outcome {
    let journey = journey(&case, rule.stage).await?;
    let faults = (rule.faults)(&journey);
    if faults.is_empty() {
        return Ok(());
    }
    let states = journey.states();
    let mut last = None;
    for came in &states {
        last = Some(came.evidence(&case));
    }
    let Some(answer) = last else {
        return Ok(());
    };
    for fault in faults.into_iter().take(5) {
        if rule.severity == Severity::Must {
            case.must_also(false, &answer, rule.title, || fault);
        } else {
            case.should(false, &answer, rule.title, || fault);
        }
    }
    Ok(())
}

/// The orders that were told, in order.
fn told(journey: &Journey) -> Vec<&Value> {
    journey.states().iter().map(|came| came.order()).collect()
}

/// The newest order that was told.
fn newest(journey: &Journey) -> &Value {
    told(journey).last().copied().unwrap_or(&Value::Null)
}

/// Neighbouring states.
fn pairs(journey: &Journey) -> Vec<(&Value, &Value)> {
    let told = told(journey);
    let later = told.clone();
    told.into_iter().zip(later.into_iter().skip(1)).collect()
}

/// The element with this id.
fn with_id<'a>(all: &'a [Value], id: &str) -> Option<&'a Value> {
    all.iter().find(|one| text(one, "id") == id)
}
