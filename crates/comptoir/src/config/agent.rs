//! `comptoir agent serve --config agent.toml`.

use std::path::PathBuf;

use serde::Deserialize;

use super::Key;

/// An agent: conversation, purchases, Feed API.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentFile {
    /// Address to listen on; port 0 takes a free one.
    pub(crate) listen: String,
    /// The database file; created when it is missing.
    pub(crate) database: PathBuf,
    /// Folder of the product index; built again from the database when it is missing.
    pub(crate) index: PathBuf,
    /// Address at which buyers reach the page; the listening address when absent.
    pub(crate) public_url: Option<String>,
    /// Seed of the key that signs consent receipts: 64 hexadecimal digits.
    pub(crate) consent_key: Key,
    pub(crate) psp: PspOfAgent,
    pub(crate) sellers: Vec<SellerOfAgent>,
}

/// Where payments are delegated.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PspOfAgent {
    pub(crate) base_url: String,
    pub(crate) key: Key,
    /// Whether no real money moves there; the page then says so.
    #[serde(default)]
    pub(crate) simulated: bool,
}

/// A seller that the agent buys from.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SellerOfAgent {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) base_url: String,
    /// Key for the seller's checkout.
    pub(crate) key: Key,
    /// Shared secret of the seller's webhooks.
    pub(crate) webhook_secret: Key,
    /// Key with which the seller pushes its feed here.
    pub(crate) feed_key: Key,
}
