//! `comptoir seller serve --config seller.toml`.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Caller, Key};

/// A seller: the built-in shop behind the ACP checkout.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SellerFile {
    /// Address to listen on, for example `127.0.0.1:8421`; port 0 takes a free one.
    pub(crate) listen: String,
    /// The database file; created when it is missing.
    pub(crate) database: PathBuf,
    /// Address at which agents reach this server; the listening address when absent.
    pub(crate) public_url: Option<String>,
    pub(crate) merchant: MerchantFile,
    pub(crate) catalogue: Option<CatalogueFile>,
    /// Agents that may open checkouts.
    pub(crate) agents: Vec<Caller>,
    /// People and programs that run the shop.
    pub(crate) operators: Vec<Caller>,
    pub(crate) psp: PspOfSeller,
    #[serde(default)]
    pub(crate) webhooks: Vec<WebhookFile>,
    /// Seconds after which an interrupted charge is looked up; 25 when absent.
    #[serde(default = "default_charge_lease_s")]
    pub(crate) charge_lease_s: i64,
    /// Delivery rates; the illustrative table of the merchant's country when absent.
    pub(crate) shipping: Option<comptoir_commerce::shipping::ShippingTable>,
    /// Tax rates; the illustrative table when absent.
    pub(crate) tax: Option<comptoir_commerce::tax::TaxTable>,
}

/// Who sells.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MerchantFile {
    pub(crate) name: String,
    /// ISO 4217.
    pub(crate) currency: String,
    /// Where the merchant is at home: `FR`, `US-OR`.
    pub(crate) region: String,
    pub(crate) support_email: String,
    pub(crate) terms_url: Option<String>,
    pub(crate) privacy_url: Option<String>,
    pub(crate) returns_url: Option<String>,
}

/// The feed file that the built-in shop sells from.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogueFile {
    /// Any format that `comptoir feed check` reads.
    pub(crate) file: PathBuf,
    /// Units on hand of an item that the feed calls available and the store does not count yet.
    #[serde(default = "default_stock")]
    pub(crate) stock: i64,
}

/// Where charges go.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PspOfSeller {
    pub(crate) base_url: String,
    pub(crate) merchant_id: String,
    pub(crate) key: Key,
}

/// A receiver of order events.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookFile {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) secret: Key,
    /// Allows a receiver on this machine; for demonstrations and tests.
    #[serde(default)]
    pub(crate) allow_loopback: bool,
}

const fn default_stock() -> i64 {
    100
}

const fn default_charge_lease_s() -> i64 {
    comptoir_seller::CHARGE_LEASE_S
}
