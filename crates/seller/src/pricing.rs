//! What a checkout is priced with: the catalogue's answers of this very transaction.

use std::collections::BTreeMap;

use comptoir_acp::id::ItemId;
use comptoir_commerce::{
    checkout::{DesiredCheckout, PricingContext},
    item::Sellable,
};
use comptoir_http::ApiError;
use comptoir_store::ReadTx;

use crate::{CatalogError, SellerConfig};

/// Remaining units under which a line is reported as low.
const LOW_STOCK_BELOW: u32 = 3;

/// The wanted items as they can be bought now.
pub(crate) struct PriceBook<'a> {
    config: &'a SellerConfig,
    items: BTreeMap<ItemId, Sellable>,
}

impl<'a> PriceBook<'a> {
    /// Asks the catalogue for every wanted item. What `holder` holds already counts as available
    /// to it.
    pub(crate) fn read(
        reads: &dyn ReadTx,
        config: &'a SellerConfig,
        desired: &DesiredCheckout,
        holder: Option<&str>,
    ) -> Result<Self, ApiError> {
        let held: BTreeMap<String, i64> = match holder {
            Some(holder) => reads
                .reservations(config.tenant, holder)?
                .into_iter()
                .collect(),
            None => BTreeMap::new(),
        };
        let mut items = BTreeMap::new();
        for line in &desired.lines {
            let offer = config
                .catalog
                .offer(reads, config.tenant, line.item_id.as_str())?;
            let Some(mut item) = offer else { continue };
            if let (Some(stock), Some(held)) = (item.stock, held.get(line.item_id.as_str())) {
                item.stock = Some(stock.saturating_add(u32::try_from(*held).unwrap_or(0)));
            }
            items.insert(line.item_id.clone(), item);
        }
        Ok(Self { config, items })
    }

    /// The same as the domain wants it.
    pub(crate) fn context(&self) -> PricingContext<'_> {
        PricingContext {
            catalog: &self.items,
            tax: &self.config.tax,
            shipping: &self.config.shipping,
            discounts: &[],
            fees: &[],
            low_stock_below: LOW_STOCK_BELOW,
        }
    }
}

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Store(error) => error.into(),
            CatalogError::Unreadable { .. } | CatalogError::Shop(_) => {
                Self::unavailable("the shop cannot answer now", 5).with_cause(error)
            }
        }
    }
}
