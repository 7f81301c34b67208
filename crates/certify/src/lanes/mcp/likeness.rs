//! What two documents about equal things have in common: everything but ids and times.

use serde_json::Value;

/// A document in which ids that the seller made up, and times, are replaced by words.
pub(super) fn likeness(document: &Value) -> Value {
    let mut ids = Vec::new();
    for pointer in ["/id", "/order/id", "/order/order_number"] {
        ids.extend(document.pointer(pointer).and_then(Value::as_str));
    }
    for list in ["line_items", "fulfillment_options"] {
        let rows = document.get(list).and_then(Value::as_array);
        let rows = rows.into_iter().flatten();
        ids.extend(rows.filter_map(|row| row.get("id")?.as_str()));
    }
    // A short id could be part of any word.
    ids.retain(|id| id.len() >= 6);
    // The longest first: one id may be the beginning of another.
    ids.sort_unstable_by_key(|id| std::cmp::Reverse(id.len()));
    masked(document, &ids)
}

fn masked(value: &Value, ids: &[&str]) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), masked(member, ids)))
            .collect(),
        Value::Array(elements) => elements.iter().map(|one| masked(one, ids)).collect(),
        Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => "(time)".into(),
        Value::String(text) => {
            let text = ids
                .iter()
                .fold(text.clone(), |text, id| text.replace(id, "(id)"));
            Value::String(text)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The first place at which two documents differ, with both values; `None` when there is none.
pub(super) fn difference(one: &Value, other: &Value) -> Option<String> {
    difference_at("$", one, other)
}

fn difference_at(path: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            let names = left
                .keys()
                .chain(right.keys().filter(|name| !left.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let path = format!("{path}.{name}");
                match (left.get(name), right.get(name)) {
                    (Some(left), Some(right)) => difference_at(&path, left, right),
                    (left, right) => Some(format!("{path}: {} and {}", shown(left), shown(right))),
                }
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs.into_iter().find_map(|(place, (left, right))| {
                difference_at(&format!("{path}[{place}]"), left, right)
            })
        }
        _ if one == other => None,
        _ => Some(format!(
            "{path}: {} and {}",
            shown(Some(one)),
            shown(Some(other))
        )),
    }
}

fn shown(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "absent".to_owned(), Value::to_string);
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Sessions that differ in ids and times alone are alike; another amount is found and named.
    #[test]
    fn ids_and_times_do_not_count() {
        let session = |id: &str, time: &str, amount: i64| {
            json!({
                "id": id,
                "line_items": [{ "id": format!("line_{id}"), "item": { "id": "mug" } }],
                "selected": [format!("line_{id}")],
                "continue_url": format!("https://shop.example/{id}"),
                "created_at": time,
                "totals": [{ "type": "total", "amount": amount }],
            })
        };
        let one = likeness(&session("cs_11111", "2026-04-17T10:00:00Z", 5));
        let two = likeness(&session("cs_22222222", "2026-04-17T10:00:01.5Z", 5));
        assert_eq!(difference(&one, &two), None);
        let three = likeness(&session("cs_3333333", "2026-04-17T10:00:00Z", 6));
        assert_eq!(
            difference(&one, &three).unwrap(),
            "$.totals[0].amount: 5 and 6"
        );
    }
}
