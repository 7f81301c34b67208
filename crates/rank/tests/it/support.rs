//! Views and queries for tests.

use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};
use comptoir_rank::{AvailabilityClass, Freshness, Query, RankView};

pub(crate) fn money(amount: i64, code: &str) -> Money {
    Money::new(MinorUnits::new(amount), Currency::from_code(code).unwrap())
}

/// A plain product that matches one word.
pub(crate) fn view(price: i64) -> RankView {
    RankView {
        relevance: 8_000,
        words_matched: 0b11,
        words_in_title: 0b01,
        brand_match: false,
        category_match: false,
        attributes_matched: 0,
        price: Some(money(price, "EUR")),
        list_price: None,
        availability: AvailabilityClass::InStock,
        rating: None,
        freshness: Freshness::Unknown,
        completeness: 50,
        tie_break: u64::try_from(price).unwrap_or(0),
    }
}

pub(crate) fn query() -> Query {
    Query {
        words: vec!["running".to_owned(), "shoes".to_owned()],
        ..Query::default()
    }
}

pub(crate) fn indexes(ranked: &[comptoir_rank::Ranked]) -> Vec<usize> {
    ranked.iter().map(|ranked| ranked.index).collect()
}
