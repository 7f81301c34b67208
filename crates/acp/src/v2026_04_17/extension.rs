//! Extensions of the protocol and how they are named.

use serde::{Deserialize, Serialize};

use crate::{
    open::OtherFields,
    text::{ExtendsTarget, ExtensionName},
};

mod negotiation;

pub use negotiation::Extensions;

/// An extension that is active for a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionDeclaration {
    /// Its name.
    pub name: ExtensionName,
    /// The fields it adds.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::checks::unique"
    )]
    pub extends: Option<Vec<ExtendsTarget>>,
    /// Address of its schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Address of its specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
}

impl ExtensionDeclaration {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(name: ExtensionName) -> Self {
        Self {
            name,
            extends: None,
            schema: None,
            spec: None,
        }
    }
}

closed_enum! {
    /// How settled an extension is.
    pub enum ExtensionStatus {
        Draft = "draft",
        Experimental = "experimental",
        Stable = "stable",
        Deprecated = "deprecated",
        Retired = "retired",
    }
}

/// An extension in a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionMetadata {
    /// Its name.
    pub id: ExtensionName,
    /// Its title.
    pub name: String,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fields it adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<Vec<ExtendsTarget>>,
    /// Address of its specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// Address of its schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// How settled it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ExtensionStatus>,
    /// What it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<Vec<ExtensionName>>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl ExtensionMetadata {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: ExtensionName, name: String) -> Self {
        Self {
            id,
            name,
            description: None,
            extends: None,
            spec: None,
            schema: None,
            status: None,
            depends_on: None,
            other: OtherFields::default(),
        }
    }
}
