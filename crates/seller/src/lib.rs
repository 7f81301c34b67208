//! Checkout, orders, discovery, the completion saga, and the hooks that a merchant implements.
//!
//! A shop becomes an ACP seller by implementing [`Catalog`]:
//!
//! ```
//! use comptoir_acp::{currency::Currency, id::ItemId, money::MinorUnits};
//! use comptoir_commerce::item::Sellable;
//! use comptoir_seller::{Catalog, CatalogError};
//! use comptoir_store::{ReadTx, TenantId};
//!
//! struct TeaShop;
//!
//! impl Catalog for TeaShop {
//!     fn offer(
//!         &self,
//!         _reads: &dyn ReadTx,
//!         _tenant: TenantId,
//!         item_id: &str,
//!     ) -> Result<Option<Sellable>, CatalogError> {
//!         let usd = Currency::from_code("usd").map_err(|error| CatalogError::Shop(error.to_string()))?;
//!         let id = ItemId::parse(item_id).map_err(|error| CatalogError::Shop(error.to_string()))?;
//!         Ok((item_id == "oolong")
//!             .then(|| Sellable::new(id, "Oolong, 100 g", MinorUnits::new(1_450), usd)))
//!     }
//! }
//! ```
//!
//! The rest is [`SellerConfig`]: store, tax, delivery, a processor. [`Seller::router`] answers
//! agents and operators; [`Seller::run_workers`] sweeps and delivers.

mod built_in;
mod catalog;
mod config;
mod endpoints;
mod face;
mod order_page;
mod orders;
mod pricing;
mod router;
mod saga;
mod session;

use std::sync::Arc;

use axum::extract::FromRef;
use comptoir_http::{ApiConfig, Surface};
use comptoir_webhooks::Waker;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use built_in::BuiltInShop;
pub use catalog::{Catalog, CatalogError};
pub use config::{CHARGE_LEASE_S, MerchantProfile, SESSION_LIFE_S, SellerConfig};

/// A seller. Cheap to clone; all clones are the same seller.
#[derive(Clone)]
pub struct Seller(Arc<Inner>);

struct Inner {
    config: Arc<SellerConfig>,
    operators: Arc<ApiConfig>,
    waker: Waker,
    sagas: TaskTracker,
}

impl Seller {
    /// A seller on this configuration. Nothing runs yet.
    #[must_use]
    pub fn new(config: SellerConfig) -> Self {
        let mut operators =
            ApiConfig::new(config.operators.clone(), config.environment.clone()).on(Surface::Own);
        operators.tenant = config.tenant;
        let waker = config.dispatcher.waker();
        Self(Arc::new(Inner {
            config: Arc::new(config),
            operators: operators.shared(),
            waker,
            sagas: TaskTracker::new(),
        }))
    }

    /// What it runs on.
    #[must_use]
    pub fn config(&self) -> &Arc<SellerConfig> {
        &self.0.config
    }

    /// Answers agents (checkout, discovery), operators (orders) and buyers (order pages).
    pub fn router(&self) -> axum::Router {
        router::router(self)
    }

    /// Sweeps and delivers until told to stop, then waits for purchases under way.
    pub async fn run_workers(&self, stop: CancellationToken) {
        let sweeper = saga::sweep::run(self.clone(), stop.clone());
        let deliveries = self.0.config.dispatcher.run(stop);
        tokio::join!(sweeper, deliveries);
        self.0.sagas.close();
        self.0.sagas.wait().await;
    }

    /// One round of the sweeper, for tests and simulations.
    pub async fn sweep(&self) {
        saga::sweep::once(self).await;
    }

    /// Tells the dispatcher that there may be something to deliver.
    pub(crate) fn wake_deliveries(&self) {
        self.0.waker.wake();
    }

    /// Purchases under way.
    pub(crate) fn sagas(&self) -> &TaskTracker {
        &self.0.sagas
    }
}

impl FromRef<Seller> for Arc<ApiConfig> {
    fn from_ref(seller: &Seller) -> Self {
        Arc::clone(&seller.0.config.api)
    }
}

/// The same seller towards operators: other keys, our own surface.
#[derive(Clone)]
pub(crate) struct Operator(pub(crate) Seller);

impl FromRef<Operator> for Arc<ApiConfig> {
    fn from_ref(operator: &Operator) -> Self {
        Arc::clone(&operator.0.0.operators)
    }
}
