//! Everything a seller is given from outside.

use std::sync::Arc;

use comptoir_commerce::{shipping::ShippingTable, tax::TaxTable};
use comptoir_http::{ApiConfig, CallerKeys};
use comptoir_processors::{Failpoints, Processor};
use comptoir_signing::environment::Environment;
use comptoir_store::{Store, TenantId};
use comptoir_webhooks::{Directory, Dispatcher};

use crate::Catalog;

/// How long an untouched session lives, in seconds: six hours.
pub const SESSION_LIFE_S: i64 = 6 * 3_600;
/// How long a charge may take before the sweeper asks what became of it, in seconds; and a refund,
/// before it is repeated under its key.
pub const CHARGE_LEASE_S: i64 = 25;

/// Who sells: what buyers and agents are told.
#[derive(Clone, Debug)]
pub struct MerchantProfile {
    /// Name of the shop, as on the statement.
    pub name: String,
    /// Address at which agents reach this server, without a trailing slash.
    pub api_base_url: String,
    /// Address below which order pages live, without a trailing slash.
    pub public_url: String,
    /// Currencies sold in, ISO 4217.
    pub currencies: Vec<comptoir_acp::currency::Currency>,
    /// Locales answered in, BCP 47, for discovery.
    pub locales: Vec<String>,
    /// Address of the terms of use.
    pub terms_url: String,
    /// Address of the privacy policy.
    pub privacy_url: String,
    /// Address of the return policy.
    pub returns_url: String,
    /// E-mail address for buyers with questions.
    pub support_email: String,
}

/// What a seller runs on. All of it is passed in; nothing is read from the environment.
#[derive(Clone)]
pub struct SellerConfig {
    /// Who sells.
    pub merchant: MerchantProfile,
    /// The tenant whose rows this seller uses.
    pub tenant: TenantId,
    /// The store.
    pub store: Store,
    /// Clock and randomness.
    pub environment: Environment,
    /// Agents and their API settings.
    pub api: Arc<ApiConfig>,
    /// Keys of people and programs that run the shop: orders, shipments, refunds.
    pub operators: CallerKeys,
    /// The shop.
    pub catalog: Arc<dyn Catalog>,
    /// Tax rates.
    pub tax: TaxTable,
    /// Delivery rates.
    pub shipping: ShippingTable,
    /// Who charges.
    pub processor: Arc<dyn Processor>,
    /// Receivers of order events, each under the id of the agent that it belongs to: an order's
    /// events go to the agent that placed it, and to nobody else.
    pub subscribers: Directory,
    /// Delivers order events from this store to these subscribers.
    pub dispatcher: Dispatcher,
    /// Life of an untouched session in seconds, see [`SESSION_LIFE_S`].
    pub session_life_s: i64,
    /// See [`CHARGE_LEASE_S`].
    pub charge_lease_s: i64,
    /// Named places where tests kill the process; nowhere otherwise.
    pub failpoints: Failpoints,
}
