//! Links to the merchant's terms and help.

use serde::{Deserialize, Serialize};

/// A link to the merchant's terms or help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What is linked to.
    pub kind: LinkKind,
    /// Text shown to the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Address.
    pub url: String,
}

/// What a [`Link`] leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Terms of use.
    TermsOfUse,
    /// Privacy policy.
    PrivacyPolicy,
    /// Return policy.
    ReturnPolicy,
    /// Shipping policy.
    ShippingPolicy,
    /// Contact.
    ContactUs,
    /// About the merchant.
    AboutUs,
    /// Questions and answers.
    Faq,
    /// Help.
    Support,
}
