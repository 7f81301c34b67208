//! Whether a wanted quantity can be had, and what to hold for a checkout.

use std::collections::BTreeMap;

use comptoir_acp::id::ItemId;
use serde::{Deserialize, Serialize};

use crate::item::Sellable;

/// Units to hold per item. Holds replace one another as a whole: an item that is not listed is let go.
pub type Hold = BTreeMap<ItemId, u32>;

/// What the stock says to one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Enough.
    InStock,
    /// Enough, but hardly more.
    LowStock,
    /// Some, but fewer than wanted.
    TooFew,
    /// None, or not offered any more.
    OutOfStock,
}

impl Availability {
    /// Whether the line can be bought.
    #[must_use]
    pub const fn is_enough(self) -> bool {
        matches!(self, Self::InStock | Self::LowStock)
    }
}

/// Judges a wanted quantity. `low_below` is the number of remaining units under which the line is
/// reported as low.
#[must_use]
pub fn availability(item: &Sellable, wanted: u32, low_below: u32) -> Availability {
    if !item.available {
        return Availability::OutOfStock;
    }
    match item.stock {
        Some(0) => Availability::OutOfStock,
        Some(stock) if stock < wanted => Availability::TooFew,
        Some(stock) if stock - wanted < low_below => Availability::LowStock,
        None | Some(_) => Availability::InStock,
    }
}
