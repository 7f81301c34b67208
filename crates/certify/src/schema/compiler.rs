//! Turns shapes into JSON Schema 2020-12, and lists their constraints on the way.

mod objects;

use serde_json::{Map, Value, json};

use super::{
    constraint::{Constraint, ConstraintKind},
    notation::{Bundle, Format, List, Range, Text, Type},
    wording,
};
use crate::SpecVersion;

/// Where the compiled schemas live; nothing is fetched from there.
pub(crate) const BASE: &str = "https://shapes.invalid/";

/// A constraint and the place of its keyword, `checkout#/$defs/Total/properties/amount/type`.
///
/// A required member has its name behind the keyword, for the keyword holds several constraints.
pub(crate) type Sited = (String, Constraint);

type Schema = Map<String, Value>;

/// The JSON Schema of a bundle and its constraints.
pub(crate) fn compile(
    version: SpecVersion,
    name: &'static str,
    bundle: &Bundle,
) -> (Value, Vec<Sited>) {
    let mut compiler = Compiler {
        version,
        bundle: name,
        shape: "",
        found: Vec::new(),
    };
    let mut definitions = Map::new();
    for (shape, declared) in &bundle.shapes {
        compiler.shape = shape;
        let place = Place {
            pointer: format!("/$defs/{shape}"),
            path: String::new(),
        };
        definitions.insert(shape.clone(), compiler.body(&declared.body, &place));
    }
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{BASE}{version}/{name}"),
        "$defs": definitions,
    });
    (document, compiler.found)
}

/// A place in the schema and, the same place, in words of the shape.
struct Place {
    pointer: String,
    path: String,
}

impl Place {
    fn below(&self, pointer: &str, path: &str) -> Self {
        Self {
            pointer: format!("{}/{pointer}", self.pointer),
            path: format!("{}{path}", self.path),
        }
    }
}

struct Compiler<'a> {
    version: SpecVersion,
    bundle: &'static str,
    shape: &'a str,
    found: Vec<Sited>,
}

impl Compiler<'_> {
    fn body(&mut self, body: &Type, place: &Place) -> Value {
        match body {
            Type::Any => json!({}),
            Type::Null => self.typed("null", "null", place).into(),
            Type::Boolean => self.typed("boolean", "true or false", place).into(),
            Type::Number { integer, range } => self.number(*integer, range, place).into(),
            Type::Text(text) => self.text(text, place).into(),
            Type::Literals(values) => self.literals(values, place),
            Type::List(list) => self.list(list, place).into(),
            Type::Object(object) => self.object(object, place).into(),
            Type::Reference(reference) => {
                let bundle = reference.bundle.as_deref().unwrap_or(self.bundle);
                json!({"$ref": format!("{bundle}#/$defs/{}", reference.name)})
            }
            Type::AnyOf(parts) => self.union("anyOf", ConstraintKind::AnyOf, parts, place),
            Type::OneOf(parts) => self.union("oneOf", ConstraintKind::OneOf, parts, place),
            Type::AllOf(parts) => json!({"allOf": self.parts("allOf", '&', parts, place)}),
        }
    }

    /// Notes a constraint that `keyword` makes at `place`.
    fn note(&mut self, place: &Place, keyword: &str, kind: ConstraintKind, expects: String) {
        self.note_as(place, keyword, kind, kind.as_str(), expects);
    }

    /// Notes a constraint whose id ends on `ending`.
    fn note_as(
        &mut self,
        place: &Place,
        keyword: &str,
        kind: ConstraintKind,
        ending: &str,
        expects: String,
    ) {
        let Self {
            version,
            bundle,
            shape,
            ..
        } = *self;
        let constraint = Constraint {
            id: format!("{version}/{bundle}#{shape}{}:{ending}", place.path),
            version,
            bundle,
            shape: shape.to_owned(),
            kind,
            expects,
        };
        let site = format!("{bundle}#{}/{keyword}", place.pointer);
        self.found.push((site, constraint));
    }

    fn typed(&mut self, name: &str, expects: &str, place: &Place) -> Schema {
        self.note(place, "type", ConstraintKind::Type, expects.to_owned());
        Schema::from_iter([("type".to_owned(), json!(name))])
    }

    fn number(&mut self, integer: bool, range: &Range, place: &Place) -> Schema {
        let mut schema = if integer {
            self.typed("integer", "an integer", place)
        } else {
            self.typed("number", "a number", place)
        };
        let keywords = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];
        let kinds = [ConstraintKind::Minimum, ConstraintKind::Maximum];
        self.range(&mut schema, range, keywords, kinds, place);
        schema
    }

    fn text(&mut self, text: &Text, place: &Place) -> Schema {
        let mut schema = self.typed("string", "a string", place);
        let kinds = [ConstraintKind::MinLength, ConstraintKind::MaxLength];
        let keywords = ["minLength", "minLength", "maxLength", "maxLength"];
        self.range(&mut schema, &text.length, keywords, kinds, place);
        if let Some(pattern) = &text.pattern {
            let expects = format!("a string matching /{pattern}/");
            self.note(place, "pattern", ConstraintKind::Pattern, expects);
            schema.insert("pattern".to_owned(), json!(pattern));
        }
        if let Some(format) = text.format {
            let expects = match format {
                Format::DateTime => "an RFC 3339 date-time",
                Format::Email => "an e-mail address",
                Format::Uri => "an absolute URI",
                Format::Uuid => "a UUID",
            };
            self.note(place, "format", ConstraintKind::Format, expects.to_owned());
            schema.insert("format".to_owned(), json!(format.keyword()));
        }
        schema
    }

    fn literals(&mut self, values: &[Value], place: &Place) -> Value {
        let expects = wording::one_of(values.iter().map(Value::to_string));
        if let [only] = values {
            self.note(place, "const", ConstraintKind::Enum, expects);
            json!({"const": only})
        } else {
            self.note(place, "enum", ConstraintKind::Enum, expects);
            json!({"enum": values})
        }
    }

    fn list(&mut self, list: &List, place: &Place) -> Schema {
        let mut schema = self.typed("array", "a list", place);
        let kinds = [ConstraintKind::MinItems, ConstraintKind::MaxItems];
        let keywords = ["minItems", "minItems", "maxItems", "maxItems"];
        self.range(&mut schema, &list.length, keywords, kinds, place);
        if list.unique {
            let expects = "no item twice".to_owned();
            self.note(place, "uniqueItems", ConstraintKind::Unique, expects);
            schema.insert("uniqueItems".to_owned(), json!(true));
        }
        let item = self.body(&list.item, &place.below("items", "[]"));
        schema.insert("items".to_owned(), item);
        schema
    }

    /// Both ends of a range; `keywords` are those of the included and excluded lower end, then
    /// those of the upper end.
    fn range(
        &mut self,
        schema: &mut Schema,
        range: &Range,
        keywords: [&str; 4],
        kinds: [ConstraintKind; 2],
        place: &Place,
    ) {
        let [least, over, most, under] = keywords;
        let [lower, upper] = kinds;
        let ends = [
            (&range.least, lower, least, over),
            (&range.most, upper, most, under),
        ];
        for (bound, kind, included, excluded) in ends {
            if let Some(bound) = bound {
                let keyword = if bound.excluded { excluded } else { included };
                self.note(place, keyword, kind, wording::bound(kind, bound));
                schema.insert(keyword.to_owned(), json!(bound.limit));
            }
        }
    }

    fn union(
        &mut self,
        keyword: &str,
        kind: ConstraintKind,
        parts: &[Type],
        place: &Place,
    ) -> Value {
        let expects = wording::either(parts.iter().map(wording::name));
        if let Some(types) = plain_types(parts) {
            self.note(place, "type", ConstraintKind::Type, expects);
            return json!({"type": types});
        }
        self.note(place, keyword, kind, expects);
        let parts = self.parts(keyword, '|', parts, place);
        Schema::from_iter([(keyword.to_owned(), json!(parts))]).into()
    }

    fn parts(&mut self, keyword: &str, sign: char, parts: &[Type], place: &Place) -> Vec<Value> {
        parts
            .iter()
            .enumerate()
            .map(|(index, part)| {
                let place = place.below(&format!("{keyword}/{index}"), &format!("{sign}{index}"));
                self.body(part, &place)
            })
            .collect()
    }
}

/// The types of alternatives that say nothing but a type, each a different one.
fn plain_types(parts: &[Type]) -> Option<Vec<&'static str>> {
    let plain = Range::default();
    let mut types = Vec::new();
    for part in parts {
        let found = match part {
            Type::Null => "null",
            Type::Boolean => "boolean",
            Type::Number {
                integer: false,
                range,
            } if *range == plain => "number",
            Type::Text(text) if *text == Text::default() => "string",
            Type::Any
            | Type::Number { .. }
            | Type::Text(_)
            | Type::Literals(_)
            | Type::List(_)
            | Type::Object(_)
            | Type::Reference(_)
            | Type::AnyOf(_)
            | Type::OneOf(_)
            | Type::AllOf(_) => return None,
        };
        if types.contains(&found) {
            return None;
        }
        types.push(found);
    }
    Some(types)
}
