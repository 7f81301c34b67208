//! Walking through documents, and the small part of JSONPath that parameters of messages use.

use serde_json::Value;

/// Calls `visit` with path, name and value of every member at any depth.
pub(in crate::lanes) fn members(json: &Value, visit: &mut dyn FnMut(&str, &str, &Value)) {
    walk(json, "$", visit);
}

fn walk(json: &Value, path: &str, visit: &mut dyn FnMut(&str, &str, &Value)) {
    match json {
        Value::Object(all) => {
            for (name, value) in all {
                let path = format!("{path}.{name}");
                visit(&path, name, value);
                walk(value, &path, visit);
            }
        }
        Value::Array(all) => {
            for (index, value) in all.iter().enumerate() {
                walk(value, &format!("{path}[{index}]"), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every text in the document with its path.
pub(super) fn texts(json: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    collect_texts(json, "$", &mut all);
    all
}

fn collect_texts(json: &Value, path: &str, all: &mut Vec<(String, String)>) {
    match json {
        Value::String(text) => all.push((path.to_owned(), text.clone())),
        Value::Object(members) => {
            for (name, value) in members {
                collect_texts(value, &format!("{path}.{name}"), all);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                collect_texts(value, &format!("{path}[{index}]"), all);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
    All,
    /// A filter, a slice or a descent: valid, and not followed.
    Other,
}

/// What a path finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It is no JSONPath.
    NoPath,
    /// It finds nothing.
    Nothing,
    /// It finds something, or uses a part of JSONPath that is not followed here.
    Something,
}

/// Follows an RFC 9535 path from the root of a document.
pub(super) fn follow(path: &str, document: &Value) -> Found {
    let Some(steps) = steps(path) else {
        return Found::NoPath;
    };
    let mut nodes = vec![document];
    for step in steps {
        nodes = match step {
            Step::Member(name) => nodes.iter().filter_map(|node| node.get(&name)).collect(),
            Step::Element(index) => nodes.iter().filter_map(|node| node.get(index)).collect(),
            Step::All => nodes.iter().flat_map(|node| children(node)).collect(),
            Step::Other => return Found::Something,
        };
    }
    if nodes.is_empty() {
        Found::Nothing
    } else {
        Found::Something
    }
}

fn children(node: &Value) -> Vec<&Value> {
    match node {
        Value::Array(elements) => elements.iter().collect(),
        Value::Object(members) => members.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = step(rest)?;
        steps.push(step);
        rest = after;
    }
    Some(steps)
}

fn step(rest: &str) -> Option<(Step, &str)> {
    if let Some(inside) = rest.strip_prefix('[') {
        let (inside, after) = inside.split_once(']')?;
        let quoted = |quote: char| inside.strip_prefix(quote)?.strip_suffix(quote);
        let step = if let Some(name) = quoted('\'').or_else(|| quoted('"')) {
            Step::Member(name.to_owned())
        } else if inside == "*" {
            Step::All
        } else if let Ok(index) = inside.parse() {
            Step::Element(index)
        } else if inside.starts_with('?') || inside.contains([':', ',', '-']) {
            Step::Other
        } else {
            return None;
        };
        return Some((step, after));
    }
    let name = rest.strip_prefix('.')?;
    if name.starts_with('.') {
        return Some((Step::Other, ""));
    }
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (name, after) = name.split_at_checked(end)?;
    if name == "*" {
        return Some((Step::All, after));
    }
    let first = name.chars().next()?;
    let word = |letter: char| letter.is_alphanumeric() || letter == '_' || !letter.is_ascii();
    let valid = !first.is_ascii_digit() && name.chars().all(word);
    valid.then(|| (Step::Member(name.to_owned()), after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Paths that messages use are followed; dotted paths without the root are none.
    #[test]
    fn paths_are_followed() {
        let document = json!({ "line_items": [{ "id": "a" }], "buyer": { "email": "x" } });
        for (path, found) in [
            ("$.line_items[0]", Found::Something),
            ("$.line_items[0].id", Found::Something),
            ("$['buyer']['email']", Found::Something),
            ("$.line_items[*].id", Found::Something),
            ("$.line_items[?(@.id=='a')]", Found::Something),
            ("$.line_items[1]", Found::Nothing),
            ("$.seller", Found::Nothing),
            ("line_items[0]", Found::NoPath),
            ("$line_items", Found::NoPath),
            ("$.line-items", Found::NoPath),
            ("/line_items/0", Found::NoPath),
            ("", Found::NoPath),
        ] {
            assert_eq!(follow(path, &document), found, "{path}");
        }
    }
}
