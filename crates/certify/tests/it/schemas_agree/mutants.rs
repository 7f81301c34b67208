//! Values that stand in a document in place of another, each with one thing changed.

use serde_json::{Map, Value, json};

use super::{
    generator::{Fill, Generator, Site, format_samples, pattern_samples},
    random::Random,
};
use crate::spec::Spec;

/// Every mutant of `original`, which stands at `site`.
pub(super) fn mutants(
    spec: &Spec,
    random: &mut Random,
    site: &Site<'_>,
    original: &Value,
) -> Vec<Value> {
    let mut found = vec![
        Value::Null,
        json!("text"),
        json!(7),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
    ];
    let schema = site.schema;
    values(schema, original, &mut found);
    numbers(schema, &mut found);
    lengths(schema, &mut found);
    if let Some(items) = original.as_array() {
        lists(schema, items, &mut found);
    }
    if let Some(members) = original.as_object() {
        objects(spec, random, site, members, &mut found);
    }
    for keyword in ["anyOf", "oneOf"] {
        for branch in schema
            .get(keyword)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if branch.get("required").is_none() {
                let built = Generator::new(spec, random, Fill::Full).build(&site.base, branch, "");
                found.extend(
                    built
                        .as_array()
                        .map(|items| [items.as_slice(), items].concat().into()),
                );
                found.push(built);
            }
        }
    }
    found.retain(|mutant| mutant != original);
    found
}

/// Members of an enumeration, patterns and formats.
fn values(schema: &Map<String, Value>, original: &Value, found: &mut Vec<Value>) {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        found.extend(values.iter().cloned());
    }
    if schema.contains_key("enum") || schema.contains_key("const") {
        found.push(json!("zz_unknown"));
        found.push(json!(""));
        found.extend(original.as_str().map(|text| json!(text.to_uppercase())));
        found.extend(original.as_str().map(|text| json!(format!("{text} "))));
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        let (matching, failing) = pattern_samples(pattern);
        found.extend(matching.iter().chain(failing).map(|text| json!(text)));
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        let (matching, failing) = format_samples(format);
        found.extend(matching.iter().chain(failing).map(|text| json!(text)));
    }
}

/// Both sides of each limit, whole and not.
fn numbers(schema: &Map<String, Value>, found: &mut Vec<Value>) {
    for keyword in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
        if let Some(limit) = schema.get(keyword).and_then(Value::as_i64) {
            found.extend([limit - 1, limit, limit + 1].map(|number| json!(number)));
            let limit = f64::from(i32::try_from(limit).unwrap());
            found.extend([limit - 0.5, limit, limit + 0.5].map(|number| json!(number)));
        }
    }
    if ["integer", "number"]
        .iter()
        .any(|kind| schema.get("type") == Some(&json!(kind)))
    {
        found.extend([
            json!(-1),
            json!(0),
            json!(1.0),
            json!(u64::MAX),
            json!(1e300),
            json!("1"),
        ]);
    }
}

/// Strings around each limit, of characters of one and of two bytes.
fn lengths(schema: &Map<String, Value>, found: &mut Vec<Value>) {
    for keyword in ["minLength", "maxLength"] {
        let Some(limit) = schema.get(keyword).and_then(Value::as_u64) else {
            continue;
        };
        let limit = usize::try_from(limit).unwrap();
        for length in [limit.saturating_sub(1), limit, limit + 1, limit + 3] {
            found.extend(["a", "7", "é"].map(|character| json!(character.repeat(length))));
        }
    }
}

/// Shorter, longer, turned round, with an item twice, with a foreign item.
fn lists(schema: &Map<String, Value>, items: &[Value], found: &mut Vec<Value>) {
    let mut turned = items.to_vec();
    turned.reverse();
    found.push(turned.into());
    if let Some((last, rest)) = items.split_last() {
        found.push(rest.to_vec().into());
        found.push([items, std::slice::from_ref(last)].concat().into());
    }
    for foreign in [Value::Null, json!({}), json!("foreign"), json!(3)] {
        found.push([items, &[foreign]].concat().into());
    }
    let allowed = schema.get("items").and_then(|items| items.get("enum"));
    found.extend(allowed.cloned());
}

/// Without each member, with an unknown one, with each one that is missing.
fn objects(
    spec: &Spec,
    random: &mut Random,
    site: &Site<'_>,
    members: &Map<String, Value>,
    found: &mut Vec<Value>,
) {
    let with = |name: &str, value: Value| {
        let mut members = members.clone();
        members.insert(name.to_owned(), value);
        Value::Object(members)
    };
    for name in members.keys() {
        let mut fewer = members.clone();
        fewer.remove(name);
        found.push(fewer.into());
    }
    found.push(with("zz_unknown", json!("unknown")));
    found.push(with("", Value::Null));
    if site
        .schema
        .get("additionalProperties")
        .is_some_and(Value::is_object)
    {
        for value in [
            json!("text"),
            json!(7),
            json!(1.5),
            json!(true),
            Value::Null,
            json!([]),
            json!({}),
        ] {
            found.push(with("key_two", value));
        }
    }
    let declared = site.schema.get("properties").and_then(Value::as_object);
    for (name, schema) in declared.into_iter().flatten() {
        if !members.contains_key(name) {
            let built = Generator::new(spec, random, Fill::Bare).build(&site.base, schema, "");
            found.push(with(name, built));
        }
    }
}
