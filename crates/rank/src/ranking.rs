//! The ranking function.

use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeMap,
};

use comptoir_acp::{currency::Currency, money::Money};
use serde::{Deserialize, Serialize};

use crate::{
    query::{Order, Query},
    term::{RELEVANCE_MAX, Term, WORDS_MAX, has_bit, terms},
    view::{AvailabilityClass, RankView},
};

/// One product in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Index into the views that were passed in.
    pub index: usize,
    /// Sum of the terms' points.
    pub score: i64,
    /// What the score is made of.
    pub terms: Vec<Term>,
}

/// Orders `views` by what `query` asks for, best first.
///
/// Products outside a price limit are left out. The result depends on the query and the views
/// alone: integers only, no clock, no random, and the order of the input changes nothing but the
/// indexes.
#[must_use]
pub fn rank(query: &Query, views: &[RankView]) -> Vec<Ranked> {
    let context = Context::new(query, views);
    let mut entries: Vec<(Key<'_>, Ranked)> = views
        .iter()
        .enumerate()
        .filter(|(_, view)| within_limits(query, view))
        .map(|(index, view)| {
            let terms = terms(query, view);
            let score = terms
                .iter()
                .fold(0_i64, |sum, term| sum.saturating_add(term.points));
            (
                Key::new(&context, view, score),
                Ranked {
                    index,
                    score,
                    terms,
                },
            )
        })
        .collect();
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    entries.into_iter().map(|(_, ranked)| ranked).collect()
}

/// What the order of one product depends on beside its own view.
struct Context {
    order: Order,
    words_asked: u32,
    currency: Option<Currency>,
    relevance_best: u32,
}

impl Context {
    fn new(query: &Query, views: &[RankView]) -> Self {
        let words_asked = u32::try_from(query.words.len().min(WORDS_MAX)).unwrap_or(0);
        let relevance_best = views
            .iter()
            .map(|view| view.relevance.min(RELEVANCE_MAX))
            .max();
        Self {
            order: query.order,
            words_asked,
            currency: query.currency.or_else(|| most_common_currency(views)),
            relevance_best: relevance_best.unwrap_or(0),
        }
    }

    /// Orders other than by relevance sort within tiers, so that the cheapest answer to
    /// "cheapest headphones" is a pair of headphones: 0 for a match of every word with at least
    /// half the best text score, 1 for another match of every word, 2 for the rest.
    fn tier(&self, view: &RankView) -> u8 {
        let complete = (0..self.words_asked).all(|bit| has_bit(view.words_matched, bit));
        let near = view.relevance.min(RELEVANCE_MAX).saturating_mul(2) >= self.relevance_best;
        match (complete, near) {
            (true, true) => 0,
            (true, false) => 1,
            (false, _) => 2,
        }
    }
}

/// The sort key. Later fields only decide between equals of all earlier ones.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    tier: u8,
    availability: u8,
    wish: Wish,
    score: Reverse<i64>,
    tie_break: u64,
    rest: Rest<'a>,
}

impl<'a> Key<'a> {
    fn new(context: &Context, view: &'a RankView, score: i64) -> Self {
        let sorted = context.order != Order::Relevance;
        Self {
            tier: if sorted { context.tier(view) } else { 0 },
            availability: if sorted {
                availability_step(view.availability)
            } else {
                0
            },
            wish: Wish::new(context, view),
            score: Reverse(score),
            tie_break: view.tie_break,
            rest: Rest(view),
        }
    }
}

/// The position that the wished order gives.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    Low(i64),
    High(Reverse<i64>),
    Fresh(u8),
    OtherCurrency(Currency, i64),
    Nothing,
}

impl Wish {
    fn new(context: &Context, view: &RankView) -> Self {
        let price = |low: bool| match view.price {
            None => Self::Nothing,
            Some(price) if Some(price.currency) != context.currency => {
                let amount = price.amount.get();
                let amount = if low { amount } else { amount.saturating_neg() };
                Self::OtherCurrency(price.currency, amount)
            }
            Some(price) if low => Self::Low(price.amount.get()),
            Some(price) => Self::High(Reverse(price.amount.get())),
        };
        match context.order {
            Order::Relevance => Self::Nothing,
            Order::PriceLow => price(true),
            Order::PriceHigh => price(false),
            Order::Newest => Self::Fresh(view.freshness.step()),
        }
    }
}

impl crate::view::Freshness {
    /// Position in the order "newest first".
    fn step(self) -> u8 {
        match self {
            Self::Day => 0,
            Self::Week => 1,
            Self::Month => 2,
            Self::Older => 3,
            Self::Unknown => 4,
        }
    }
}

/// The whole view as a last resort, so that two different views never depend on input order.
#[derive(PartialEq, Eq)]
struct Rest<'a>(&'a RankView);

impl Rest<'_> {
    fn key(&self) -> impl Ord + use<> {
        let view = self.0;
        let money = |money: Option<Money>| money.map(|money| (money.currency, money.amount));
        (
            (view.relevance, view.words_matched, view.words_in_title),
            (
                view.brand_match,
                view.category_match,
                view.attributes_matched,
            ),
            (money(view.price), money(view.list_price)),
            (
                view.availability,
                view.rating,
                view.freshness,
                view.completeness,
            ),
        )
    }
}

impl PartialOrd for Rest<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rest<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// Now, perhaps, later, not.
fn availability_step(class: AvailabilityClass) -> u8 {
    match class {
        AvailabilityClass::InStock | AvailabilityClass::LimitedStock => 0,
        AvailabilityClass::Unknown => 1,
        AvailabilityClass::Preorder | AvailabilityClass::Backorder => 2,
        AvailabilityClass::OutOfStock => 3,
        AvailabilityClass::Discontinued => 4,
    }
}

/// A limit that cannot be compared with the price is not kept.
fn within_limits(query: &Query, view: &RankView) -> bool {
    let compared = |limit: &crate::query::PriceLimit| view.price.and_then(|p| limit.compare(p));
    let below = query
        .price_max
        .as_ref()
        .is_none_or(|limit| compared(limit).is_some_and(|ordering| ordering != Ordering::Greater));
    let above = query
        .price_min
        .as_ref()
        .is_none_or(|limit| compared(limit).is_some_and(|ordering| ordering != Ordering::Less));
    below && above
}

/// The currency of most prices; the alphabetically first of equals.
fn most_common_currency(views: &[RankView]) -> Option<Currency> {
    let mut counts: BTreeMap<Currency, usize> = BTreeMap::new();
    for price in views.iter().filter_map(|view| view.price) {
        let count = counts.entry(price.currency).or_default();
        *count = count.saturating_add(1);
    }
    let best = counts
        .iter()
        .max_by_key(|&(currency, &count)| (count, Reverse(*currency)));
    best.map(|(&currency, _)| currency)
}
