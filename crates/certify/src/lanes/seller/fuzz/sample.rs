//! The smallest good value of a schema, for what surrounds a broken one.

use serde_json::{Map, Value, json};

use super::schemas::{Node, Schemas};

/// A text that is replaced by something real once there is a session: see `judge`.
pub(in crate::lanes) const SAMPLE: &str = "sample";

/// Texts by the name of the member.
const NAMED: [(&str, &str); 8] = [
    ("country", "US"),
    ("locale", "en-US"),
    ("timezone", "UTC"),
    ("currency", "usd"),
    ("phone_number", "+14155550100"),
    ("postal_code", "94105"),
    ("state", "CA"),
    ("electronic_commerce_indicator", "05"),
];

/// Texts that patterns and lengths may want.
const CANDIDATES: [&str; 9] = [
    SAMPLE,
    "usd",
    "US",
    "2026-04-17",
    "com.example.thing",
    "$.thing",
    "05",
    "1",
    "0123456789012345678901234567",
];

/// A good value with the required members only.
pub(in crate::lanes) fn sample(schemas: Schemas, node: Node, name: &str) -> Value {
    let node = schemas.resolved(node);
    if let Some(values) = node.literals() {
        return values.first().map_or(Value::Null, |&value| value.clone());
    }
    for union in ["anyOf", "oneOf"] {
        if let Some(first) = node.parts(union).next()
            && node.kind().is_none()
        {
            return sample(schemas, first, name);
        }
    }
    match node.kind() {
        Some("object") => Value::Object(object(schemas, node)),
        Some("array") => array(schemas, node, name),
        Some("string") => json!(text(node, name)),
        Some("integer" | "number") => json!(number(node)),
        Some("boolean") => json!(true),
        _ => merged(schemas, node),
    }
}

/// The parts of a conjunction, one over the other.
fn merged(schemas: Schemas, node: Node) -> Value {
    let mut members = Map::new();
    for part in node.parts("allOf") {
        if let Value::Object(more) = sample(schemas, part, "") {
            members.extend(more);
        }
    }
    Value::Object(members)
}

fn object(schemas: Schemas, node: Node) -> Map<String, Value> {
    let mut members = Map::new();
    for name in node.required() {
        add(schemas, node, name, &mut members);
    }
    for condition in node.parts("allOf") {
        let applies = condition
            .below("if")
            .is_none_or(|decisive| holds(decisive, &members));
        let then = condition.below("then").unwrap_or(condition);
        if applies {
            let first_set = then.parts("anyOf").next();
            let wanted = first_set.unwrap_or(then).required();
            for name in wanted {
                add(schemas, node, name, &mut members);
            }
        }
    }
    members
}

fn add(schemas: Schemas, node: Node, name: &str, members: &mut Map<String, Value>) {
    if let Some((_, member)) = node.properties().find(|(known, _)| *known == name) {
        members.insert(name.to_owned(), sample(schemas, member, name));
    }
}

/// Whether a condition of the form `properties: {member: {enum: […]}}` holds.
fn holds(decisive: Node, members: &Map<String, Value>) -> bool {
    decisive.properties().all(|(name, values)| {
        let literals = values.literals().unwrap_or_default();
        members
            .get(name)
            .is_some_and(|value| literals.contains(&value))
    })
}

fn array(schemas: Schemas, node: Node, name: &str) -> Value {
    let least = node.integer("minItems").unwrap_or_default();
    match node.below("items") {
        Some(items) if least > 0 => json!([sample(schemas, items, name)]),
        _ => json!([]),
    }
}

fn text(node: Node, name: &str) -> String {
    match node.text("format") {
        Some("email") => return "buyer@example.com".to_owned(),
        Some("uri") => return "https://example.com/".to_owned(),
        Some("date-time") => return "2026-04-17T00:00:00Z".to_owned(),
        Some("uuid") => return "00000000-0000-4000-8000-000000000000".to_owned(),
        _ => {}
    }
    let named = NAMED.into_iter().filter(|(known, _)| *known == name);
    let candidates = named.map(|(_, text)| text).chain(CANDIDATES);
    let mut fitting = candidates.filter(|candidate| fits(node, candidate));
    fitting.next().unwrap_or(SAMPLE).to_owned()
}

/// Whether a text is good for a schema without references.
pub(in crate::lanes) fn fits(node: Node, text: &str) -> bool {
    jsonschema::is_valid(node.schema, &json!(text))
}

fn number(node: Node) -> i64 {
    let above = node.integer("exclusiveMinimum");
    let least = above.map(|above| above.saturating_add(1));
    least.or(node.integer("minimum")).unwrap_or(1)
}
