//! Reductions. Which ones apply is the merchant's decision; what they amount to is computed here.

use comptoir_acp::{id::ItemId, money::MinorUnits};
use serde::{Deserialize, Serialize};

use crate::rounding::{Rate, Rounding, RoundingError};

/// A reduction granted to a checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discount {
    /// The merchant's identifier.
    pub id: String,
    /// Text shown to the buyer.
    pub title: String,
    /// How much.
    pub value: DiscountValue,
    /// Off what.
    pub target: DiscountTarget,
}

/// How much a reduction takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountValue {
    /// So many minor units, zero or more.
    Amount(MinorUnits),
    /// A share of what is reduced.
    Share(Rate),
}

/// What a reduction takes off from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountTarget {
    /// Each of these items' lines.
    Items(Vec<ItemId>),
    /// All lines together, allocated by largest remainder.
    Order,
    /// Delivery.
    Fulfillment,
}

impl DiscountValue {
    /// The reduction as a positive amount, never more than `remaining` and never negative (P-07).
    pub fn off(
        self,
        remaining: MinorUnits,
        rounding: Rounding,
    ) -> Result<MinorUnits, RoundingError> {
        let wanted = match self {
            Self::Amount(amount) => amount,
            Self::Share(rate) => rate.of(remaining, rounding)?,
        };
        Ok(wanted.min(remaining).max(MinorUnits::ZERO))
    }
}

/// A charge on the whole checkout that is neither goods, delivery nor tax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Text shown to the buyer.
    pub title: String,
    /// Minor units, zero or more. Fees are not taxed here: state them with their tax.
    pub amount: MinorUnits,
}
