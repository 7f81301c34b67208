//! Random documents made from the official schemas, and random damage to them.

use serde_json::{Map, Value, json};

use crate::spec::Spec;

/// A small deterministic source of choices.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Makes valid documents of one schema file.
pub(crate) struct Generator<'a> {
    spec: &'a Spec,
    pub(crate) choices: Choices,
    /// JSON pointers of the required fields that were made.
    pub(crate) required: Vec<String>,
}

impl<'a> Generator<'a> {
    pub(crate) fn new(spec: &'a Spec, seed: u64) -> Self {
        Self {
            spec,
            choices: Choices::new(seed),
            required: Vec::new(),
        }
    }

    pub(crate) fn document(&mut self, file: &'a str, definition: &str) -> Value {
        let spec = self.spec;
        self.value(file, spec.definition(file, definition), definition, "")
    }

    fn value(&mut self, file: &'a str, schema: &'a Value, name: &str, at: &str) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let (target, definition) = reference.split_once("#/$defs/").unwrap();
            let target = target
                .trim_start_matches("schema.")
                .trim_end_matches(".json");
            let file = *self
                .spec
                .schemas
                .keys()
                .find(|key| **key == target)
                .unwrap_or(&file);
            return self.value(file, self.spec.definition(file, definition), name, at);
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return self.choices.pick(values).clone();
        }
        let declared = &schema["type"];
        let types: Vec<&str> = match declared.as_array() {
            Some(types) => types.iter().filter_map(Value::as_str).collect(),
            None => declared.as_str().into_iter().collect(),
        };
        match types.len() {
            0 => self.combined(file, schema, name, at),
            count => match types[self.choices.below(count)] {
                "object" => self.object(file, schema, at),
                "array" => self.array(file, schema, name, at),
                "string" => Value::from(self.string(schema, name)),
                "integer" => {
                    let low = schema["minimum"].as_i64().unwrap_or(-50);
                    json!(low + i64::try_from(self.choices.below(100_000)).unwrap())
                }
                "number" => self
                    .choices
                    .pick(&[json!(0.08), json!(25), json!(12.5)])
                    .clone(),
                "boolean" => json!(self.choices.below(2) == 0),
                other => panic!("unknown type {other}"),
            },
        }
    }

    fn combined(&mut self, file: &'a str, schema: &'a Value, name: &str, at: &str) -> Value {
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                let made = self.value(file, part, name, at);
                whole.extend(made.as_object().unwrap().clone());
            }
            return Value::Object(whole);
        }
        let options = schema["oneOf"].as_array().unwrap();
        let option = &options[self.choices.below(options.len())];
        self.value(file, option, name, at)
    }

    fn object(&mut self, file: &'a str, schema: &'a Value, at: &str) -> Value {
        let names = |list: &'a Value| -> Vec<&'a str> {
            list.as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect()
        };
        let required = names(&schema["required"]);
        let mut forced = required.clone();
        let mut fixed = Map::new();
        for group in ["anyOf", "oneOf"] {
            if let Some(branches) = schema[group].as_array() {
                let branch = &branches[self.choices.below(branches.len())];
                forced.extend(names(&branch["required"]));
                for (field, rule) in branch["properties"].as_object().into_iter().flatten() {
                    fixed.insert(field.clone(), rule["const"].clone());
                }
            }
        }
        for rule in schema["allOf"].as_array().into_iter().flatten() {
            forced.extend(names(&rule["then"]["required"]));
        }
        let mut made = Map::new();
        for (field, rule) in schema["properties"].as_object().into_iter().flatten() {
            let is_first = schema["minProperties"].as_u64().is_some() && made.is_empty();
            if is_first || forced.contains(&field.as_str()) || self.choices.below(3) == 0 {
                let place = format!("{at}/{field}");
                let value = self.value(file, rule, field, &place);
                made.insert(field.clone(), fixed.get(field).cloned().unwrap_or(value));
                if required.contains(&field.as_str()) {
                    self.required.push(place);
                }
            }
        }
        self.add_open_fields(file, schema, at, &mut made);
        Value::Object(made)
    }

    fn add_open_fields(
        &mut self,
        file: &'a str,
        schema: &'a Value,
        at: &str,
        made: &mut Map<String, Value>,
    ) {
        let rule = &schema["additionalProperties"];
        if rule.is_object() {
            for field in ["one", "two"] {
                let value = self.value(file, rule, field, &format!("{at}/{field}"));
                made.insert(field.to_owned(), value);
            }
        } else if *rule != json!(false)
            && at.matches('/').count() < 12
            && self.choices.below(2) == 0
        {
            // A part of an `allOf` may be closed by its neighbour.
            if schema["properties"].is_null() || !schema["required"].is_null() && !at.is_empty() {
                made.insert("x_note".to_owned(), json!({"deep": [1, null, "text"]}));
            }
        }
    }

    fn array(&mut self, file: &'a str, schema: &'a Value, name: &str, at: &str) -> Value {
        let unique = schema["uniqueItems"] == json!(true);
        // An empty list of extensions fits both forms of `oneOf`, which the schema forbids.
        let fewest = schema["minItems"]
            .as_u64()
            .map_or(usize::from(unique), |_| 1);
        let count = fewest + self.choices.below(3);
        let mut list: Vec<Value> = Vec::new();
        for _ in 0..count {
            let known = self.required.len();
            let value = self.value(
                file,
                &schema["items"],
                name,
                &format!("{at}/{}", list.len()),
            );
            if unique && list.contains(&value) {
                self.required.truncate(known);
            } else {
                list.push(value);
            }
        }
        Value::Array(list)
    }

    fn string(&mut self, schema: &Value, name: &str) -> String {
        let pattern = schema["pattern"].as_str().unwrap_or_default();
        let text = match (name, pattern) {
            (_, "^[A-Z]{3}$") => *self.choices.pick(&["USD", "EUR", "JPY"]),
            (_, "^[A-Z]{2}$") => "FR",
            (_, "^[0-9]{4}$") => "0042",
            (_, r"^\d{4}-\d{2}-\d{2}$") => *self.choices.pick(&["2026-01-30", "2026-04-17"]),
            (_, p) if p.starts_with(r"^\$") => {
                *self
                    .choices
                    .pick(&["$.CheckoutSession.discounts", "$.Order", "$.Buyer.a_b"])
            }
            (_, p) if p.starts_with("^[a-z][a-z0-9_-]") => *self.choices.pick(&[
                "discount",
                "com.example.gift@2026-01-27",
                "a-b_c@2026-01-01",
            ]),
            (n, "^[a-z]{3}$" | "") if n.contains("currenc") => {
                *self.choices.pick(&["usd", "eur", "jpy"])
            }
            (_, "") if schema["format"] == "date-time" => *self.choices.pick(&[
                "2026-04-17T10:00:00Z",
                "2026-04-17T10:00:00.250+02:00",
                "2026-12-31T23:59:59-05:30",
            ]),
            (_, "") if schema["format"] == "uri" => "https://shop.test/a?b=c",
            ("number", "") => "4242424242424242",
            ("cvc", "") => *self.choices.pick(&["123", "1234"]),
            (_, "") if schema["maxLength"].as_u64().is_some_and(|max| max < 4) => {
                *self.choices.pick(&["05", "FR"])
            }
            (_, "") => *self
                .choices
                .pick(&["a", "Ünïcode ☃", "text with spaces", "x/y.z~1"]),
            (_, other) => panic!("unknown pattern {other}"),
        };
        match schema["maxLength"].as_u64() {
            Some(max) => text.chars().take(usize::try_from(max).unwrap()).collect(),
            None => text.to_owned(),
        }
    }
}

/// Changes one random place of a document.
pub(crate) fn damage(document: &mut Value, choices: &mut Choices) {
    let mut places = Vec::new();
    collect_places(document, "", &mut places);
    let place = choices.pick(&places).clone();
    let target = document.pointer_mut(&place).unwrap();
    match target {
        Value::Object(fields) if choices.below(2) == 0 => {
            fields.insert("unexpected".to_owned(), json!("value"));
        }
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            if !names.is_empty() {
                fields.remove(choices.pick(&names));
            }
        }
        Value::Array(list) if choices.below(2) == 0 => list.extend(list.clone()),
        Value::Array(list) => list.clear(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            *target = choices
                .pick(&[
                    json!(""),
                    json!("zz"),
                    json!("x".repeat(6_000)),
                    json!(-7),
                    json!(0),
                    json!(1.5),
                    json!(i64::MAX),
                    json!(u64::MAX),
                    json!(true),
                    json!(null),
                    json!([]),
                    json!({}),
                    json!("2026-13-45"),
                    json!("USD"),
                    json!("12345"),
                ])
                .clone();
        }
    }
}

fn collect_places(value: &Value, at: &str, places: &mut Vec<String>) {
    places.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect_places(inner, &format!("{at}/{name}"), places);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                collect_places(inner, &format!("{at}/{index}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
