//! JSON documents taken apart: where their values are, and how they read when one is spoilt.

use serde_json::Value;

/// Stands for bytes that no JSON writer would write.
const MARK: &str = "the-place-of-the-raw-bytes";

/// JSON pointers of all values below and including the root that `wanted` picks.
pub(crate) fn places(document: &Value, wanted: fn(&Value) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    walk(document, String::new(), wanted, &mut found);
    found
}

fn walk(value: &Value, place: String, wanted: fn(&Value) -> bool, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                walk(member, format!("{place}/{name}"), wanted, found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, format!("{place}/{index}"), wanted, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    if wanted(value) {
        found.push(place);
    }
}

/// The JSONPath of a JSON pointer, as errors name it.
pub(crate) fn json_path(pointer: &str) -> String {
    pointer
        .split('/')
        .skip(1)
        .fold("$".to_owned(), |path, step| {
            if step.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("{path}[{step}]")
            } else {
                format!("{path}.{step}")
            }
        })
}

/// The document with another value at this place.
pub(crate) fn with(document: &Value, place: &str, value: Value) -> Value {
    let mut changed = document.clone();
    *changed.pointer_mut(place).unwrap() = value;
    changed
}

/// The document's text with these bytes in the place of a value.
pub(crate) fn with_raw(document: &Value, place: &str, bytes: &[u8]) -> Vec<u8> {
    let text = with(document, place, Value::from(MARK)).to_string();
    let (before, after) = text.split_once(&format!("\"{MARK}\"")).unwrap();
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

/// The document's text with the first member of the object at this place written twice.
pub(crate) fn with_twin(document: &Value, place: &str) -> Option<Vec<u8>> {
    let object = document.pointer(place)?.as_object()?;
    let (name, member) = object.iter().next()?;
    let whole = Value::Object(object.clone()).to_string();
    let twin = format!("{{{}:{member},{}", Value::from(name.as_str()), &whole[1..]);
    Some(with_raw(document, place, twin.as_bytes()))
}

// The tools themselves: what they spoil is what they say.
#[test]
fn documents_are_spoilt_in_one_place() {
    let document = serde_json::json!({ "a": [{ "b": 1, "c": "x" }] });
    assert_eq!(places(&document, Value::is_number), ["/a/0/b"]);
    assert_eq!(places(&document, Value::is_object), ["/a/0", ""]);
    assert_eq!(json_path("/a/0/b"), "$.a[0].b");
    assert_eq!(
        with_raw(&document, "/a/0/b", b"1e"),
        br#"{"a":[{"b":1e,"c":"x"}]}"#
    );
    assert_eq!(
        with_twin(&document, "/a/0").unwrap(),
        br#"{"a":[{"b":1,"b":1,"c":"x"}]}"#
    );
}
