//! What the buyer wants: the whole of it, every time.
//!
//! A face merges its partial update into this desired state before the core sees it, so that create
//! and update are one operation.

use comptoir_acp::{id::ItemId, money::MinorUnits, quantity::Quantity};
use serde::{Deserialize, Serialize};

use crate::{
    address::{Buyer, Destination},
    item::{LINE_QUANTITY_MAX, LINES_MAX},
    shipping::OptionId,
};

/// One wanted item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesiredLine {
    /// The item.
    pub item_id: ItemId,
    /// How many.
    pub quantity: Quantity,
    /// The unit price that the agent named, in minor units. It never counts; a difference is
    /// reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_price: Option<MinorUnits>,
}

/// The state that the agent asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesiredCheckout {
    /// The items, each once: see [`DesiredCheckout::sum_lines`].
    pub lines: Vec<DesiredLine>,
    /// Who buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// How physical goods are sent; none means the cheapest way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected_option: Option<OptionId>,
    /// Language of the buyer, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl DesiredCheckout {
    /// A desired state of lines alone.
    ///
    /// # Errors
    /// As [`DesiredCheckout::sum_lines`].
    pub fn of_lines(lines: impl IntoIterator<Item = DesiredLine>) -> Result<Self, LineError> {
        Ok(Self {
            lines: Self::sum_lines(lines)?,
            ..Self::default()
        })
    }

    /// Sums repeated items, keeping the order of their first appearance. The last price named for an
    /// item counts as the one the agent believes in.
    ///
    /// # Errors
    /// [`LineError`] names the first entry that leads over a limit.
    pub fn sum_lines(
        entries: impl IntoIterator<Item = DesiredLine>,
    ) -> Result<Vec<DesiredLine>, LineError> {
        let mut lines: Vec<DesiredLine> = Vec::new();
        for (index, entry) in entries.into_iter().enumerate() {
            let known = lines.iter_mut().find(|line| line.item_id == entry.item_id);
            let steps = known.as_ref().map_or(0, |line| line.quantity.steps());
            let sum = steps
                .checked_add(entry.quantity.steps())
                .filter(|sum| *sum <= LINE_QUANTITY_MAX)
                .ok_or(LineError::QuantityTooLarge { index })?;
            let quantity =
                Quantity::whole(sum).map_err(|_| LineError::QuantityTooLarge { index })?;
            if let Some(line) = known {
                line.quantity = quantity;
                line.named_price = entry.named_price.or(line.named_price);
            } else if lines.len() == LINES_MAX {
                return Err(LineError::TooManyLines { index });
            } else {
                lines.push(DesiredLine { quantity, ..entry });
            }
        }
        Ok(lines)
    }
}

/// Why a list of wanted items is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// More than [`LINES_MAX`] different items.
    #[error("a checkout can have at most {LINES_MAX} different items")]
    TooManyLines {
        /// Position of the first entry too many.
        index: usize,
    },
    /// More than [`LINE_QUANTITY_MAX`] units of one item.
    #[error("a checkout can have at most {LINE_QUANTITY_MAX} units of one item")]
    QuantityTooLarge {
        /// Position of the entry that leads over the limit.
        index: usize,
    },
}
