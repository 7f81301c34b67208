//! What the shape notation says, as a tree. `shapes/README.md` holds its grammar.

use std::{collections::BTreeMap, ops::AddAssign};

use serde_json::{Number, Value};

/// A text that is not the notation, with the place where it stops being it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct NotationError {
    /// The file, below `shapes/`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

/// The shapes of one bundle in one version, by name, and the abbreviations they were written with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bundle {
    pub(crate) shapes: BTreeMap<String, Shape>,
    pub(crate) lets: BTreeMap<String, Type>,
    /// Shapes that no message holds, and why.
    pub(crate) unused: BTreeMap<String, String>,
}

/// A named shape and the file that declares it.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) file: String,
    pub(crate) body: Type,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Number {
        integer: bool,
        range: Range,
    },
    Text(Text),
    /// Exactly one of these values.
    Literals(Vec<Value>),
    List(List),
    Object(Box<Object>),
    Reference(Reference),
    AnyOf(Vec<Self>),
    OneOf(Vec<Self>),
    AllOf(Vec<Self>),
}

/// A string.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Text {
    pub(crate) length: Range,
    pub(crate) pattern: Option<String>,
    pub(crate) format: Option<Format>,
}

/// A format that is asserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    DateTime,
    Email,
    Uri,
    Uuid,
}

impl Format {
    /// The format of a word of the notation.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "datetime" => Self::DateTime,
            "email" => Self::Email,
            "uri" => Self::Uri,
            "uuid" => Self::Uuid,
            _ => return None,
        })
    }

    /// The name in JSON Schema.
    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Email => "email",
            Self::Uri => "uri",
            Self::Uuid => "uuid",
        }
    }
}

/// `first..last`; either end may be open or, with `>` and `<`, excluded.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Range {
    pub(crate) least: Option<Bound>,
    pub(crate) most: Option<Bound>,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bound {
    pub(crate) limit: Number,
    pub(crate) excluded: bool,
}

/// A list of items of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct List {
    pub(crate) item: Box<Type>,
    pub(crate) length: Range,
    pub(crate) unique: bool,
}

/// A JSON object.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    pub(crate) rest: Rest,
    /// What every name must be.
    pub(crate) keys: Option<Type>,
    pub(crate) size: Range,
    pub(crate) conditions: Vec<Condition>,
}

/// Members beside the named ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Rest {
    #[default]
    Closed,
    Open,
    Of(Type),
}

/// A named member.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) value: Type,
}

/// A rule about which members stand together: one of `needs` is complete, when `when` holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) when: Option<(String, Vec<Value>)>,
    pub(crate) needs: Vec<Vec<String>>,
}

/// The name of another shape, of this bundle or another one of the same version.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) bundle: Option<String>,
    pub(crate) name: String,
    pub(crate) line: usize,
}

impl PartialEq for Reference {
    /// The line is where it was written, not what it means.
    fn eq(&self, other: &Self) -> bool {
        self.bundle == other.bundle && self.name == other.name
    }
}

impl AddAssign for Object {
    /// Fields of `more` replace those of the same name, in place; the rest is appended.
    fn add_assign(&mut self, more: Self) {
        for field in more.fields {
            match self.fields.iter_mut().find(|old| old.name == field.name) {
                Some(old) => *old = field,
                None => self.fields.push(field),
            }
        }
        self.conditions.extend(more.conditions);
    }
}

impl Type {
    /// Calls `visit` for every reference inside.
    pub(crate) fn references<'a>(&'a self, visit: &mut dyn FnMut(&'a Reference)) {
        match self {
            Self::Any
            | Self::Null
            | Self::Boolean
            | Self::Number { .. }
            | Self::Text(_)
            | Self::Literals(_) => {}
            Self::List(list) => list.item.references(visit),
            Self::Object(object) => {
                for field in &object.fields {
                    field.value.references(visit);
                }
                if let Rest::Of(value) = &object.rest {
                    value.references(visit);
                }
                if let Some(keys) = &object.keys {
                    keys.references(visit);
                }
            }
            Self::Reference(reference) => visit(reference),
            Self::AnyOf(parts) | Self::OneOf(parts) | Self::AllOf(parts) => {
                for part in parts {
                    part.references(visit);
                }
            }
        }
    }
}
