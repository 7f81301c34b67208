//! Carts: one seller, estimates only.

use serde::{Deserialize, Serialize};

use super::{
    buyer::Buyer,
    line_item::{Item, LineItem},
    message::Message,
    total::Total,
};
use crate::{currency::Currency, id::CartId, text::Rfc3339};

/// A cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cart {
    /// Id.
    pub id: CartId,
    /// The lines.
    pub line_items: Vec<LineItem>,
    /// The buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Estimated rows of amounts.
    pub totals: Vec<Total>,
    /// What there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<Message>>,
    /// Where the buyer can go on at the seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continue_url: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Rfc3339>,
}

impl Cart {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        id: CartId,
        line_items: Vec<LineItem>,
        currency: Currency,
        totals: Vec<Total>,
    ) -> Self {
        Self {
            id,
            line_items,
            buyer: None,
            currency,
            totals,
            messages: None,
            continue_url: None,
            expires_at: None,
        }
    }
}

/// `POST /carts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartCreateRequest {
    /// What is wanted, at least one.
    #[serde(deserialize_with = "crate::checks::non_empty")]
    pub line_items: Vec<Item>,
    /// The buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// Language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl CartCreateRequest {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(line_items: Vec<Item>) -> Self {
        Self {
            line_items,
            buyer: None,
            locale: None,
        }
    }
}

/// `PUT /carts/{id}`: replaces the whole cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartUpdateRequest {
    /// What is wanted, at least one.
    #[serde(deserialize_with = "crate::checks::non_empty")]
    pub line_items: Vec<Item>,
    /// The buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
}

impl CartUpdateRequest {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(line_items: Vec<Item>) -> Self {
        Self {
            line_items,
            buyer: None,
        }
    }
}
