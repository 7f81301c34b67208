//! The allow-listed record: all that the ranking may know of a product.

use comptoir_acp::money::Money;
use serde::{Deserialize, Serialize};

/// Everything the ranking sees of one product.
///
/// The struct is closed on purpose. There is no field for commission, payment, affiliation, the
/// possibility to buy here, or the seller and its size: what has no field cannot move a result.
/// To add a field is a change of the public ranking card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankView {
    /// Text score of the retrieval in thousandths; counted up to
    /// [`RELEVANCE_MAX`](crate::RELEVANCE_MAX), so that stuffed texts gain nothing beyond it.
    pub relevance: u32,
    /// Bit `i` says that word `i` of the query, or its synonym, occurs in the product's text.
    pub words_matched: u64,
    /// Bit `i` says that word `i` of the query, or its synonym, occurs in the product's title.
    pub words_in_title: u64,
    /// The product's brand was asked for.
    pub brand_match: bool,
    /// The product's category was asked for.
    pub category_match: bool,
    /// How many of the asked attributes (colour, size, material) the variant declares.
    pub attributes_matched: u8,
    /// Price of the variant shown.
    pub price: Option<Money>,
    /// Price before reduction, in the same currency.
    pub list_price: Option<Money>,
    /// Whether it can be had now.
    pub availability: AvailabilityClass,
    /// Rating from a verified source; a rating that the feed merely claims never arrives here.
    pub rating: Option<VerifiedRating>,
    /// How long ago the product was last confirmed by its feed.
    pub freshness: Freshness,
    /// Share of the useful fields that the feed fills in, 0 to 100.
    pub completeness: u8,
    /// Keyed hash of query and product, made by the caller with a key that sellers cannot know in
    /// advance. It decides between equals and nothing else.
    pub tie_break: u64,
}

/// Availability as the feed declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityClass {
    /// Can be sent now.
    InStock,
    /// Can be sent now, few are left.
    LimitedStock,
    /// The feed does not say.
    Unknown,
    /// Can be ordered, not sent yet.
    Preorder,
    /// Can be ordered, sent when it is back.
    Backorder,
    /// Cannot be had now.
    OutOfStock,
    /// Will not come back.
    Discontinued,
}

/// A rating whose source was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VerifiedRating {
    /// Mean in tenths of a star, 0 to 50.
    pub tenths: u8,
    /// How many ratings the mean stands on.
    pub count: u32,
}

/// Age of the last confirmation by the seller's feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// At most a day.
    Day,
    /// At most a week.
    Week,
    /// At most thirty days.
    Month,
    /// More than thirty days.
    Older,
    /// Not known.
    Unknown,
}
