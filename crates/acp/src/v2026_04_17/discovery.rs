//! `/.well-known/acp.json`: what a seller's server speaks.

use serde::{Deserialize, Serialize};

use super::capabilities::InterventionType;
use crate::{currency::Currency, version::VersionDate};

closed_enum! {
    /// The name of the protocol.
    pub enum ProtocolName {
        Acp = "acp",
    }
}

open_enum! {
    /// How the server can be reached.
    pub enum Transport {
        Rest = "rest",
        Mcp = "mcp",
    }
}

open_enum! {
    /// What the server offers.
    pub enum Service {
        Checkout = "checkout",
        Orders = "orders",
        DelegatePayment = "delegate_payment",
        Carts = "carts",
    }
}

/// The protocol and its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscoveryProtocol {
    /// Always `acp`.
    pub name: ProtocolName,
    /// The preferred version.
    pub version: VersionDate,
    /// Every version, oldest first.
    pub supported_versions: Vec<VersionDate>,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation_url: Option<String>,
}

impl DiscoveryProtocol {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        name: ProtocolName,
        version: VersionDate,
        supported_versions: Vec<VersionDate>,
    ) -> Self {
        Self {
            name,
            version,
            supported_versions,
            documentation_url: None,
        }
    }
}

/// An extension the server knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscoveryExtension {
    /// Its name.
    pub name: String,
    /// Address of its specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// Address of its schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

impl DiscoveryExtension {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self {
            name,
            spec: None,
            schema: None,
        }
    }
}

/// What the server can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscoveryCapabilities {
    /// What it offers.
    pub services: Vec<Service>,
    /// Extensions it knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Vec<DiscoveryExtension>>,
    /// Steps of the buyer it knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervention_types: Option<Vec<InterventionType>>,
    /// Currencies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_currencies: Option<Vec<Currency>>,
    /// Language tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_locales: Option<Vec<String>>,
}

impl DiscoveryCapabilities {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(services: Vec<Service>) -> Self {
        Self {
            services,
            extensions: None,
            intervention_types: None,
            supported_currencies: None,
            supported_locales: None,
        }
    }
}

/// The discovery document. It names no merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscoveryResponse {
    /// The protocol.
    pub protocol: DiscoveryProtocol,
    /// Where the API begins.
    pub api_base_url: String,
    /// How it can be reached.
    pub transports: Vec<Transport>,
    /// What it can do.
    pub capabilities: DiscoveryCapabilities,
}
