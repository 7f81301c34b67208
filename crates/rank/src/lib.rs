//! Ranking as a pure function over an allow-listed record.
//!
//! [`rank`] orders [`RankView`]s for a [`Query`]. It uses integers only and knows nothing but
//! these two values: no clock, no random, no seller, no payment, no commission. Each result
//! carries the [`Term`]s of its score, and [`explain`] turns them into sentences for the buyer.
//! The weights are the public constants of this crate: together they are the ranking card.
//!
//! ```
//! use comptoir_rank::{AvailabilityClass, Freshness, Query, RankView, rank};
//!
//! let view = |relevance, tie_break| RankView {
//!     relevance,
//!     words_matched: 0b1,
//!     words_in_title: 0b1,
//!     brand_match: false,
//!     category_match: false,
//!     attributes_matched: 0,
//!     price: None,
//!     list_price: None,
//!     availability: AvailabilityClass::InStock,
//!     rating: None,
//!     freshness: Freshness::Unknown,
//!     completeness: 80,
//!     tie_break,
//! };
//! let query = Query { words: vec!["mug".to_owned()], ..Query::default() };
//! let order: Vec<usize> =
//!     rank(&query, &[view(3_000, 7), view(9_000, 1)]).iter().map(|r| r.index).collect();
//! assert_eq!(order, [1, 0]);
//! ```

mod language;
mod query;
mod ranking;
mod reason;
mod term;
mod view;

pub use crate::{
    language::Language,
    query::{Order, PriceLimit, Query},
    ranking::{Ranked, rank},
    reason::{Reason, explain},
    term::{
        ATTRIBUTES_POINTS, BRAND_POINTS, CATEGORY_POINTS, COMPLETENESS_POINTS, RATING_COUNT_MIN,
        RATING_POINTS, RELEVANCE_MAX, TITLE_POINTS, Term, TermKind, WORDS_MAX, WORDS_POINTS,
        availability_points, freshness_points,
    },
    view::{AvailabilityClass, Freshness, RankView, VerifiedRating},
};
