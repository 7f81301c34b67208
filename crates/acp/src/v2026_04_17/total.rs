//! Rows of amounts.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::money::MinorUnits;

closed_enum! {
    /// What a row of amounts says. Reductions are positive numbers that are subtracted.
    pub enum TotalType {
        ItemsBaseAmount = "items_base_amount",
        ItemsDiscount = "items_discount",
        Subtotal = "subtotal",
        Discount = "discount",
        Fulfillment = "fulfillment",
        Tax = "tax",
        Fee = "fee",
        GiftWrap = "gift_wrap",
        Tip = "tip",
        StoreCredit = "store_credit",
        Total = "total",
        AmountRefunded = "amount_refunded",
    }
}

/// Tax of one jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxBreakdownItem {
    /// Who levies it.
    pub jurisdiction: String,
    /// The rate as a fraction of one.
    pub rate: Number,
    /// Minor units.
    pub amount: MinorUnits,
}

/// A row of amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    /// What it says.
    pub r#type: TotalType,
    /// Label for people.
    pub display_text: String,
    /// Minor units.
    pub amount: MinorUnits,
    /// Minor units of the presentment currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presentment_amount: Option<MinorUnits>,
    /// More for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tax by jurisdiction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breakdown: Option<Vec<TaxBreakdownItem>>,
}

impl Total {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: TotalType, display_text: String, amount: MinorUnits) -> Self {
        Self {
            r#type,
            display_text,
            amount,
            presentment_amount: None,
            description: None,
            breakdown: None,
        }
    }
}
