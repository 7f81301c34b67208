//! Requests against the schema of their version.

use std::sync::LazyLock;

use comptoir_certify::{SchemaFault, SchemaJudge, SpecVersion};
use serde_json::Value;

use super::reply::Refusal;

/// Compiled once: the parties run by the dozen.
static JUDGE: LazyLock<SchemaJudge> = LazyLock::new(|| SchemaJudge::bundled().unwrap());

/// The first fault of a document as `shape`.
pub(crate) fn fault(version: SpecVersion, shape: &str, document: &Value) -> Option<SchemaFault> {
    let faults = JUDGE.validate(version, shape, document).unwrap();
    faults.into_iter().next()
}

/// Refuses a document that is no valid `shape`.
pub(crate) fn check(version: SpecVersion, shape: &str, document: &Value) -> Result<(), Refusal> {
    match fault(version, shape, document) {
        None => Ok(()),
        Some(fault) => {
            Err(Refusal::new("invalid", "this does not fit the schema").at(place(&fault.path)))
        }
    }
}

/// A path that repeats no number that could be a card's: members can have any name.
pub(crate) fn place(path: &str) -> &str {
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).count();
    let mut path = path;
    while digits(path) > 8 {
        path = path.rsplit_once(['.', '[']).map_or("$", |(start, _)| start);
    }
    path
}

/// The document as its schema knows it: without the quantities of requested lines, which the
/// versions from 2026-01-30 on forgot, without members that are `null` to clear a field, and
/// without capability values that are unknown and to be passed over.
pub(crate) fn tolerated(version: SpecVersion, document: &Value, clearing: bool) -> Value {
    let mut document = document.clone();
    let Some(members) = document.as_object_mut() else {
        return document;
    };
    if version >= SpecVersion::V2026_01_30 {
        for line in members
            .get_mut("line_items")
            .into_iter()
            .filter_map(Value::as_array_mut)
        {
            for line in line.iter_mut().filter_map(Value::as_object_mut) {
                if line.get("quantity").is_some_and(is_quantity) {
                    line.remove("quantity");
                }
            }
        }
    }
    if clearing && version >= SpecVersion::V2026_04_17 {
        members.retain(|_, value| !value.is_null());
    }
    if let Some(capabilities) = members
        .get_mut("capabilities")
        .and_then(Value::as_object_mut)
    {
        pass_over_unknown(capabilities);
    }
    document
}

fn is_quantity(value: &Value) -> bool {
    value
        .as_f64()
        .is_some_and(|number| number >= 1.0 && number.fract() == 0.0)
}

fn pass_over_unknown(capabilities: &mut serde_json::Map<String, Value>) {
    if let Some(interventions) = capabilities
        .get_mut("interventions")
        .and_then(Value::as_object_mut)
    {
        let known = ["3ds", "biometric", "address_verification"];
        for list in ["supported", "required"] {
            if let Some(list) = interventions.get_mut(list).and_then(Value::as_array_mut) {
                list.retain(|value| value.as_str().is_none_or(|name| known.contains(&name)));
            }
        }
        interventions.retain(|name, _| {
            matches!(
                name.as_str(),
                "supported"
                    | "required"
                    | "enforcement"
                    | "display_context"
                    | "redirect_context"
                    | "max_redirects"
                    | "max_interaction_depth"
            )
        });
    }
    capabilities
        .retain(|name, _| matches!(name.as_str(), "payment" | "interventions" | "extensions"));
}

/// The text of a member.
pub(crate) fn text<'a>(document: &'a Value, member: &str) -> Option<&'a str> {
    document.get(member)?.as_str()
}
