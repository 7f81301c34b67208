//! Types: alternatives, conjunctions, and the words they are made of.

use serde_json::{Number, Value};

use super::{
    super::{
        lexer::Token,
        notation::{Bound, Format, List, Object, Range, Reference, Rest, Text, Type},
    },
    Parser, Problem,
};

impl Parser {
    /// `A | B`: any of them; `A ^ B`: exactly one of them.
    pub(super) fn alternatives(&mut self) -> Result<Type, Problem> {
        let first = self.conjunction()?;
        for sign in ["|", "^"] {
            let mut parts = vec![first.clone()];
            while self.take(sign) {
                parts.push(self.conjunction()?);
            }
            if parts.len() > 1 {
                return Ok(union(parts, sign));
            }
        }
        Ok(first)
    }

    /// `A & B`: all of them.
    fn conjunction(&mut self) -> Result<Type, Problem> {
        let first = self.term()?;
        let mut parts = vec![first];
        while self.take("&") {
            parts.push(self.term()?);
        }
        match <[Type; 1]>::try_from(parts) {
            Ok([only]) => Ok(only),
            Err(parts) => Ok(Type::AllOf(parts)),
        }
    }

    fn term(&mut self) -> Result<Type, Problem> {
        if self.take("(") {
            let inner = self.alternatives()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.take("[") {
            return self.list();
        }
        if matches!(self.peek(), Token::Sign("{")) {
            return Ok(Type::Object(Box::new(self.object(false)?)));
        }
        if matches!(self.peek(), Token::Text(_) | Token::Number(_)) {
            return Ok(Type::Literals(vec![self.literal()?]));
        }
        let line = self.line();
        let word = self.word("a type")?;
        self.named(word, line)
    }

    /// What a word stands for.
    fn named(&mut self, word: String, line: usize) -> Result<Type, Problem> {
        if let Some(format) = Format::of_word(&word) {
            return self.string(Some(format));
        }
        Ok(match word.as_str() {
            "any" => Type::Any,
            "null" => Type::Null,
            "boolean" => Type::Boolean,
            "true" => Type::Literals(vec![Value::Bool(true)]),
            "false" => Type::Literals(vec![Value::Bool(false)]),
            "string" => self.string(None)?,
            "integer" | "number" => Type::Number {
                integer: word == "integer",
                range: self.range()?.unwrap_or_default(),
            },
            "object" => Type::Object(Box::new(Object {
                rest: Rest::Open,
                ..Object::default()
            })),
            "open" => Type::Object(Box::new(self.object(true)?)),
            "const" => Type::Literals(vec![self.literal()?]),
            _ => return self.reference(word, line),
        })
    }

    /// `Name`, `bundle.Name`, or `Name + { … }` for a copy with further fields.
    fn reference(&mut self, word: String, line: usize) -> Result<Type, Problem> {
        if self.take(".") {
            let name = self.word("a name after `.`")?;
            return Ok(Type::Reference(Reference {
                bundle: Some(word),
                name,
                line,
            }));
        }
        if self.take("+") {
            let mut object = self.named_object(&word, line)?;
            object += self.object(false)?;
            return Ok(Type::Object(Box::new(object)));
        }
        let lets = [&self.bundle.lets, &self.inherited.lets];
        Ok(match lets.iter().find_map(|lets| lets.get(&word)) {
            Some(meant) => meant.clone(),
            None => Type::Reference(Reference {
                bundle: None,
                name: word,
                line,
            }),
        })
    }

    fn string(&mut self, format: Option<Format>) -> Result<Type, Problem> {
        let length = self.range()?.unwrap_or_default();
        let pattern = if let Token::Pattern(pattern) = self.peek() {
            let pattern = pattern.clone();
            self.at += 1;
            Some(pattern)
        } else {
            None
        };
        Ok(Type::Text(Text {
            length,
            pattern,
            format,
        }))
    }

    /// After `[`: the item, `]`, a length, `unique`.
    fn list(&mut self) -> Result<Type, Problem> {
        let item = Box::new(self.alternatives()?);
        self.expect("]")?;
        let length = self.range()?.unwrap_or_default();
        let unique = !self.at_field() && self.take_word("unique");
        Ok(Type::List(List {
            item,
            length,
            unique,
        }))
    }

    /// `1..`, `..5`, `1..5`, `>0..`, `..<1`.
    pub(super) fn range(&mut self) -> Result<Option<Range>, Problem> {
        let excluded = self.take(">");
        let line = self.line();
        let least = self.number().map(|limit| Bound { limit, excluded });
        if excluded && least.is_none() {
            return Err(self.unexpected("a number after `>`"));
        }
        if !self.take("..") {
            return match least {
                None => Ok(None),
                Some(_) => Err(self.unexpected("`..` after the number")),
            };
        }
        let excluded = self.take("<");
        let most = self.number().map(|limit| Bound { limit, excluded });
        if excluded && most.is_none() {
            return Err(self.unexpected("a number after `<`"));
        }
        if least.is_none() && most.is_none() {
            return Err((line, "a range needs an end".to_owned()));
        }
        Ok(Some(Range { least, most }))
    }

    fn number(&mut self) -> Option<Number> {
        let Token::Number(number) = self.peek() else {
            return None;
        };
        let number = number.clone();
        self.at += 1;
        Some(number)
    }

    /// A string, a number, `true`, `false`, or a list of such.
    pub(super) fn literal(&mut self) -> Result<Value, Problem> {
        if self.take("[") {
            let mut items = vec![self.literal()?];
            while self.take(",") {
                items.push(self.literal()?);
            }
            self.expect("]")?;
            return Ok(Value::Array(items));
        }
        if self.take_word("true") {
            return Ok(Value::Bool(true));
        }
        if self.take_word("false") {
            return Ok(Value::Bool(false));
        }
        match self.number() {
            Some(number) => Ok(Value::Number(number)),
            None => Ok(Value::String(self.text("a value")?)),
        }
    }
}

/// Alternatives that are all values become one list of values.
fn union(parts: Vec<Type>, sign: &str) -> Type {
    let mut values = Vec::new();
    for part in &parts {
        if let Type::Literals(found) = part {
            values.extend(found.iter().cloned());
        } else if sign == "|" {
            return Type::AnyOf(parts);
        } else {
            return Type::OneOf(parts);
        }
    }
    Type::Literals(values)
}
