//! What is kept of a buyer between two requests: conversation and basket, nothing else.

use comptoir_search::ProductQuery;
use serde::{Deserialize, Serialize};

use super::Turn;

/// Longest message, in characters.
pub(crate) const MESSAGE_CHARS_MAX: usize = 1_000;
/// Most lines of a basket.
pub(crate) const BASKET_LINES_MAX: usize = 50;
/// Most turns that are kept; the oldest go first.
const TURNS_MAX: usize = 30;

/// A buyer's conversation and basket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct BuyerRecord {
    pub(crate) turns: Vec<Turn>,
    /// The last request for products, which "in red" or "cheaper" refine.
    pub(crate) query: Option<ProductQuery>,
    pub(crate) basket: Vec<BasketLine>,
}

/// A line of the basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BasketLine {
    pub(crate) seller: String,
    pub(crate) product_id: String,
    pub(crate) variant_id: String,
    pub(crate) quantity: u32,
}

impl BuyerRecord {
    /// Adds an exchange.
    pub(crate) fn push(&mut self, turn: Turn) {
        self.turns.push(turn);
        let surplus = self.turns.len().saturating_sub(TURNS_MAX);
        self.turns.drain(..surplus);
    }

    /// Sets how many of an item are in the basket; 0 takes it out. Says whether there was room.
    pub(crate) fn set_quantity(&mut self, line: BasketLine) -> bool {
        let same = |other: &BasketLine| {
            other.seller == line.seller
                && other.product_id == line.product_id
                && other.variant_id == line.variant_id
        };
        if line.quantity == 0 {
            self.basket.retain(|other| !same(other));
        } else if let Some(known) = self.basket.iter_mut().find(|other| same(other)) {
            known.quantity = line.quantity;
        } else if self.basket.len() < BASKET_LINES_MAX {
            self.basket.push(line);
        } else {
            return false;
        }
        true
    }

    /// Pieces in the basket.
    pub(crate) fn pieces(&self) -> u32 {
        self.basket
            .iter()
            .fold(0, |sum, line| sum.saturating_add(line.quantity))
    }
}
