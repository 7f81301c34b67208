//! Marketing consent.

use serde::{Deserialize, Serialize};

/// A consent the seller offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketingConsentOption {
    /// Channel, such as `email`.
    pub channel: String,
    /// What the buyer would consent to.
    pub display_text: String,
    /// Address of the privacy policy.
    pub privacy_policy_url: String,
    /// Whether the buyer is subscribed already; absent means no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_subscribed: Option<bool>,
}

impl MarketingConsentOption {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(channel: String, display_text: String, privacy_policy_url: String) -> Self {
        Self {
            channel,
            display_text,
            privacy_policy_url,
            is_subscribed: None,
        }
    }
}

/// The buyer's answer to an option that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketingConsent {
    /// Channel.
    pub channel: String,
    /// The answer.
    pub opted_in: bool,
}
