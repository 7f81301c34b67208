//! A view of the compiled schemas of one version.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{SpecVersion, schema};

/// The schemas of a version, by bundle.
#[derive(Debug, Clone, Copy)]
pub(in crate::lanes) struct Schemas {
    documents: &'static BTreeMap<String, Value>,
}

/// A schema, and the bundle in which its references are read.
#[derive(Debug, Clone, Copy)]
pub(in crate::lanes) struct Node {
    pub(in crate::lanes) schema: &'static Value,
}

impl Schemas {
    /// Those of `version`.
    pub(in crate::lanes) fn of(version: SpecVersion) -> Option<Self> {
        let documents = schema::documents(version)?;
        Some(Self { documents })
    }

    /// The definition that `bundle#Name` names.
    pub(in crate::lanes) fn shape(self, shape: &str) -> Option<Node> {
        let (bundle, name) = shape.split_once('#')?;
        let schema = self.documents.get(bundle)?.get("$defs")?.get(name)?;
        Some(Node { schema })
    }

    /// The schema itself, behind any references.
    pub(in crate::lanes) fn resolved(self, node: Node) -> Node {
        let mut node = node;
        // References of shapes do not form chains of any length.
        for _ in 0..8 {
            let Some(target) = self.target(node) else {
                break;
            };
            node = target;
        }
        node
    }

    fn target(self, node: Node) -> Option<Node> {
        let reference = node.schema.get("$ref")?.as_str()?;
        let (bundle, name) = reference.split_once("#/$defs/")?;
        self.shape(&format!("{bundle}#{name}"))
    }
}

impl Node {
    /// A keyword whose value is a schema.
    pub(in crate::lanes) fn below(self, keyword: &str) -> Option<Self> {
        let schema = self.schema.get(keyword)?;
        Some(Self { schema })
    }

    /// A keyword whose value is a list of schemas.
    pub(in crate::lanes) fn parts(self, keyword: &str) -> impl Iterator<Item = Self> {
        let parts = self.schema.get(keyword).and_then(Value::as_array);
        parts.into_iter().flatten().map(|schema| Self { schema })
    }

    /// The named members.
    pub(in crate::lanes) fn properties(self) -> impl Iterator<Item = (&'static str, Self)> {
        let members = self.schema.get("properties").and_then(Value::as_object);
        let members = members.into_iter().flatten();
        members.map(|(name, schema)| (name.as_str(), Self { schema }))
    }

    /// The names of the members that must be there.
    pub(in crate::lanes) fn required(self) -> Vec<&'static str> {
        let names = self.schema.get("required").and_then(Value::as_array);
        let names = names.into_iter().flatten();
        names.filter_map(Value::as_str).collect()
    }

    /// The JSON type, when there is exactly one.
    pub(in crate::lanes) fn kind(self) -> Option<&'static str> {
        self.schema.get("type")?.as_str()
    }

    /// A number keyword.
    pub(in crate::lanes) fn integer(self, keyword: &str) -> Option<i64> {
        self.schema.get(keyword)?.as_i64()
    }

    /// A text keyword.
    pub(in crate::lanes) fn text(self, keyword: &str) -> Option<&'static str> {
        self.schema.get(keyword)?.as_str()
    }

    /// The permitted values, when they are listed.
    pub(in crate::lanes) fn literals(self) -> Option<Vec<&'static Value>> {
        if let Some(only) = self.schema.get("const") {
            return Some(vec![only]);
        }
        let values = self.schema.get("enum")?.as_array()?;
        Some(values.iter().collect())
    }
}
