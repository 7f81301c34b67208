//! The other parties under test.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use serde::Deserialize;
use url::Url;

use super::Key;

/// A payment service provider.
#[derive(Debug, Clone, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a line of a configuration file"
)]
#[serde(deny_unknown_fields)]
pub struct PspTarget {
    /// Base address: `/agentic_commerce/delegate_payment` is below it.
    pub url: Url,
    /// Bearer key of the agent that the judge plays.
    pub key: Key,
    /// True confirms that cards are test cards.
    #[serde(default)]
    pub test_mode: bool,
    /// Bearer key of another agent, for checks of isolation.
    pub other_key: Option<Key>,
    /// Bearer key of an agent whose rate limit may be used up; without one the limit is not tried.
    pub rate_key: Option<Key>,
    /// Most requests that are sent to reach the rate limit.
    #[serde(default = "rate_requests_max")]
    pub rate_requests_max: u32,
    /// A merchant that the provider knows.
    pub merchant_id: String,
    /// Another merchant that the provider knows, which is not the seller's.
    pub other_merchant_id: Option<String>,
    /// Currency of allowances, ISO 4217 in lower case.
    #[serde(default = "usd")]
    pub currency: String,
    /// Test cards by what should come of them. Those whose name begins with `approved` take turns.
    /// `network-token`, `server-error` (delegation answers 5xx) and `slow` (it takes a second or
    /// more) open further checks of delegate payment; `challenge`, `attempted`,
    /// `not_authenticated`, `rejected`, `unavailable`, `not_supported` and `pending` (no
    /// fingerprint) those of delegate authentication, where an approved card passes unchallenged.
    #[serde(default)]
    pub cards: BTreeMap<String, String>,
    /// Whether the provider tokenises any card number with a right check digit. The judge then
    /// makes up numbers that begin with 424242, and no limit per card gets in its way.
    #[serde(default)]
    pub made_up_cards: bool,
    /// Whether it gives tokens for seller-backed payment handlers.
    #[serde(default)]
    pub seller_backed: bool,
    /// Whether it offers delegate authentication.
    #[serde(default)]
    pub delegate_authentication: bool,
    /// Key of request signatures, where one was agreed: every request is then signed.
    pub signing_secret: Option<Key>,
    /// How requests are signed.
    #[serde(default)]
    pub signing_scheme: SigningScheme,
    /// Seconds that an authentication session lives, when a check may wait for its end.
    pub authentication_lives_s: Option<u64>,
    /// An address of this machine from which the provider must not take calls of the agent.
    pub stranger_address: Option<IpAddr>,
    /// A file in which a run remembers an idempotency key for a run of the next day.
    pub memory: Option<PathBuf>,
}

impl PspTarget {
    /// A provider of which nothing more is known: it takes dollars, and no key of signatures was
    /// agreed.
    #[must_use]
    pub fn new(url: Url, key: Key, merchant_id: impl Into<String>) -> Self {
        Self {
            url,
            key,
            test_mode: false,
            other_key: None,
            rate_key: None,
            rate_requests_max: rate_requests_max(),
            merchant_id: merchant_id.into(),
            other_merchant_id: None,
            currency: usd(),
            cards: BTreeMap::new(),
            made_up_cards: false,
            seller_backed: false,
            delegate_authentication: false,
            signing_secret: None,
            signing_scheme: SigningScheme::default(),
            authentication_lives_s: None,
            stranger_address: None,
            memory: None,
        }
    }

    pub(super) fn keys_mut(&mut self) -> Vec<&mut Key> {
        let mut keys = vec![&mut self.key];
        keys.extend(&mut self.other_key);
        keys.extend(&mut self.rate_key);
        keys.extend(&mut self.signing_secret);
        keys
    }
}

/// How the `Signature` header is made; the specification leaves it to agreement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningScheme {
    /// HMAC-SHA256 over the canonical JSON of the body.
    #[default]
    HmacSha256,
    /// Ed25519 over the canonical JSON of the body; the key is the seed of 32 bytes in hexadecimal.
    Ed25519,
    /// HMAC-SHA256 over the text of `Timestamp` followed by the canonical JSON of the body.
    HmacSha256Timestamp,
}

/// A seller over MCP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpTarget {
    /// Address of the streamable HTTP endpoint.
    pub url: Url,
    /// Bearer key.
    pub key: Key,
    /// Bearer key of another agent, for checks of isolation.
    pub other_key: Option<Key>,
}

/// An agent that can be asked to buy from the judge's faulty seller.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentTarget {
    /// Where the judge's seller listens; the agent must know it under this address.
    pub seller_listen: SocketAddr,
    /// Where the judge's payment provider listens.
    pub psp_listen: SocketAddr,
    /// A command that makes the agent try one purchase. It gets `ACP_ITEM_ID`, `ACP_SELLER_URL`,
    /// `ACP_PSP_URL` and `ACP_SCENARIO` in its environment, and ends when the agent is done.
    /// Without one the judge asks the person at the terminal.
    #[serde(default)]
    pub buy_command: Vec<String>,
    /// Longest purchase, in seconds.
    #[serde(default = "wait_s")]
    pub wait_s: u64,
    /// Folder for what the agent printed.
    pub logs: Option<PathBuf>,
    /// Purchases at the same time, each on addresses of its own: the port of `seller_listen` and the
    /// ones after it, likewise `psp_listen`. With port 0 the system chooses. The agent is told the
    /// addresses of every purchase. One when nothing is said and the ports are fixed.
    pub at_once: Option<u16>,
    /// Key of the agent's request signatures, where one was agreed: they are then verified.
    pub signing_secret: Option<Key>,
    /// How requests are signed.
    #[serde(default)]
    pub signing_scheme: SigningScheme,
}

impl AgentTarget {
    /// How many purchases run at the same time; one when a person makes them.
    pub(crate) fn seats(&self) -> u16 {
        let free = self.seller_listen.port() == 0 && self.psp_listen.port() == 0;
        let usual = if free { Self::AT_ONCE } else { 1 };
        if self.buy_command.is_empty() {
            return 1;
        }
        self.at_once.unwrap_or(usual).max(1)
    }

    /// An agent of which nothing more is known; an empty command asks the person at the terminal.
    #[must_use]
    pub fn new(
        seller_listen: SocketAddr,
        psp_listen: SocketAddr,
        buy_command: Vec<String>,
    ) -> Self {
        Self {
            seller_listen,
            psp_listen,
            buy_command,
            wait_s: Self::WAIT_S,
            logs: None,
            at_once: None,
            signing_secret: None,
            signing_scheme: SigningScheme::default(),
        }
    }

    /// Purchases at the same time when nothing else is said and the ports are chosen by the system.
    pub const AT_ONCE: u16 = 8;
    /// Longest purchase when nothing else is said, in seconds.
    pub const WAIT_S: u64 = 20;
}

fn usd() -> String {
    "usd".to_owned()
}

fn rate_requests_max() -> u32 {
    1_000
}

fn wait_s() -> u64 {
    20
}
