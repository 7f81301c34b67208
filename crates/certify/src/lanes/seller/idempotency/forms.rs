//! One JSON document, written in several ways.

use std::fmt::Write as _;

use serde_json::Value;

/// Members in descending order at every depth.
pub(in crate::lanes) fn reordered(json: &Value) -> String {
    match json {
        Value::Object(members) => {
            let mut parts: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}:{}", quoted(name), reordered(value)))
                .collect();
            parts.reverse();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(elements) => {
            let parts: Vec<_> = elements.iter().map(reordered).collect();
            format!("[{}]", parts.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => json.to_string(),
    }
}

/// With every kind of white space that JSON has.
pub(in crate::lanes) fn spaced(json: &Value) -> String {
    let pretty = format!("{json:#}");
    format!("\r\n\t {} \t\r\n", pretty.replace('\n', "\r\n\t"))
}

/// Every character of every text and name as a `\u` escape.
pub(in crate::lanes) fn escaped(json: &Value) -> String {
    match json {
        Value::Object(members) => {
            let parts: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}:{}", quoted(name), escaped(value)))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(elements) => {
            let parts: Vec<_> = elements.iter().map(escaped).collect();
            format!("[{}]", parts.join(","))
        }
        Value::String(text) => quoted(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => json.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Every form reads as the same document, and none has the same bytes.
    #[test]
    fn all_forms_mean_the_same() {
        let json = json!({"b": [1, {"x": "é \u{1F600}", "a": null}], "a": "text \"quoted\""});
        for form in [reordered(&json), spaced(&json), escaped(&json)] {
            assert_ne!(form, json.to_string());
            let read: Value = serde_json::from_str(&form).unwrap();
            assert_eq!(read, json, "{form}");
        }
    }
}
