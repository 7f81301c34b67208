//! The built-in shop: prices and stock from the store.

use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_commerce::item::Sellable;
use comptoir_store::{ReadTx, TenantId};

use crate::{Catalog, CatalogError};

/// A catalogue in the store: `comptoir-backends` fills it from a feed file.
///
/// The document of a product row describes the item; price and currency of the row count, so that
/// a price can be changed without touching the description.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltInShop;

impl Catalog for BuiltInShop {
    fn offer(
        &self,
        reads: &dyn ReadTx,
        tenant: TenantId,
        item_id: &str,
    ) -> Result<Option<Sellable>, CatalogError> {
        let Some(row) = reads.product(tenant, item_id)? else {
            return Ok(None);
        };
        let unreadable = |source| CatalogError::Unreadable {
            item_id: item_id.to_owned(),
            source,
        };
        let mut item: Sellable = serde_json::from_slice(&row.document).map_err(unreadable)?;
        item.unit_price = MinorUnits::new(row.price);
        item.currency = Currency::from_code(&row.currency)
            .map_err(|_| CatalogError::Shop(format!("item {item_id} has no valid currency")))?;
        // An item without a stock row is not counted: digital goods.
        item.stock = reads
            .stock(tenant, item_id)?
            .map(|level| u32::try_from(level.available().max(0)).unwrap_or(u32::MAX));
        Ok(Some(item))
    }
}
