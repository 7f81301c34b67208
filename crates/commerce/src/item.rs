//! What is for sale, as pricing needs to know it.

use comptoir_acp::{currency::Currency, id::ItemId, money::MinorUnits};
use serde::{Deserialize, Serialize};

use crate::address::{Address, Region};

/// Most lines that one checkout can have.
pub const LINES_MAX: usize = 100;

/// Most units of one item that one checkout can have.
pub const LINE_QUANTITY_MAX: u32 = 9_999;

/// How an item reaches the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentKind {
    /// Sent to an address.
    Physical,
    /// Made available on line; needs no address and no delivery charge.
    Digital,
}

/// The merchant's tax class of an item, `standard` unless told otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaxCategory(String);

impl TaxCategory {
    /// A class by name; looked up in the region's table, the standard rate when not listed there.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The class's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TaxCategory {
    fn default() -> Self {
        Self("standard".to_owned())
    }
}

/// One item as it can be bought now. The catalogue's answer, never the agent's claim (P-03).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sellable {
    /// The id under which agents order it: the variant's id in the feed.
    pub item_id: ItemId,
    /// Name shown to the buyer.
    pub title: String,
    /// Longer text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Product page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Price of one unit in minor units, zero or more.
    pub unit_price: MinorUnits,
    /// Currency of the price.
    pub currency: Currency,
    /// Tax class.
    #[serde(default)]
    pub tax_category: TaxCategory,
    /// How it reaches the buyer.
    pub fulfillment: FulfillmentKind,
    /// Weight of one unit in grams.
    #[serde(default)]
    pub weight_grams: u32,
    /// Most units in one order; none means [`LINE_QUANTITY_MAX`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_order: Option<u32>,
    /// Whether it is offered at all.
    pub available: bool,
    /// Units this checkout could take, its own hold included; none when stock is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u32>,
    /// Regions it may not be sold to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restricted_regions: Vec<Region>,
}

impl Sellable {
    /// An available, uncounted, unrestricted physical item of the standard tax class.
    #[must_use]
    pub fn new(
        item_id: ItemId,
        title: impl Into<String>,
        unit_price: MinorUnits,
        currency: Currency,
    ) -> Self {
        Self {
            item_id,
            title: title.into(),
            description: None,
            image_url: None,
            url: None,
            unit_price,
            currency,
            tax_category: TaxCategory::default(),
            fulfillment: FulfillmentKind::Physical,
            weight_grams: 0,
            max_per_order: None,
            available: true,
            stock: None,
            restricted_regions: Vec::new(),
        }
    }

    /// The restricted region in which an address lies.
    #[must_use]
    pub fn restriction(&self, address: &Address) -> Option<&Region> {
        self.restricted_regions
            .iter()
            .find(|region| region.contains(address))
    }

    /// Most units in one order.
    #[must_use]
    pub fn quantity_max(&self) -> u32 {
        self.max_per_order
            .unwrap_or(LINE_QUANTITY_MAX)
            .min(LINE_QUANTITY_MAX)
    }
}
