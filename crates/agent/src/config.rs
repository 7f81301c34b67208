//! What an agent is made of: its shops, its payment provider and its surroundings.

use std::fmt;

use comptoir_search::Index;
use comptoir_signing::{environment::Environment, secret::SecretKey};
use comptoir_store::Store;
use secrecy::SecretString;

use crate::Language;

/// A shop the agent may buy from. The registry of these, not a feed, says who a shop is.
#[derive(Clone)]
pub struct SellerProfile {
    /// Our stable name for it; visible ASCII without `:` or `/`.
    pub seller_id: String,
    /// The name buyers see.
    pub name: String,
    /// Base address of its ACP API; paths such as `/checkout_sessions` are appended.
    pub base_url: String,
    /// Our bearer key at the seller.
    pub bearer: SecretString,
    /// Secrets of its order webhooks, several while they rotate.
    pub webhook_secrets: Vec<SecretKey>,
    /// The key with which the seller calls our Feed API.
    pub feed_bearer: SecretString,
    /// Origins (`https://cdn.example`) beside that of `base_url` from which its pictures may be
    /// fetched. No other address in its feed is ever requested.
    pub media_origins: Vec<String>,
}

/// The payment provider that turns a card into a limited token.
#[derive(Clone)]
pub struct PspProfile {
    /// Base address; `/agentic_commerce/delegate_payment` is appended.
    pub base_url: String,
    /// Our bearer key there.
    pub bearer: SecretString,
    /// Whether no real money moves; the page then says so beside the card form.
    pub simulated: bool,
}

/// Everything an [`crate::Agent`] needs.
pub struct AgentConfig {
    /// The shops.
    pub sellers: Vec<SellerProfile>,
    /// The payment provider.
    pub psp: PspProfile,
    /// Where conversations, purchases, consents and feeds are kept.
    pub store: Store,
    /// The product index; filled from the store at start.
    pub index: Index,
    /// Clock and randomness.
    pub environment: Environment,
    /// Seed of the key that seals consent receipts; other keys are derived from it.
    pub consent_seed: [u8; 32],
    /// Where buyers reach the page; `https` makes cookies `Secure`.
    pub public_url: String,
    /// Language when the buyer's is unknown.
    pub locale: Language,
}

impl fmt::Debug for SellerProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SellerProfile")
            .field("seller_id", &self.seller_id)
            .field("name", &self.name)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PspProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PspProfile")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AgentConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentConfig")
            .field("sellers", &self.sellers)
            .field("psp", &self.psp)
            .field("public_url", &self.public_url)
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}
