//! Builds documents from the official schemas.

use serde_json::{Map, Value, json};

use super::random::Random;
use crate::spec::Spec;

/// How much of what a schema permits is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    Full,
    Bare,
    Random,
}

/// A document and where each part of it is described.
pub(super) struct Document<'a> {
    pub(super) value: Value,
    pub(super) sites: Vec<Site<'a>>,
}

/// A place in a document and a schema that describes it.
pub(super) struct Site<'a> {
    pub(super) pointer: String,
    /// The document that `schema` stands in.
    pub(super) base: String,
    pub(super) schema: &'a Map<String, Value>,
    /// Whether the definition itself describes it, not one that it refers to.
    pub(super) own: bool,
}

/// Builds one document.
pub(super) struct Generator<'a, 'r> {
    spec: &'a Spec,
    random: &'r mut Random,
    fill: Fill,
    sites: Vec<Site<'a>>,
    /// How many references were followed to here, those of the definition as a whole apart.
    depth: usize,
}

impl<'a, 'r> Generator<'a, 'r> {
    pub(super) fn new(spec: &'a Spec, random: &'r mut Random, fill: Fill) -> Self {
        Self {
            spec,
            random,
            fill,
            sites: Vec::new(),
            depth: 0,
        }
    }

    /// A document of the definition at `address`.
    pub(super) fn document(mut self, address: &str) -> Document<'a> {
        let (base, schema) = self.spec.resolve(address, address);
        let value = self.build(&base, schema, "");
        Document {
            value,
            sites: self.sites,
        }
    }

    /// A value of `schema`, which stands in the document at `base`.
    pub(super) fn build(&mut self, base: &str, schema: &'a Value, pointer: &str) -> Value {
        let Some(schema) = schema.as_object() else {
            return json!("anything");
        };
        if let Some(reference) = schema.get("$ref") {
            let (base, target) = self.spec.resolve(base, reference.as_str().unwrap());
            let deeper = usize::from(!pointer.is_empty());
            self.depth += deeper;
            let built = self.build(&base, target, pointer);
            self.depth -= deeper;
            return built;
        }
        self.sites.push(Site {
            pointer: pointer.to_owned(),
            base: base.to_owned(),
            schema,
            own: self.depth == 0,
        });
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return self.random.pick(values).clone();
        }
        let mut value = self.typed(base, schema, pointer);
        for part in parts(schema, "allOf") {
            let built = self.build(base, part, pointer);
            merge(&mut value, built);
        }
        for keyword in ["anyOf", "oneOf"] {
            let branches: Vec<_> = parts(schema, keyword).collect();
            if !branches.is_empty() {
                self.branch(base, schema, &branches, pointer, &mut value);
            }
        }
        value
    }

    /// One branch: a value of its own, or the members that it requires.
    fn branch(
        &mut self,
        base: &str,
        schema: &'a Map<String, Value>,
        branches: &[&'a Value],
        pointer: &str,
        value: &mut Value,
    ) {
        let branch = *self.random.pick(branches);
        let Some(required) = branch.get("required").and_then(Value::as_array) else {
            let built = self.build(base, branch, pointer);
            merge(value, built);
            return;
        };
        let constants = branch.get("properties").and_then(Value::as_object);
        for (name, property) in constants.into_iter().flatten() {
            value[name] = property["const"].clone();
        }
        for name in required.iter().map(|name| name.as_str().unwrap()) {
            if value.get(name).is_none() {
                let property = &schema["properties"][name];
                value[name] = self.build(base, property, &format!("{pointer}/{name}"));
            }
        }
    }

    fn typed(&mut self, base: &str, schema: &'a Map<String, Value>, pointer: &str) -> Value {
        let of = match schema.get("type") {
            Some(Value::Array(types)) => self.random.pick(types).as_str(),
            Some(of) => of.as_str(),
            None if schema.contains_key("properties") => Some("object"),
            None => None,
        };
        match of {
            Some("object") => self.object(base, schema, pointer),
            Some("array") => self.array(base, schema, pointer),
            Some("string") => json!(self.string(schema)),
            Some("integer" | "number") => json!(self.integer(schema)),
            Some("boolean") => json!(self.random.below(2) == 0),
            _ => Value::Null,
        }
    }

    fn object(&mut self, base: &str, schema: &'a Map<String, Value>, pointer: &str) -> Value {
        let mut value = Map::new();
        let required: Vec<_> = strings(schema.get("required")).collect();
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let filled = match self.fill {
                Fill::Full => true,
                Fill::Bare => false,
                Fill::Random => self.random.below(2) == 0,
            };
            if filled || required.contains(&name.as_str()) {
                let built = self.build(base, property, &format!("{pointer}/{name}"));
                value.insert(name.clone(), built);
            }
        }
        match schema.get("additionalProperties") {
            Some(of @ Value::Object(_)) if self.fill != Fill::Bare => {
                let built = self.build(base, of, &format!("{pointer}/key_one"));
                value.insert("key_one".to_owned(), built);
            }
            None | Some(Value::Bool(true)) if self.fill == Fill::Random => {
                value.insert("x_open".to_owned(), json!({"a": [1]}));
            }
            _ => {}
        }
        Value::Object(value)
    }

    /// One item, or one of each alternative; in a random document none to two.
    fn array(&mut self, base: &str, schema: &'a Map<String, Value>, pointer: &str) -> Value {
        let items = &schema["items"];
        let kinds = items
            .get("oneOf")
            .and_then(Value::as_array)
            .map_or(1, Vec::len);
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        let least = usize::try_from(least).unwrap();
        let count = match self.fill {
            Fill::Full => kinds.max(least),
            Fill::Bare => least,
            Fill::Random => self.random.below(3).max(least),
        };
        let mut built: Vec<Value> = Vec::new();
        for index in 0..count {
            let pointer = format!("{pointer}/{index}");
            let item = match items.get("oneOf").and_then(Value::as_array) {
                Some(branches) if self.fill == Fill::Full => &branches[index % branches.len()],
                _ => items,
            };
            let item = self.build(base, item, &pointer);
            if schema.contains_key("uniqueItems") && built.contains(&item) {
                break;
            }
            built.push(item);
        }
        Value::Array(built)
    }

    fn string(&mut self, schema: &Map<String, Value>) -> String {
        if let Some(pattern) = schema.get("pattern") {
            let (valid, _) = pattern_samples(pattern.as_str().unwrap());
            return (*self.random.pick(valid)).to_owned();
        }
        if let Some(format) = schema.get("format") {
            let (valid, _) = format_samples(format.as_str().unwrap());
            return (*self.random.pick(valid)).to_owned();
        }
        let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
        let least = limit("minLength").unwrap_or(0);
        let most = limit("maxLength").unwrap_or(12);
        if let Some(example) = schema.get("example").and_then(Value::as_str) {
            let length = u64::try_from(example.chars().count()).unwrap();
            if length <= most && least <= length {
                return example.to_owned();
            }
        }
        let length = least.max(most.min(3));
        "abcdefghijkl"
            .repeat(8)
            .chars()
            .take(usize::try_from(length).unwrap())
            .collect()
    }

    fn integer(&mut self, schema: &Map<String, Value>) -> i64 {
        let limit = |name: &str| schema.get(name).and_then(Value::as_i64);
        let least = limit("minimum").or_else(|| limit("exclusiveMinimum").map(|least| least + 1));
        let least = least.unwrap_or(-2);
        least + i64::try_from(self.random.below(5)).unwrap()
    }
}

/// The alternatives or parts of a keyword, conditions apart.
fn parts<'a>(schema: &'a Map<String, Value>, keyword: &str) -> impl Iterator<Item = &'a Value> {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|part| part.get("if").is_none())
}

fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Members of `other` win.
fn merge(value: &mut Value, other: Value) {
    match (value, other) {
        (Value::Object(members), Value::Object(others)) => members.extend(others),
        (value, other) => *value = other,
    }
}

type Samples = (&'static [&'static str], &'static [&'static str]);

/// Strings that match a pattern, and strings that nearly do.
pub(super) fn pattern_samples(pattern: &str) -> Samples {
    match pattern {
        r"^\d{4}-\d{2}-\d{2}$" => (
            &["2026-04-17", "0000-99-00"],
            &[
                "",
                "2026-4-17",
                "2026-04-17 ",
                " 2026-04-17",
                "2026-04-17T",
                "20260417",
                "٢٠٢٦-04-17",
                "2026-04-17\n",
            ],
        ),
        "^[a-z]{3}$" => (
            &["usd", "eur"],
            &["", "us", "usdt", "USD", "us1", "usé", "usd\n"],
        ),
        "^[A-Z]{3}$" => (&["USD", "EUR"], &["", "US", "USDT", "usd", "US1", "USÉ"]),
        "^[A-Z]{2}$" => (&["US", "FR"], &["", "U", "USA", "us", "U1"]),
        "^[0-9]{4}$" => (&["4242", "0000"], &["", "424", "42424", "424x", "٤٢٤٢"]),
        _ if pattern.starts_with("^[a-z][a-z0-9_-]*(@") => (
            &[
                "discount",
                "discount@2026-01-27",
                "com.example.loyalty",
                "com.example.a_b-c@2026-01-27",
                "a_-1",
            ],
            &[
                "",
                "Discount",
                "1discount",
                "discount@2026",
                "com..example",
                "com.Example",
                "a_b.c",
                ".a",
                "a.",
                "discount@2026-01-27x",
            ],
        ),
        _ if pattern.starts_with(r"^\$\.[A-Za-z]") => (
            &["$.CheckoutSession.discounts", "$.A", "$.a1.b_2"],
            &[
                "",
                "$",
                "CheckoutSession",
                "$.CheckoutSession.",
                "$.1a",
                "$.a_b.c",
                "$.a[0]",
                "$.a.b ",
            ],
        ),
        _ => panic!("no samples of the new pattern {pattern}"),
    }
}

/// Strings of a format, and strings that are not.
pub(super) fn format_samples(format: &str) -> Samples {
    match format {
        "date-time" => (
            &[
                "2026-04-17T12:00:00Z",
                "2026-04-17T12:00:00.123+02:00",
                "2024-02-29t23:59:59z",
            ],
            &[
                "",
                "2026-04-17",
                "2026-04-17T12:00:00",
                "2026-13-01T00:00:00Z",
                "2026-02-29T00:00:00Z",
                "yesterday",
                "2026-04-17 12:00:00Z",
                "2026-04-17T24:00:00Z",
                "2026-04-17T12:00:00+2:00",
            ],
        ),
        "uri" => (
            &[
                "https://shop.example/a?b=c#d",
                "mailto:a@b.example",
                "urn:isbn:1",
            ],
            &[
                "",
                "/relative",
                "shop.example",
                "https://shop.example/a b",
                "https://[::1",
                "https://a\u{e9}.example/%zz",
            ],
        ),
        "email" => (
            &["buyer@example.com", "a.b+c@example.org"],
            &[
                "",
                "buyer",
                "@example.com",
                "buyer@",
                "a b@example.com",
                "a@b@c",
            ],
        ),
        _ => panic!("no samples of the new format {format}"),
    }
}
