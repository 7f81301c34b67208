//! Affiliate attribution. Write-only: it must not influence ranking.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    open::{OtherFields, Scalar},
    secret::SecretText,
    text::Rfc3339,
};

closed_enum! {
    /// Where the attribution was made.
    pub enum AttributionSourceType {
        Url = "url",
        Platform = "platform",
        Unknown = "unknown",
    }
}

/// The place where the attribution was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AffiliateAttributionSource {
    /// The kind of place.
    pub r#type: AttributionSourceType,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl AffiliateAttributionSource {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: AttributionSourceType) -> Self {
        Self { r#type, url: None }
    }
}

closed_enum! {
    /// When the attribution was captured.
    pub enum Touchpoint {
        /// At session creation.
        ///
        First = "first",
        /// At completion.
        ///
        Last = "last",
    }
}

/// Who brought the buyer. Needs `token` or `publisher_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct AffiliateAttribution {
    /// Namespace of the affiliate network.
    pub provider: String,
    /// Opaque token of the provider, to be treated as a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<SecretText>,
    /// Publisher in the provider's namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher_id: Option<String>,
    /// Campaign in the provider's namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<String>,
    /// Creative in the provider's namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creative_id: Option<String>,
    /// Sub-tracking id in the provider's namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_id: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<AffiliateAttributionSource>,
    /// When the token was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<Rfc3339>,
    /// When the token expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Rfc3339>,
    /// Flat values of the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, Scalar>>,
    /// When it was captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<Touchpoint>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl AffiliateAttribution {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(provider: String) -> Self {
        Self {
            provider,
            token: None,
            publisher_id: None,
            campaign_id: None,
            creative_id: None,
            sub_id: None,
            source: None,
            issued_at: None,
            expires_at: None,
            metadata: None,
            touchpoint: None,
            other: OtherFields::default(),
        }
    }
}

checked_serde!(AffiliateAttribution);

impl AffiliateAttribution {
    fn check(&self) -> Result<(), &'static str> {
        if self.token.is_some() || self.publisher_id.is_some() {
            Ok(())
        } else {
            Err("missing field `token` or `publisher_id`")
        }
    }
}
