//! Ways to spoil a JSON text.

use serde_json::Value;

/// `{"certify_probe":RAW,` and the rest of the object.
pub(super) fn with_member(body: &str, raw: &str) -> Vec<u8> {
    let rest = body.strip_prefix('{').unwrap_or(body);
    let comma = if rest.starts_with('}') { "" } else { "," };
    format!("{{\"certify_probe\":{raw}{comma}{rest}").into_bytes()
}

/// The text `name` of the body replaced by raw bytes, quotes included; a member is added when the
/// body does not have that text.
pub(super) fn with_text(body: &str, name: &str, raw: &[u8]) -> Vec<u8> {
    let quoted = Value::from(name).to_string();
    let Some((before, after)) = body.split_once(&quoted) else {
        let mut bytes = b"{\"certify_probe\":".to_vec();
        bytes.extend_from_slice(raw);
        bytes.push(b'}');
        return bytes;
    };
    [before.as_bytes(), raw, after.as_bytes()].concat()
}

/// Which object's member is written twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The body itself.
    Top,
    /// The first object inside a list or, without one, inside the body.
    Inner,
    /// The object below which there is none.
    Deepest,
}

/// A member of an object of the body is there twice, with another value the second time.
pub(super) fn duplicated(body: &Value, depth: Depth) -> String {
    let pointer = match depth {
        Depth::Top => String::new(),
        Depth::Inner => object_pointers(body).into_iter().nth(1).unwrap_or_default(),
        Depth::Deepest => {
            let all = object_pointers(body);
            let deepest = all.into_iter().max_by_key(|one| one.matches('/').count());
            deepest.unwrap_or_default()
        }
    };
    let mut marked = body.clone();
    let Some(Value::Object(members)) = marked.pointer_mut(&pointer) else {
        return body.to_string();
    };
    let first = members
        .iter()
        .next()
        .map(|(name, value)| (name.clone(), value.clone()));
    let Some((name, value)) = first else {
        return r#"{"a":1,"a":2}"#.to_owned();
    };
    // A member that sorts last and is then written as the first one again.
    members.insert(LAST.to_owned(), other(&value));
    let text = marked.to_string();
    text.replace(&format!("\"{LAST}\":"), &format!("{}:", Value::from(name)))
}

const LAST: &str = "~certify_again";

/// A value of the same type that is another one.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(format!("{text}x")),
        Value::Number(_) => Value::from(7),
        Value::Bool(flag) => Value::from(!flag),
        Value::Null | Value::Array(_) | Value::Object(_) => value.clone(),
    }
}

/// JSON Pointers of every object that has members, outermost first.
fn object_pointers(json: &Value) -> Vec<String> {
    fn walk(json: &Value, pointer: &str, found: &mut Vec<String>) {
        match json {
            Value::Object(members) => {
                if !members.is_empty() {
                    found.push(pointer.to_owned());
                }
                for (name, value) in members {
                    walk(value, &format!("{pointer}/{name}"), found);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    walk(value, &format!("{pointer}/{index}"), found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    walk(json, "", &mut found);
    found
}

/// Little-endian UTF-16 with its mark.
pub(super) fn utf16(body: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(body.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The doubled member is really there twice, at the depth that was asked for.
    #[test]
    fn members_are_doubled_where_asked() {
        let body = json!({"a": 1, "list": [{"id": "x", "deep": {"z": true}}]});
        assert_eq!(duplicated(&body, Depth::Top).matches("\"a\":").count(), 2);
        assert_eq!(
            duplicated(&body, Depth::Inner).matches("\"deep\":").count(),
            2
        );
        assert_eq!(
            duplicated(&body, Depth::Deepest).matches("\"z\":").count(),
            2
        );
    }

    /// A probe stands in a body that is JSON but for the probe.
    #[test]
    fn probes_keep_the_rest_of_the_body() {
        let spoilt = with_member(r#"{"a":1}"#, "2");
        let read: Value = serde_json::from_slice(&spoilt).unwrap();
        assert_eq!(read, json!({"certify_probe": 2, "a": 1}));
        let spoilt = with_text(r#"{"a":"name"}"#, "name", b"\"other\"");
        let read: Value = serde_json::from_slice(&spoilt).unwrap();
        assert_eq!(read, json!({"a": "other"}));
    }
}
