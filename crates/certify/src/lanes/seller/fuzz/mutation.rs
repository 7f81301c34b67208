//! A good body, broken in one place.

use serde_json::{Map, Value};

/// What a broken body may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lanes) enum Demand {
    /// Refused: no session can be made of it.
    Refused,
    /// Refused, or a session with an error message: the value is wrong, not its form.
    Noticed,
    /// Refused, or passed over as if the member were absent: texts of the specification disagree.
    Harmless,
}

/// One step from the body towards the broken place, and what to put there when nothing is there.
#[derive(Debug, Clone)]
pub(in crate::lanes) struct Step {
    pub(in crate::lanes) key: Key,
    pub(in crate::lanes) sample: Value,
}

/// A member, or the first element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lanes) enum Key {
    Member(String),
    First,
}

/// What is done in the object or list at the end of the steps.
#[derive(Debug, Clone)]
pub(in crate::lanes) enum Edit {
    Remove(String),
    Put(Key, Value),
}

/// A constraint, broken.
#[derive(Debug, Clone)]
pub(in crate::lanes) struct Mutation {
    /// Stable name within its operation, such as `line_items-0-id-type`.
    pub(in crate::lanes) name: String,
    /// Words that follow "create with".
    pub(in crate::lanes) what: String,
    /// The broken place as a JSONPath.
    pub(in crate::lanes) path: String,
    pub(in crate::lanes) steps: Vec<Step>,
    pub(in crate::lanes) edits: Vec<Edit>,
    pub(in crate::lanes) demand: Demand,
}

impl Mutation {
    /// Breaks a body; what is missing on the way is put there first.
    pub(in crate::lanes) fn apply(&self, body: &mut Value) {
        let mut place = body;
        for step in &self.steps {
            let Some(next) = entered(place, step) else {
                return;
            };
            place = next;
        }
        for edit in &self.edits {
            match edit {
                Edit::Remove(name) => {
                    if let Some(members) = place.as_object_mut() {
                        members.remove(name);
                    }
                }
                Edit::Put(key, value) => put(place, key, value.clone()),
            }
        }
    }
}

fn entered<'a>(place: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match &step.key {
        Key::Member(name) => {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let members = place.as_object_mut()?;
            Some(
                members
                    .entry(name.clone())
                    .or_insert_with(|| step.sample.clone()),
            )
        }
        Key::First => {
            let elements = place.as_array_mut()?;
            if elements.is_empty() {
                elements.push(step.sample.clone());
            }
            elements.first_mut()
        }
    }
}

fn put(place: &mut Value, key: &Key, value: Value) {
    match (key, place) {
        (Key::Member(name), Value::Object(members)) => {
            members.insert(name.clone(), value);
        }
        (Key::First, Value::Array(elements)) => match elements.first_mut() {
            Some(first) => *first = value,
            None => elements.push(value),
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Missing containers are made of samples; the rest of the body stays.
    #[test]
    fn breaks_one_place_and_keeps_the_rest() {
        let step = |key, sample| Step { key, sample };
        let mutation = Mutation {
            name: String::new(),
            what: String::new(),
            path: String::new(),
            steps: vec![
                step(Key::Member("lines".to_owned()), json!([])),
                step(Key::First, json!({"id": "x", "name": "y"})),
            ],
            edits: vec![Edit::Remove("id".to_owned())],
            demand: Demand::Refused,
        };
        let mut body = json!({"kept": 1});
        mutation.apply(&mut body);
        assert_eq!(body, json!({"kept": 1, "lines": [{"name": "y"}]}));
        let mut body = json!({"lines": [{"id": "real", "more": 2}]});
        mutation.apply(&mut body);
        assert_eq!(body, json!({"lines": [{"more": 2}]}));
    }
}
