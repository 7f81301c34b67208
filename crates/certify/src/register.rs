//! The requirement register: every rule of the specification, in our own words.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{Severity, VersionRange};

/// One rule of the specification.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable id, such as `checkout.idempotency.key-required`.
    pub id: String,
    /// The section of the source document that states it.
    pub section: String,
    /// MUST or SHOULD.
    pub level: Severity,
    /// The versions that have it.
    pub versions: VersionRange,
    /// Who must obey.
    pub parties: Vec<Party>,
    /// The rule in our own words.
    pub text: String,
    /// Why nobody can test it from outside; only where that is so.
    pub untested: Option<String>,
    /// The source document.
    #[serde(skip)]
    pub document: String,
}

/// Who obeys a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// A seller.
    Seller,
    /// An agent.
    Agent,
    /// A payment service provider.
    Psp,
    /// A sender of order events.
    WebhookSender,
    /// A receiver of order events.
    WebhookReceiver,
    /// A sender of feeds.
    FeedSender,
    /// A receiver of feeds.
    FeedReceiver,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "document")]
    source: String,
    #[expect(dead_code, reason = "for those who read the file")]
    title: String,
    #[serde(rename = "requirement")]
    requirements: Vec<Requirement>,
}

/// Why the register cannot be read: a fault of this build.
#[derive(Debug, thiserror::Error)]
#[error("the register file {file} is broken")]
pub struct RegisterError {
    /// The file in `register/`.
    pub file: &'static str,
    /// What the parser said.
    pub source: Box<toml::de::Error>,
}

/// Every requirement of every document.
pub fn requirements() -> Result<&'static [Requirement], &'static RegisterError> {
    static ALL: LazyLock<Result<Vec<Requirement>, RegisterError>> = LazyLock::new(read);
    match &*ALL {
        Ok(all) => Ok(all),
        Err(error) => Err(error),
    }
}

/// The requirement with this id.
pub(crate) fn requirement(id: &str) -> Option<&'static Requirement> {
    let mut all = requirements().unwrap_or_default().iter();
    all.find(|one| one.id == id)
}

fn read() -> Result<Vec<Requirement>, RegisterError> {
    let mut all = Vec::new();
    for (file, text) in FILES {
        let parsed: Document = toml::from_str(text).map_err(|source| RegisterError {
            file,
            source: Box::new(source),
        })?;
        all.extend(
            parsed
                .requirements
                .into_iter()
                .map(|requirement| Requirement {
                    document: parsed.source.clone(),
                    ..requirement
                }),
        );
    }
    Ok(all)
}

/// The files of `register/`, as they stand in this build.
const FILES: &[(&str, &str)] = &[
    (
        "mcp-binding.toml",
        include_str!("../register/mcp-binding.toml"),
    ),
    (
        "openai-feed.toml",
        include_str!("../register/openai-feed.toml"),
    ),
    (
        "openapi.agentic_checkout.toml",
        include_str!("../register/openapi.agentic_checkout.toml"),
    ),
    (
        "openapi.agentic_checkout_webhook.toml",
        include_str!("../register/openapi.agentic_checkout_webhook.toml"),
    ),
    (
        "openapi.cart.toml",
        include_str!("../register/openapi.cart.toml"),
    ),
    (
        "openapi.delegate_authentication.toml",
        include_str!("../register/openapi.delegate_authentication.toml"),
    ),
    (
        "openapi.delegate_payment.toml",
        include_str!("../register/openapi.delegate_payment.toml"),
    ),
    (
        "openapi.feed.toml",
        include_str!("../register/openapi.feed.toml"),
    ),
    (
        "openrpc.agentic_checkout.toml",
        include_str!("../register/openrpc.agentic_checkout.toml"),
    ),
    (
        "rfc.affiliate_attribution.toml",
        include_str!("../register/rfc.affiliate_attribution.toml"),
    ),
    (
        "rfc.agentic_checkout.toml",
        include_str!("../register/rfc.agentic_checkout.toml"),
    ),
    (
        "rfc.capability_negotiation.toml",
        include_str!("../register/rfc.capability_negotiation.toml"),
    ),
    ("rfc.cart.toml", include_str!("../register/rfc.cart.toml")),
    (
        "rfc.delegate_authentication.toml",
        include_str!("../register/rfc.delegate_authentication.toml"),
    ),
    (
        "rfc.delegate_payment.toml",
        include_str!("../register/rfc.delegate_payment.toml"),
    ),
    (
        "rfc.discount_extension.toml",
        include_str!("../register/rfc.discount_extension.toml"),
    ),
    (
        "rfc.discovery.toml",
        include_str!("../register/rfc.discovery.toml"),
    ),
    (
        "rfc.extensions.toml",
        include_str!("../register/rfc.extensions.toml"),
    ),
    (
        "rfc.intent_traces.toml",
        include_str!("../register/rfc.intent_traces.toml"),
    ),
    (
        "rfc.marketing_consent.toml",
        include_str!("../register/rfc.marketing_consent.toml"),
    ),
    (
        "rfc.orders.toml",
        include_str!("../register/rfc.orders.toml"),
    ),
    (
        "rfc.payment_handlers.toml",
        include_str!("../register/rfc.payment_handlers.toml"),
    ),
    (
        "rfc.product_feeds.toml",
        include_str!("../register/rfc.product_feeds.toml"),
    ),
    (
        "rfc.seller_backed_payment_handler.toml",
        include_str!("../register/rfc.seller_backed_payment_handler.toml"),
    ),
    (
        "sep-cart-capability.toml",
        include_str!("../register/sep-cart-capability.toml"),
    ),
    (
        "sep-markdown-specification.toml",
        include_str!("../register/sep-markdown-specification.toml"),
    ),
    (
        "versions-checkout.toml",
        include_str!("../register/versions-checkout.toml"),
    ),
    (
        "versions-delegate-payment.toml",
        include_str!("../register/versions-delegate-payment.toml"),
    ),
];
