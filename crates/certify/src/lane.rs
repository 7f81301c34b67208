//! What is judged, and by which kind of question.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One public face of a party; every check belongs to one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// Checkout over REST.
    Seller,
    /// `/.well-known/acp.json`.
    Discovery,
    /// Carts over REST.
    Carts,
    /// Discounts, affiliate attribution, marketing consent, intent traces, seller-backed handlers.
    Extensions,
    /// Checkout over the Model Context Protocol.
    Mcp,
    /// Delegate payment and delegate authentication.
    Psp,
    /// Order events that a seller sends; the judge listens.
    WebhookSender,
    /// Order events that an agent receives; the judge sends, forges, replays and reorders.
    WebhookReceiver,
    /// The Feed API of an agent.
    FeedReceiver,
    /// Feed files of a seller.
    FeedFile,
    /// An agent that buys; the judge plays a faulty seller and payment provider.
    Agent,
}

impl Lane {
    /// Every lane, in the order of reports.
    pub const ALL: [Self; 11] = [
        Self::Seller,
        Self::Discovery,
        Self::Carts,
        Self::Extensions,
        Self::Mcp,
        Self::Psp,
        Self::WebhookSender,
        Self::WebhookReceiver,
        Self::FeedReceiver,
        Self::FeedFile,
        Self::Agent,
    ];

    /// The name on the command line and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Discovery => "discovery",
            Self::Carts => "carts",
            Self::Extensions => "extensions",
            Self::Mcp => "mcp",
            Self::Psp => "psp",
            Self::WebhookSender => "webhook-sender",
            Self::WebhookReceiver => "webhook-receiver",
            Self::FeedReceiver => "feed-receiver",
            Self::FeedFile => "feed-file",
            Self::Agent => "agent",
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A text that names no lane.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no lane; lanes are seller, discovery, carts, extensions, mcp, psp, webhook-sender, webhook-receiver, feed-receiver, feed-file, agent"
)]
pub struct UnknownLane(pub String);

impl FromStr for Lane {
    type Err = UnknownLane;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|lane| lane.as_str() == text)
            .ok_or_else(|| UnknownLane(text.to_owned()))
    }
}

/// The kind of question that a check asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Legal and illegal transitions, shapes of answers.
    Lifecycle,
    /// Totals, quantities, currencies.
    Arithmetic,
    /// Keys, replays, conflicts, requests in flight.
    Idempotency,
    /// Several requests at once.
    Concurrency,
    /// `API-Version` and older dialects.
    Versions,
    /// Error bodies, malformed input.
    Errors,
    /// Bearer keys, foreign objects.
    Auth,
    /// Signatures and the time window.
    Signatures,
    /// Sizes, depths, counts.
    Limits,
    /// Sessions and tokens that end.
    Expiry,
    /// 3-D Secure and hand-over to the buyer.
    Escalation,
    /// Secrets and foreign data in answers.
    Leaks,
    /// Order events: content, order, retries.
    Webhooks,
    /// Requests generated from the schemas.
    Fuzz,
}

impl Topic {
    /// Every topic, in the order of reports.
    pub const ALL: [Self; 14] = [
        Self::Lifecycle,
        Self::Arithmetic,
        Self::Idempotency,
        Self::Concurrency,
        Self::Versions,
        Self::Errors,
        Self::Auth,
        Self::Signatures,
        Self::Limits,
        Self::Expiry,
        Self::Escalation,
        Self::Leaks,
        Self::Webhooks,
        Self::Fuzz,
    ];

    /// The name in ids and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lifecycle => "lifecycle",
            Self::Arithmetic => "arithmetic",
            Self::Idempotency => "idempotency",
            Self::Concurrency => "concurrency",
            Self::Versions => "versions",
            Self::Errors => "errors",
            Self::Auth => "auth",
            Self::Signatures => "signatures",
            Self::Limits => "limits",
            Self::Expiry => "expiry",
            Self::Escalation => "escalation",
            Self::Leaks => "leaks",
            Self::Webhooks => "webhooks",
            Self::Fuzz => "fuzz",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A text that names no topic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no topic; topics are lifecycle, arithmetic, idempotency, concurrency, versions, errors, auth, signatures, limits, expiry, escalation, leaks, webhooks, fuzz"
)]
pub struct UnknownTopic(pub String);

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|topic| topic.as_str() == text)
            .ok_or_else(|| UnknownTopic(text.to_owned()))
    }
}
