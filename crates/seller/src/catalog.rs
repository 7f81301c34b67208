//! What the shop sells: the one hook that every merchant implements.

use comptoir_commerce::item::Sellable;
use comptoir_store::{ReadTx, StoreError, TenantId};

/// Prices items. Implementing this and nothing else makes a shop an ACP seller.
///
/// It is asked inside the transaction that will hold the stock, at create, at every update and
/// again at completion, so an answer must be quick: read from `reads`, or from memory.
pub trait Catalog: Send + Sync {
    /// The item as it can be bought now, its stock as [`Sellable::stock`] without what `holder`
    /// itself holds; `None` when the shop does not know it.
    fn offer(
        &self,
        reads: &dyn ReadTx,
        tenant: TenantId,
        item_id: &str,
    ) -> Result<Option<Sellable>, CatalogError>;
}

/// Why an item could not be priced. The agent is told only that the shop cannot answer now.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The store failed.
    #[error("store failed")]
    Store(#[from] StoreError),
    /// The shop's record of the item is unreadable.
    #[error("item {item_id} is unreadable")]
    Unreadable {
        /// The item.
        item_id: String,
        /// What was wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The shop's own system failed.
    #[error("shop failed: {0}")]
    Shop(String),
}
