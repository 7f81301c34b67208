//! Senders and receivers of order events.

use std::{collections::BTreeMap, net::SocketAddr};

use serde::Deserialize;
use url::Url;

use super::Key;

/// How `Merchant-Signature` is written. Up to 2026-01-30 the parties agree on it; later versions have
/// the timestamped notation alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureNotation {
    /// `t=<unix seconds>,v1=<64 hex digits>` over `t`, a dot and the body.
    #[default]
    Timestamped,
    /// Hexadecimal HMAC-SHA256 over the body.
    Hex,
    /// Base64 HMAC-SHA256 over the body.
    Base64,
}

/// Where a seller sends order events.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookTarget {
    /// Where the judge listens; the seller must be set to send there.
    pub listen: SocketAddr,
    /// The secret of `Merchant-Signature` that was agreed with the seller.
    pub secret: Key,
    /// Notation of `Merchant-Signature`.
    #[serde(default)]
    pub signature: SignatureNotation,
    /// Longest wait for an event, in seconds.
    #[serde(default = "wait_s")]
    pub wait_s: u64,
    /// How long the judge watches that nothing more comes, in milliseconds.
    #[serde(default = "quiet_ms")]
    pub quiet_ms: u64,
    /// Longest wait for a second attempt after a failed one, in seconds.
    #[serde(default = "retry_wait_s")]
    pub retry_wait_s: u64,
    /// Whether to answer 410 Gone once, after which some sellers stop sending for good.
    #[serde(default)]
    pub try_gone: bool,
    /// A command that makes the seller ship an order; it gets `ACP_ORDER_ID` in its environment.
    #[serde(default)]
    pub ship_command: Vec<String>,
    /// A command that makes the seller refund an order; it gets `ACP_ORDER_ID` in its environment.
    #[serde(default)]
    pub refund_command: Vec<String>,
    /// Commands for what else can happen to an order, by its name: `deliver`, `cancel`, `return`,
    /// `exchange`, `credit`, `dispute`, `price-adjustment`. They get `ACP_ORDER_ID`.
    /// `seller-backed-refund`, `seller-backed-dispute` and `seller-backed-adjustment` pay an order of
    /// their own with a seller-backed handler, do what they are named after, and print its id.
    #[serde(default)]
    pub actions: BTreeMap<String, Vec<String>>,
}

/// An agent's receiver of order events.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiverTarget {
    /// Address of the receiver, path included.
    pub url: Url,
    /// The secret of `Merchant-Signature` that was agreed with the agent.
    pub secret: Key,
    /// Notation of `Merchant-Signature`.
    #[serde(default)]
    pub signature: SignatureNotation,
    /// Checkout session of an order that the agent knows, when it refuses strangers'.
    pub checkout_session_id: Option<String>,
}

impl ReceiverTarget {
    /// A receiver of which only address and secret are known.
    #[must_use]
    pub fn new(url: Url, secret: Key) -> Self {
        Self {
            url,
            secret,
            signature: SignatureNotation::default(),
            checkout_session_id: None,
        }
    }
}

fn wait_s() -> u64 {
    20
}

fn quiet_ms() -> u64 {
    2_000
}

fn retry_wait_s() -> u64 {
    15
}
