//! The score's terms and their weights: the ranking card.

use comptoir_acp::money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    query::{PriceLimit, Query},
    view::{AvailabilityClass, Freshness, RankView, VerifiedRating},
};

/// Most points that the text score can give; also the cap of
/// [`RankView::relevance`](crate::RankView::relevance).
pub const RELEVANCE_MAX: u32 = 60_000;
/// Points when every asked word occurs.
pub const WORDS_POINTS: i64 = 20_000;
/// Points when every asked word occurs in the title.
pub const TITLE_POINTS: i64 = 4_000;
/// Points for the asked category.
pub const CATEGORY_POINTS: i64 = 3_000;
/// Points for the asked brand.
pub const BRAND_POINTS: i64 = 2_000;
/// Points when every asked attribute is declared.
pub const ATTRIBUTES_POINTS: i64 = 3_000;
/// Points of five verified stars.
pub const RATING_POINTS: i64 = 1_000;
/// Ratings needed before a rating counts.
pub const RATING_COUNT_MIN: u32 = 5;
/// Points of a product whose feed fills in every useful field.
pub const COMPLETENESS_POINTS: i64 = 600;
/// Words that can be told apart in one query.
pub const WORDS_MAX: usize = 64;

/// One addend of a score, with what it was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// What was judged.
    pub kind: TermKind,
    /// The points it gave; negative when it counts against the product.
    pub points: i64,
}

/// What a term judges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "term", rename_all = "snake_case")]
pub enum TermKind {
    /// The retrieval's text score.
    Text,
    /// Asked words that occur in the product's text.
    Words {
        /// The words found.
        found: Vec<String>,
        /// How many were asked for.
        asked: u32,
    },
    /// Asked words that occur in the title.
    Title {
        /// How many occur there.
        found: u32,
        /// How many were asked for.
        asked: u32,
    },
    /// It has the asked brand.
    Brand,
    /// It is of the asked category.
    Category,
    /// It declares asked attributes.
    Attributes {
        /// How many it declares.
        found: u8,
        /// How many were asked for.
        asked: u8,
    },
    /// Its price lies within the asked limit. Gives no points: a limit decides who takes part.
    WithinLimit {
        /// The upper limit.
        limit: PriceLimit,
        /// The price.
        price: Money,
    },
    /// It is sold below its list price. Gives no points: list prices are the seller's own claim.
    Reduced {
        /// The price.
        price: Money,
        /// The price before.
        list_price: Money,
    },
    /// Whether it can be had.
    Availability {
        /// The class judged.
        class: AvailabilityClass,
    },
    /// A verified rating.
    Rating {
        /// The rating judged.
        rating: VerifiedRating,
    },
    /// Age of the last confirmation.
    Freshness {
        /// The bucket judged.
        bucket: Freshness,
    },
    /// Filled-in share of the useful fields.
    Completeness {
        /// 0 to 100.
        percent: u8,
    },
}

/// Points by availability.
#[must_use]
pub fn availability_points(class: AvailabilityClass) -> i64 {
    match class {
        AvailabilityClass::InStock | AvailabilityClass::LimitedStock => 0,
        AvailabilityClass::Unknown => -500,
        AvailabilityClass::Preorder => -1_000,
        AvailabilityClass::Backorder => -1_500,
        AvailabilityClass::OutOfStock => -6_000,
        AvailabilityClass::Discontinued => -8_000,
    }
}

/// Points by freshness.
#[must_use]
pub fn freshness_points(bucket: Freshness) -> i64 {
    match bucket {
        Freshness::Day => 300,
        Freshness::Week => 200,
        Freshness::Month => 100,
        Freshness::Older | Freshness::Unknown => 0,
    }
}

/// All terms of one product under `query`, in a fixed order.
pub(crate) fn terms(query: &Query, view: &RankView) -> Vec<Term> {
    let mut terms = vec![Term {
        kind: TermKind::Text,
        points: i64::from(view.relevance.min(RELEVANCE_MAX)),
    }];
    word_terms(query, view, &mut terms);
    if view.brand_match {
        terms.push(Term {
            kind: TermKind::Brand,
            points: BRAND_POINTS,
        });
    }
    if view.category_match {
        terms.push(Term {
            kind: TermKind::Category,
            points: CATEGORY_POINTS,
        });
    }
    if query.attributes_asked > 0 {
        let asked = query.attributes_asked;
        let found = view.attributes_matched.min(asked);
        let points = share(ATTRIBUTES_POINTS, u32::from(found), u32::from(asked));
        terms.push(Term {
            kind: TermKind::Attributes { found, asked },
            points,
        });
    }
    price_terms(query, view, &mut terms);
    terms.push(Term {
        kind: TermKind::Availability {
            class: view.availability,
        },
        points: availability_points(view.availability),
    });
    if let Some(rating) = view
        .rating
        .filter(|rating| rating.count >= RATING_COUNT_MIN)
    {
        let points = share(RATING_POINTS, u32::from(rating.tenths.min(50)), 50);
        terms.push(Term {
            kind: TermKind::Rating { rating },
            points,
        });
    }
    terms.push(Term {
        kind: TermKind::Freshness {
            bucket: view.freshness,
        },
        points: freshness_points(view.freshness),
    });
    let percent = view.completeness.min(100);
    let points = share(COMPLETENESS_POINTS, u32::from(percent), 100);
    terms.push(Term {
        kind: TermKind::Completeness { percent },
        points,
    });
    terms
}

fn word_terms(query: &Query, view: &RankView, terms: &mut Vec<Term>) {
    let words = query.words.get(..WORDS_MAX).unwrap_or(&query.words);
    let asked = u32::try_from(words.len()).unwrap_or(u32::MAX);
    if asked == 0 {
        return;
    }
    let found: Vec<String> = words
        .iter()
        .zip(0_u32..)
        .filter(|&(_, bit)| has_bit(view.words_matched, bit))
        .map(|(word, _)| word.clone())
        .collect();
    let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let points = share(WORDS_POINTS, count, asked);
    terms.push(Term {
        kind: TermKind::Words { found, asked },
        points,
    });
    let in_title = (0..asked)
        .filter(|&bit| has_bit(view.words_in_title, bit))
        .count();
    let in_title = u32::try_from(in_title).unwrap_or(u32::MAX);
    let points = share(TITLE_POINTS, in_title, asked);
    terms.push(Term {
        kind: TermKind::Title {
            found: in_title,
            asked,
        },
        points,
    });
}

fn price_terms(query: &Query, view: &RankView, terms: &mut Vec<Term>) {
    let Some(price) = view.price else {
        return;
    };
    if let Some(limit) = query.price_max {
        terms.push(Term {
            kind: TermKind::WithinLimit { limit, price },
            points: 0,
        });
    }
    if let Some(list_price) = view.list_price
        && list_price.currency == price.currency
        && list_price.amount > price.amount
    {
        terms.push(Term {
            kind: TermKind::Reduced { price, list_price },
            points: 0,
        });
    }
}

/// Whether bit `bit` of `mask` is set.
pub(crate) fn has_bit(mask: u64, bit: u32) -> bool {
    mask.checked_shr(bit).is_some_and(|rest| rest & 1 == 1)
}

/// `points * part / whole`, rounded down.
fn share(points: i64, part: u32, whole: u32) -> i64 {
    points
        .saturating_mul(i64::from(part.min(whole)))
        .checked_div(i64::from(whole))
        .unwrap_or(0)
}
