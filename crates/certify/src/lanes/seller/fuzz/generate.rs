//! Walks a request shape and breaks each of its constraints.

use serde_json::{Value, json};

use super::{
    mutation::{Demand, Edit, Key, Mutation, Step},
    sample::sample,
    schemas::{Node, Schemas},
    values::broken_values,
};

/// Members of extensions: what to make of them is judged where the extensions are.
const EXTENSIONS: [&str; 5] = [
    "discounts",
    "coupons",
    "affiliate_attribution",
    "marketing_consents",
    "intent_trace",
];

/// Objects whose members are the seller's own words or must be ignored when unknown.
const OPAQUE: [&str; 2] = ["capabilities.payment", "capabilities.extensions"];

/// Deepest member that is broken.
const DEPTH_MAX: usize = 7;

/// Every constraint of `shape`, broken once.
pub(in crate::lanes) fn mutations(schemas: Schemas, shape: &str) -> Vec<Mutation> {
    let mut walk = Walk {
        schemas,
        found: Vec::new(),
    };
    if let Some(body) = schemas.shape(shape) {
        walk.object(schemas.resolved(body), &Place::default());
    }
    walk.found
}

/// A place in the body.
#[derive(Debug, Clone, Default)]
struct Place {
    steps: Vec<Step>,
    /// For ids: `line_items-0`.
    id: String,
    /// For exceptions: `line_items[].id`.
    dotted: String,
    /// JSONPath without its `$`.
    path: String,
}

impl Place {
    fn below(&self, key: &Key, sample: Value) -> Self {
        let mut place = self.at(key);
        place.steps.push(Step {
            key: key.clone(),
            sample,
        });
        place
    }

    /// The names of a place below; the steps still end here.
    fn at(&self, key: &Key) -> Self {
        let mut place = self.clone();
        match key {
            Key::Member(name) => {
                let (dash, dot) = if self.id.is_empty() {
                    ("", "")
                } else {
                    ("-", ".")
                };
                place.id = format!("{}{dash}{name}", self.id);
                place.dotted = format!("{}{dot}{name}", self.dotted);
                place.path = format!("{}.{name}", self.path);
            }
            Key::First => {
                place.id.push_str("-0");
                place.dotted.push_str("[]");
                place.path.push_str("[0]");
            }
        }
        place
    }
}

struct Walk {
    schemas: Schemas,
    found: Vec<Mutation>,
}

impl Walk {
    fn object(&mut self, node: Node, place: &Place) {
        let required = node.required();
        for (name, member) in node.properties() {
            if EXTENSIONS.contains(&name) {
                continue;
            }
            let key = Key::Member(name.to_owned());
            let needed = required.contains(&name);
            if needed {
                let removed = vec![Edit::Remove(name.to_owned())];
                self.note(
                    place,
                    &key,
                    ("missing", "missing"),
                    removed,
                    Demand::Refused,
                );
            }
            self.value(member, place, &key, needed);
        }
        if node.schema.get("additionalProperties") == Some(&json!(false)) {
            let key = Key::Member("certify_unknown".to_owned());
            let put = vec![Edit::Put(key.clone(), json!("certify"))];
            let demand = if lenient(&place.dotted) {
                Demand::Harmless
            } else {
                Demand::Refused
            };
            self.note(
                place,
                &key,
                ("closed", "a member that the schema does not have"),
                put,
                demand,
            );
        }
        for condition in node.parts("allOf") {
            self.condition(condition, place);
        }
    }

    /// A value breaks its own schema; then its members do.
    fn value(&mut self, member: Node, place: &Place, key: &Key, needed: bool) {
        let node = self.schemas.resolved(member);
        let below = place.at(key);
        for broken in broken_values(self.schemas, member) {
            if lenient(&below.dotted) && broken.name == "value" {
                continue;
            }
            let put = vec![Edit::Put(key.clone(), broken.value)];
            self.note(place, key, (broken.name, broken.what), put, broken.demand);
        }
        let demand = if needed {
            Demand::Refused
        } else {
            Demand::Harmless
        };
        let nulled = vec![Edit::Put(key.clone(), Value::Null)];
        self.note(place, key, ("null", "null"), nulled, demand);
        let body = below.dotted.strip_prefix("payload.");
        if OPAQUE.contains(&body.unwrap_or(&below.dotted)) || place.steps.len() >= DEPTH_MAX {
            return;
        }
        let inside = place.below(key, sample(self.schemas, member, last(key)));
        match node.kind() {
            Some("object") => self.object(node, &inside),
            Some("array") => {
                if let Some(items) = node.below("items") {
                    self.element(items, &inside);
                }
            }
            _ => {}
        }
    }

    /// The first element of a list.
    fn element(&mut self, items: Node, list: &Place) {
        self.value(items, list, &Key::First, true);
    }

    /// Members that must stand together.
    fn condition(&mut self, condition: Node, place: &Place) {
        let then = condition.below("then").unwrap_or(condition);
        let mut edits = Vec::new();
        if let Some(decisive) = condition.below("if") {
            for (name, values) in decisive.properties() {
                let value = values.literals().and_then(|values| values.first().copied());
                edits.extend(
                    value.map(|value| Edit::Put(Key::Member(name.to_owned()), value.clone())),
                );
            }
        }
        let sets: Vec<_> = then.parts("anyOf").map(Node::required).collect();
        let wanted = if sets.is_empty() {
            vec![then.required()]
        } else {
            sets
        };
        let names: Vec<_> = wanted.into_iter().flatten().collect();
        edits.extend(names.iter().map(|name| Edit::Remove((*name).to_owned())));
        let Some(first) = names.first() else {
            return;
        };
        let key = Key::Member((*first).to_owned());
        self.note(
            place,
            &key,
            ("needed", "missing where other members need it"),
            edits,
            Demand::Refused,
        );
    }

    fn note(
        &mut self,
        place: &Place,
        key: &Key,
        (name, what): (&str, &str),
        edits: Vec<Edit>,
        demand: Demand,
    ) {
        let at = place.at(key);
        let name = format!("{}-{name}", at.id);
        if self.found.iter().any(|other| other.name == name) {
            return;
        }
        self.found.push(Mutation {
            what: format!("$.{} {what}", at.path.trim_start_matches('.')),
            path: format!("${}", at.path),
            name,
            steps: place.steps.clone(),
            edits,
            demand,
        });
    }
}

fn last(key: &Key) -> &str {
    match key {
        Key::Member(name) => name,
        Key::First => "",
    }
}

/// Unknown capabilities are ignored, whatever the schema closes (`unknown-capability-values` of the
/// contradictions).
fn lenient(dotted: &str) -> bool {
    // Over MCP the body is one of the arguments.
    let dotted = dotted.strip_prefix("payload.").unwrap_or(dotted);
    dotted == "capabilities" || dotted.starts_with("capabilities.")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{SchemaJudge, SpecVersion};

    const SHAPES: [&str; 4] = [
        "checkout#CheckoutSessionCreateRequest",
        "checkout#CheckoutSessionUpdateRequest",
        "checkout#CheckoutSessionCompleteRequest",
        "checkout#CancelSessionRequest",
    ];

    /// A generated body is good but for its one fault: sound before, faulty after.
    #[test]
    fn every_mutation_breaks_a_sound_body() {
        let judge = SchemaJudge::bundled().unwrap();
        let mut count = 0;
        for version in SpecVersion::ALL {
            let schemas = Schemas::of(version).unwrap();
            for shape in SHAPES {
                let Some(node) = schemas.shape(shape) else {
                    continue;
                };
                let sound = sample(schemas, node, "");
                let faults = judge.validate(version, shape, &sound).unwrap();
                assert!(faults.is_empty(), "{version} {shape} {sound}: {faults:?}");
                for mutation in mutations(schemas, shape) {
                    let mut body = sound.clone();
                    mutation.apply(&mut body);
                    let faults = judge.validate(version, shape, &body).unwrap();
                    assert!(
                        !faults.is_empty(),
                        "{version} {shape} {} breaks nothing: {body}",
                        mutation.name
                    );
                    count += 1;
                }
            }
        }
        assert!(count > 1000, "{count} mutations");
    }

    /// Names are unique, so that ids are.
    #[test]
    fn names_are_unique() {
        let schemas = Schemas::of(SpecVersion::LATEST).unwrap();
        for shape in SHAPES {
            let all = mutations(schemas, shape);
            let names: BTreeSet<_> = all.iter().map(|one| &one.name).collect();
            assert_eq!(names.len(), all.len());
        }
    }
}
