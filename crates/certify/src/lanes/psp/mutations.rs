//! Changes to a valid request, each of which breaks one constraint of its schema.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use serde_json::{Value, json};

use super::body;
use crate::{SchemaJudge, SpecVersion};

/// Most changes that are tried for one constraint.
const CHANGES_MAX: usize = 4;
/// Most changes that break nothing.
const HARMLESS_MAX: usize = 40;

/// One change: a JSON Pointer and what is put there; `None` takes the member away.
pub(super) type Change = (String, Option<Value>);

/// Every change to one kind of request in one version.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// By the id of the one constraint that they break.
    pub(super) breaking: BTreeMap<String, Vec<Change>>,
    /// Changes after which the request is still valid.
    pub(super) harmless: Vec<Change>,
}

/// The judge's own schemas: which constraint a change breaks is theirs to say.
static JUDGE: LazyLock<Option<SchemaJudge>> = LazyLock::new(|| SchemaJudge::bundled().ok());

type Plans = Mutex<HashMap<(SpecVersion, String), Arc<Plan>>>;

/// Applies a change.
pub(super) fn apply(document: &mut Value, (pointer, value): &Change) {
    match value {
        Some(value) => body::set(document, pointer, value.clone()),
        None => body::remove(document, pointer),
    }
}

/// The constraints of these shapes, as ids with what they expect.
pub(super) fn constraints(
    version: SpecVersion,
    bundle: &str,
    shapes: &[&str],
) -> Vec<(String, String)> {
    let Some(judge) = &*JUDGE else {
        return Vec::new();
    };
    judge
        .constraints(version)
        .filter(|one| one.bundle == bundle && shapes.contains(&one.shape.as_str()))
        .map(|one| (one.id.clone(), one.expects.clone()))
        .collect()
}

/// The changes to `document`, which is a valid `shape` with every optional member.
pub(super) fn plan(version: SpecVersion, shape: &str, document: &Value) -> Arc<Plan> {
    static PLANS: LazyLock<Plans> = LazyLock::new(Mutex::default);
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    let slot = plans.entry((version, shape.to_owned())).or_default();
    if slot.breaking.is_empty() {
        *slot = Arc::new(made(version, shape, document));
    }
    Arc::clone(slot)
}

fn made(version: SpecVersion, shape: &str, document: &Value) -> Plan {
    let mut plan = Plan::default();
    let Some(judge) = &*JUDGE else { return plan };
    let mut changes = Vec::new();
    collect(document, "", &mut changes);
    for change in changes {
        let mut broken = document.clone();
        apply(&mut broken, &change);
        let Ok(faults) = judge.validate(version, shape, &broken) else {
            continue;
        };
        match faults.as_slice() {
            [] if broken != *document && plan.harmless.len() < HARMLESS_MAX => {
                plan.harmless.push(change);
            }
            // One value may break several rules at once: too short, and so not what a pattern wants.
            [fault, more @ ..] if more.iter().all(|other| other.path == fault.path) => {
                for fault in &faults {
                    let known = plan.breaking.entry(fault.constraint.clone()).or_default();
                    if known.len() < CHANGES_MAX {
                        known.push(change.clone());
                    }
                }
            }
            _ => {}
        }
    }
    plan
}

/// Every change at and below `value`.
fn collect(value: &Value, pointer: &str, changes: &mut Vec<Change>) {
    for other in others(value) {
        changes.push((pointer.to_owned(), Some(other)));
    }
    match value {
        Value::Object(members) => {
            changes.push((format!("{pointer}/zz_unknown"), Some(json!("x"))));
            for (name, member) in members {
                let below = format!("{pointer}/{name}");
                changes.push((below.clone(), None));
                collect(member, &below, changes);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, &format!("{pointer}/{index}"), changes);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What may stand in place of a value: other types, and neighbours of its own type.
fn others(value: &Value) -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(7),
        json!(1.5),
        json!(true),
        json!("zz_unknown"),
        json!([]),
        json!({}),
    ];
    match value {
        Value::String(text) => {
            let shorter: String = text.chars().skip(1).collect();
            all.extend([json!(format!("x{shorter}")), json!(shorter), json!("")]);
            all.push(json!(text.to_uppercase()));
            all.extend([json!(format!("{text}\n")), json!(format!("{text}0"))]);
            for length in [3, 5, 7, 9, 12, 21, 36, 41, 46, 61, 257] {
                all.push(json!("9".repeat(length)));
            }
        }
        Value::Number(_) => all.extend([json!(0), json!(-1), json!("7"), json!(1e30)]),
        Value::Array(elements) => {
            let doubled = [elements.as_slice(), elements.as_slice()].concat();
            all.push(Value::Array(doubled));
            for foreign in [Value::Null, json!("zz_unknown"), json!(7)] {
                let mut more = elements.clone();
                more.push(foreign);
                all.push(Value::Array(more));
            }
        }
        Value::Object(_) | Value::Null | Value::Bool(_) => {}
    }
    all
}

/// A constraint's id as part of a check's id: `PaymentMethodCard.exp_month:max_length` becomes
/// `payment-method-card-exp-month-max-length`.
pub(super) fn kebab(id: &str) -> String {
    let local = id.split_once('#').map_or(id, |(_, local)| local);
    let spelled = local.replace("[]", " items").replace(".*", " values");
    let mut name = String::new();
    for char in spelled.chars() {
        if char.is_ascii_uppercase() && !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if char.is_ascii_alphanumeric() {
            name.push(char.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.trim_end_matches('-').to_owned()
}
