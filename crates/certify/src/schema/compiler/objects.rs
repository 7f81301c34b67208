//! Objects: their members, and the rules about which members stand together.

use serde_json::{Value, json};

use super::{
    super::{
        constraint::ConstraintKind,
        notation::{Condition, Object, Rest},
        wording,
    },
    Compiler, Place, Schema,
};

impl Compiler<'_> {
    pub(super) fn object(&mut self, object: &Object, place: &Place) -> Schema {
        let mut schema = self.typed("object", "an object", place);
        let kinds = [ConstraintKind::MinSize, ConstraintKind::MaxSize];
        let keywords = [
            "minProperties",
            "minProperties",
            "maxProperties",
            "maxProperties",
        ];
        self.range(&mut schema, &object.size, keywords, kinds, place);
        self.members(&mut schema, object, place);
        if let Some(keys) = &object.keys {
            let expects = "permitted names".to_owned();
            self.note(place, "propertyNames", ConstraintKind::Keys, expects);
            let keys = self.body(keys, &place.below("propertyNames", ".keys"));
            schema.insert("propertyNames".to_owned(), keys);
        }
        match &object.rest {
            Rest::Open => {}
            Rest::Closed => {
                let expects = "no such member".to_owned();
                self.note(
                    place,
                    "additionalProperties",
                    ConstraintKind::Closed,
                    expects,
                );
                schema.insert("additionalProperties".to_owned(), json!(false));
            }
            Rest::Of(value) => {
                let value = self.body(value, &place.below("additionalProperties", ".*"));
                schema.insert("additionalProperties".to_owned(), value);
            }
        }
        if !object.conditions.is_empty() {
            let conditions: Vec<Value> = object
                .conditions
                .iter()
                .enumerate()
                .map(|(index, condition)| self.condition(index, condition, place))
                .collect();
            schema.insert("allOf".to_owned(), json!(conditions));
        }
        schema
    }

    fn members(&mut self, schema: &mut Schema, object: &Object, place: &Place) {
        let mut properties = Schema::new();
        let mut required = Vec::new();
        for field in &object.fields {
            if field.required {
                let expects = format!("the member `{}`", field.name);
                self.required(&field.name, "required", "required", expects, place);
                required.push(&field.name);
            }
            let below = place.below(
                &format!("properties/{}", field.name),
                &format!(".{}", field.name),
            );
            properties.insert(field.name.clone(), self.body(&field.value, &below));
        }
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), properties.into());
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
    }

    /// Notes that `name` must be there; the place of the constraint is that of the member.
    fn required(
        &mut self,
        name: &str,
        keyword: &str,
        ending: &str,
        expects: String,
        place: &Place,
    ) {
        let member = Place {
            pointer: place.pointer.clone(),
            path: format!("{}.{name}", place.path),
        };
        let kind = if ending == "required" {
            ConstraintKind::Required
        } else {
            ConstraintKind::RequiredWhen
        };
        self.note_as(&member, &format!("{keyword}/{name}"), kind, ending, expects);
    }

    fn condition(&mut self, index: usize, condition: &Condition, place: &Place) -> Value {
        let needs = condition.needs.as_slice();
        let Some((member, values)) = &condition.when else {
            return self.needs(needs, &place.below(&format!("allOf/{index}"), ""));
        };
        let when = wording::either(values.iter().map(Value::to_string));
        let then = if let [together] = needs {
            for name in together {
                let expects = format!("the member `{name}`, for `{member}` is {when}");
                let keyword = format!("allOf/{index}/then/required");
                let ending = format!("required_when_{member}");
                self.required(name, &keyword, &ending, expects, place);
            }
            json!({"required": together})
        } else {
            let below = place.below(&format!("allOf/{index}/then"), "");
            self.needs(needs, &below)
        };
        let mut decisive = Schema::new();
        decisive.insert(member.clone(), json!({"enum": values}));
        json!({"if": {"properties": decisive, "required": [member]}, "then": then})
    }

    /// At least one of several sets of members is complete.
    fn needs(&mut self, needs: &[Vec<String>], place: &Place) -> Value {
        let expects = wording::either(
            needs
                .iter()
                .map(|names| format!("`{}`", names.join("` and `"))),
        );
        self.note(place, "anyOf", ConstraintKind::Needs, expects);
        let sets: Vec<Value> = needs
            .iter()
            .map(|names| json!({"required": names}))
            .collect();
        json!({"anyOf": sets})
    }
}
