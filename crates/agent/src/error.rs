//! Why an agent cannot be built.

use comptoir_client::ConfigError;
use comptoir_store::StoreError;

/// Why an [`crate::Agent`] cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// A seller's profile makes no sense.
    #[error("the profile of seller {seller_id} is wrong: {reason}")]
    Profile {
        /// The seller.
        seller_id: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A seller cannot be called at the address or with the key of its profile.
    #[error("seller {seller_id} cannot be called")]
    Seller {
        /// The seller.
        seller_id: String,
        /// Why.
        #[source]
        source: ConfigError,
    },
    /// The payment provider cannot be called at its address or with its key.
    #[error("the payment provider cannot be called")]
    PaymentProvider(#[source] ConfigError),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The product index failed.
    #[error("the product index failed")]
    Index(#[source] comptoir_search::SearchError),
    /// A stored product cannot be read.
    #[error("a stored product cannot be read")]
    Product(#[source] serde_json::Error),
}
