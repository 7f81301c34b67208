//! Changing single places of JSON documents.

use serde_json::{Map, Value};

/// Puts a value at a JSON Pointer. A missing last member is added, an index past the end appends;
/// where the way there is missing, nothing changes.
pub(super) fn set(document: &mut Value, pointer: &str, value: Value) {
    let Some((parent, last)) = split(pointer) else {
        *document = value;
        return;
    };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(last, value);
        }
        Some(Value::Array(elements)) => {
            let index = last.parse::<usize>().ok();
            match index.and_then(|index| elements.get_mut(index)) {
                Some(element) => *element = value,
                None => elements.push(value),
            }
        }
        Some(_) | None => {}
    }
}

/// Takes the member or element at a JSON Pointer away.
pub(super) fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, last)) = split(pointer) else {
        return;
    };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.remove(&last);
        }
        Some(Value::Array(elements)) => {
            if let Ok(index) = last.parse::<usize>()
                && index < elements.len()
            {
                elements.remove(index);
            }
        }
        Some(_) | None => {}
    }
}

/// `document` after [`set`].
pub(super) fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    set(&mut document, pointer, value);
    document
}

/// `document` after [`remove`].
pub(super) fn without(mut document: Value, pointer: &str) -> Value {
    remove(&mut document, pointer);
    document
}

/// The JSON Pointers of every value below the root, parents before children.
pub(super) fn pointers(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(document, "", &mut found);
    found
}

fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.replace('~', "~0").replace('/', "~1"), member))
            .collect(),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, element)| (index.to_string(), element))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, child) in children {
        let pointer = format!("{at}/{name}");
        found.push(pointer.clone());
        collect(child, &pointer, found);
    }
}

/// An object of these members.
pub(super) fn object(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let members = members.into_iter();
    Value::Object(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

/// The elements of an array member; none when it is missing.
pub(super) fn list<'a>(document: &'a Value, member: &str) -> &'a [Value] {
    document
        .get(member)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The text of a member; empty when it is missing.
pub(super) fn text<'a>(document: &'a Value, member: &str) -> &'a str {
    document
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, last) = pointer.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Members and elements are set, added and removed where the pointer says.
    #[test]
    fn places_change() {
        let document = json!({"a": [{"b/c": 1}, 2]});
        assert_eq!(
            pointers(&document),
            ["/a", "/a/0", "/a/0/b~1c", "/a/1"].map(str::to_owned)
        );
        assert_eq!(
            with(document.clone(), "/a/0/b~1c", json!(3)),
            json!({"a": [{"b/c": 3}, 2]})
        );
        assert_eq!(
            with(document.clone(), "/d", json!(4)),
            json!({"a": [{"b/c": 1}, 2], "d": 4})
        );
        assert_eq!(without(document, "/a/0"), json!({"a": [2]}));
    }

    /// Changes reach objects, arrays and the whole.
    #[test]
    fn changes() {
        let mut body = json!({ "a": { "b": [1, 2] } });
        set(&mut body, "/a/b/1", json!(3));
        set(&mut body, "/a/c", json!("new"));
        set(&mut body, "/a/b/-", json!(4));
        remove(&mut body, "/a/missing");
        assert_eq!(body, json!({ "a": { "b": [1, 3, 4], "c": "new" } }));
        remove(&mut body, "/a/b");
        assert_eq!(body, json!({ "a": { "c": "new" } }));
        set(&mut body, "", json!(7));
        assert_eq!(body, json!(7));
    }
}
