//! `capabilities.extensions`: names in a request, declarations in an answer.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::ExtensionDeclaration;

/// The extensions a party offers or a session uses. An empty list fits both forms, which the
/// schema forbids: leave the field out instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extensions {
    /// Names, as agents send them. The checkout schema takes any text here; a name that no
    /// extension can have simply matches none.
    Names(Vec<String>),
    /// Declarations, as sellers answer.
    Declarations(Vec<ExtensionDeclaration>),
}

impl Extensions {
    /// The names, whichever form they came in.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (names, declarations): (&[_], &[_]) = match self {
            Self::Names(names) => (names, &[]),
            Self::Declarations(declarations) => (&[], declarations),
        };
        let declared = declarations
            .iter()
            .map(|declaration| declaration.name.as_str());
        names.iter().map(String::as_str).chain(declared)
    }
}

impl Serialize for Extensions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Names(names) => names.serialize(serializer),
            Self::Declarations(declarations) => declarations.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor)
    }
}

struct ListVisitor;

impl<'de> de::Visitor<'de> for ListVisitor {
    type Value = Extensions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of extension names or of extension declarations")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Extensions, A::Error> {
        let (mut names, mut declarations) = (Vec::new(), Vec::new());
        while let Some(entry) = list.next_element::<Entry>()? {
            let repeated = match &entry {
                Entry::Name(name) => names.contains(name),
                Entry::Declaration(declaration) => declarations.contains(&**declaration),
            };
            if repeated {
                return Err(de::Error::custom("the same extension is listed twice"));
            }
            match entry {
                Entry::Name(name) => names.push(name),
                Entry::Declaration(declaration) => declarations.push(*declaration),
            }
        }
        match (names.is_empty(), declarations.is_empty()) {
            (_, true) => Ok(Extensions::Names(names)),
            (true, false) => Ok(Extensions::Declarations(declarations)),
            (false, false) => Err(de::Error::custom("names and declarations are mixed")),
        }
    }
}

enum Entry {
    Name(String),
    Declaration(Box<ExtensionDeclaration>),
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> de::Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an extension name or declaration")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Entry, E> {
        Ok(Entry::Name(text.to_owned()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
        let fields = de::value::MapAccessDeserializer::new(map);
        ExtensionDeclaration::deserialize(fields).map(|found| Entry::Declaration(Box::new(found)))
    }
}
