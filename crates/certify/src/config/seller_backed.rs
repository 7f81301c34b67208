//! What the shop under test keeps for a buyer, and how the judge finds out what became of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Buyer;

/// Saved methods, gift cards, points and store credit: section `[seller.backed]`. Each key opens
/// further checks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SellerBacked {
    /// The buyer who has all of it; `seller.buyer` when absent.
    pub buyer: Option<Buyer>,
    /// `payment_method_id` of each saved method of this buyer that is valid.
    pub saved_methods: Vec<String>,
    /// The one among them that is declined when it is charged.
    pub declined_method: Option<String>,
    /// `payment_method_id`s or handler ids of this buyer's options that are expired or inactive.
    pub expired_methods: Vec<String>,
    /// What to enter for a gift card that pays, by field name.
    pub gift_card: BTreeMap<String, String>,
    /// The same number with a wrong PIN.
    pub wrong_gift_card: BTreeMap<String, String>,
    /// Most that the buyer's points are worth, in minor units.
    pub points_worth: Option<i64>,
    /// A program that prints how much was taken so far, in minor units, by the option whose
    /// `ACP_HANDLER_ID` and, for saved methods, `ACP_PAYMENT_METHOD_ID` are in its environment.
    pub taken_command: Vec<String>,
}
