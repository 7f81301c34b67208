//! Short words for faults and constraints.

use serde_json::Value;

use super::{
    constraint::ConstraintKind,
    notation::{Bound, Type},
};

/// The longest text of a value in a message.
const LONGEST_VALUE: usize = 60;
/// The longest list of alternatives in a message.
const LONGEST_LIST: usize = 160;

/// Members whose values are secrets of a buyer: their text stays out of reports.
const SECRET: [&str; 9] = [
    "number",
    "cvc",
    "cryptogram",
    "three_ds_cryptogram",
    "authentication_value",
    "token",
    "license_key",
    "signature",
    "device_fingerprint",
];

/// `a`, or `one of a, b, c`.
pub(super) fn one_of(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [only] => only.clone(),
        _ => shortened(&format!("one of {}", items.join(", ")), LONGEST_LIST),
    }
}

/// `a, b or c`.
pub(super) fn either(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.split_last() {
        Some((last, first)) if !first.is_empty() => {
            shortened(&format!("{} or {last}", first.join(", ")), LONGEST_LIST)
        }
        _ => items.concat(),
    }
}

/// An end of a range, in the words of its kind.
pub(super) fn bound(kind: ConstraintKind, bound: &Bound) -> String {
    let limit = &bound.limit;
    let (unit, lower) = match kind {
        ConstraintKind::MinLength => (" characters", true),
        ConstraintKind::MaxLength => (" characters", false),
        ConstraintKind::MinItems => (" items", true),
        ConstraintKind::MaxItems => (" items", false),
        ConstraintKind::MinSize => (" members", true),
        ConstraintKind::MaxSize => (" members", false),
        ConstraintKind::Minimum => ("", true),
        ConstraintKind::Maximum
        | ConstraintKind::Type
        | ConstraintKind::Required
        | ConstraintKind::RequiredWhen
        | ConstraintKind::Needs
        | ConstraintKind::Closed
        | ConstraintKind::Enum
        | ConstraintKind::Pattern
        | ConstraintKind::Format
        | ConstraintKind::Unique
        | ConstraintKind::Keys
        | ConstraintKind::AnyOf
        | ConstraintKind::OneOf => ("", false),
    };
    let side = match (lower, bound.excluded) {
        (true, false) => "at least",
        (true, true) => "more than",
        (false, false) => "at most",
        (false, true) => "less than",
    };
    let unit = if limit.as_u64() == Some(1) {
        unit.strip_suffix('s').unwrap_or(unit)
    } else {
        unit
    };
    format!("{side} {limit}{unit}")
}

/// What an alternative is called.
pub(super) fn name(body: &Type) -> String {
    match body {
        Type::Any => "anything".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Number { integer: true, .. } => "an integer".to_owned(),
        Type::Number { .. } => "a number".to_owned(),
        Type::Text(_) => "a string".to_owned(),
        Type::Literals(values) => one_of(values.iter().map(Value::to_string)),
        Type::List(list) => format!("a list of {}", name(&list.item)),
        Type::Object(_) => "an object".to_owned(),
        Type::Reference(reference) => reference.name.clone(),
        Type::AnyOf(parts) | Type::OneOf(parts) => either(parts.iter().map(name)),
        Type::AllOf(parts) => parts.iter().map(name).collect::<Vec<_>>().join(" and "),
    }
}

/// A value, short enough for a message; `path` ends on the name of its member.
pub(super) fn found(value: &Value, path: &str) -> String {
    match value {
        Value::Object(members) => format!("an object of {}", counted(members.len(), "member")),
        Value::Array(items) => format!("a list of {}", counted(items.len(), "item")),
        Value::String(text) if is_secret(path) => {
            format!("a string of {}", counted(text.chars().count(), "character"))
        }
        Value::Number(_) if is_secret(path) => "a number".to_owned(),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {
            shortened(&value.to_string(), LONGEST_VALUE)
        }
    }
}

/// `text`, cut at `longest` characters.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest).chain(['…']).collect()
}

fn is_secret(path: &str) -> bool {
    let member = path.rsplit('.').next().unwrap_or_default();
    SECRET.contains(&member)
}

fn counted(count: usize, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}
