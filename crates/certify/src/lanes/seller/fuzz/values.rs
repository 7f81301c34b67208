//! Values that break a schema in one way each.

use serde_json::{Value, json};

use super::{
    mutation::Demand,
    sample::{fits, sample},
    schemas::{Node, Schemas},
};

/// A broken value: the word for ids, words for titles, the value, what it may come to.
pub(super) struct Broken {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) value: Value,
    pub(super) demand: Demand,
}

fn broken(name: &'static str, what: &'static str, value: Value, demand: Demand) -> Broken {
    Broken {
        name,
        what,
        value,
        demand,
    }
}

/// Every way in which a value itself, not its members, can break `node`.
pub(super) fn broken_values(schemas: Schemas, node: Node) -> Vec<Broken> {
    let node = schemas.resolved(node);
    if let Some(values) = node.literals() {
        return literals(&values);
    }
    match node.kind() {
        Some("string") => texts(node),
        Some(kind @ ("integer" | "number")) => numbers(node, kind),
        Some("array") => lists(schemas, node),
        Some("boolean") => vec![wrong_type(json!("yes"))],
        Some("object") => vec![wrong_type(json!("certify"))],
        _ => other(schemas, node),
    }
}

fn wrong_type(value: Value) -> Broken {
    broken("type", "of another type", value, Demand::Refused)
}

fn literals(values: &[&Value]) -> Vec<Broken> {
    let other = if values.iter().any(|value| value.is_string()) {
        json!(7)
    } else {
        json!("certify")
    };
    let unknown = json!("certify_unknown_value");
    vec![
        wrong_type(other),
        broken("value", "of an unknown value", unknown, Demand::Noticed),
    ]
}

fn texts(node: Node) -> Vec<Broken> {
    let mut found = vec![wrong_type(json!(7))];
    let length = |keyword| {
        node.integer(keyword)
            .and_then(|one| usize::try_from(one).ok())
    };
    if let Some(least) = length("minLength").filter(|least| *least > 0) {
        let value = json!("x".repeat(least.saturating_sub(1)));
        found.push(broken(
            "short",
            "one character too short",
            value,
            Demand::Noticed,
        ));
    }
    if let Some(most) = length("maxLength") {
        let value = json!("x".repeat(most.saturating_add(1)));
        found.push(broken(
            "long",
            "one character too long",
            value,
            Demand::Noticed,
        ));
    }
    if node.text("pattern").is_some() {
        let candidates = ["!", "", "UPPER CASE", "0"].into_iter();
        if let Some(text) = candidates.into_iter().find(|text| !fits(node, text)) {
            found.push(broken(
                "pattern",
                "against its pattern",
                json!(text),
                Demand::Noticed,
            ));
        }
    }
    if node.text("format").is_some() {
        let value = json!("certify: no such form");
        found.push(broken("format", "in another form", value, Demand::Noticed));
    }
    found
}

fn numbers(node: Node, kind: &str) -> Vec<Broken> {
    let mut found = vec![wrong_type(json!("7"))];
    if kind == "integer" {
        let value = json!(1.5);
        found.push(broken(
            "fraction",
            "with a fraction",
            value,
            Demand::Refused,
        ));
    }
    let least = node.integer("minimum").map(|least| least.saturating_sub(1));
    if let Some(value) = least.or(node.integer("exclusiveMinimum")) {
        found.push(broken(
            "minimum",
            "below its minimum",
            json!(value),
            Demand::Noticed,
        ));
    }
    let most = node.integer("maximum").map(|most| most.saturating_add(1));
    if let Some(value) = most.or(node.integer("exclusiveMaximum")) {
        found.push(broken(
            "maximum",
            "above its maximum",
            json!(value),
            Demand::Noticed,
        ));
    }
    found
}

fn lists(schemas: Schemas, node: Node) -> Vec<Broken> {
    let mut found = vec![wrong_type(json!({}))];
    let items = node.below("items");
    let item = items.map_or(Value::Null, |items| sample(schemas, items, ""));
    if node.integer("minItems").is_some_and(|least| least > 0) {
        found.push(broken(
            "empty",
            "without elements",
            json!([]),
            Demand::Noticed,
        ));
    }
    if let Some(most) = node.integer("maxItems") {
        let count = usize::try_from(most).unwrap_or_default().saturating_add(1);
        let value = json!(vec![item.clone(); count]);
        found.push(broken(
            "many",
            "with one element too many",
            value,
            Demand::Noticed,
        ));
    }
    if node.schema.get("uniqueItems") == Some(&json!(true)) {
        let value = json!([item.clone(), item]);
        found.push(broken(
            "twice",
            "with an element twice",
            value,
            Demand::Noticed,
        ));
    }
    found
}

/// Unions, and schemas that say nothing of a type.
fn other(schemas: Schemas, node: Node) -> Vec<Broken> {
    let mut alternatives: Vec<_> = ["anyOf", "oneOf"]
        .into_iter()
        .flat_map(|union| node.parts(union))
        .map(|part| sample(schemas, part, ""))
        .collect();
    if let Some(kinds) = node.schema.get("type").and_then(Value::as_array) {
        alternatives.extend(kinds.iter().map(|kind| match kind.as_str() {
            Some("string") => json!(""),
            Some("number" | "integer") => json!(1),
            Some("boolean") => json!(true),
            _ => Value::Null,
        }));
    }
    if alternatives.is_empty() {
        return Vec::new();
    }
    let kinds = [json!(7), json!("certify"), json!([]), json!({})];
    let unlike = |one: &Value| {
        let alike = |other: &Value| std::mem::discriminant(one) == std::mem::discriminant(other);
        !alternatives.iter().any(alike)
    };
    kinds
        .into_iter()
        .find(unlike)
        .map(wrong_type)
        .into_iter()
        .collect()
}
