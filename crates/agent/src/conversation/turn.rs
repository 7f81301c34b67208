//! One exchange of a conversation, as it is stored.

use comptoir_rank::{Freshness, Reason};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was said and answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Turn {
    /// The buyer's words, with card numbers masked.
    pub(crate) said: String,
    /// Our words.
    pub(crate) text: String,
    /// A card number was masked.
    pub(crate) masked: bool,
    /// Products in the order of the ranking.
    pub(crate) products: Vec<ShownProduct>,
    pub(crate) at: Timestamp,
}

/// A product in an answer: by name, so that its card shows what is true when it is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShownProduct {
    pub(crate) seller: String,
    pub(crate) product_id: String,
    pub(crate) variant_id: String,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) freshness: Freshness,
}
