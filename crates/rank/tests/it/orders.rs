//! The orders a buyer can wish, and limits.

use comptoir_rank::{
    AvailabilityClass, Freshness, Order, PriceLimit, Query, RankView, VerifiedRating, rank,
};

use crate::support::{indexes, money, query, view};

fn ordered(order: Order, views: &[RankView]) -> Vec<usize> {
    indexes(&rank(&Query { order, ..query() }, views))
}

#[test]
fn better_matches_come_first() {
    let partial = RankView {
        words_matched: 0b01,
        relevance: 15_000,
        ..view(10)
    };
    let complete = view(20);
    let titled = RankView {
        words_in_title: 0b11,
        ..view(30)
    };
    let gone = RankView {
        availability: AvailabilityClass::OutOfStock,
        ..view(40)
    };
    assert_eq!(
        ordered(Order::Relevance, &[partial, gone, complete, titled]),
        [3, 2, 0, 1]
    );
}

#[test]
fn text_beyond_the_cap_counts_no_more() {
    let capped = |relevance, tie_break| RankView {
        relevance,
        tie_break,
        ..view(10)
    };
    let ranked = rank(&query(), &[capped(60_000, 1), capped(900_000, 2)]);
    assert_eq!(ranked[0].score, ranked[1].score);
    assert_eq!(indexes(&ranked), [0, 1]);
}

#[test]
fn only_ratings_of_enough_buyers_count() {
    let rated = |tenths, count| RankView {
        rating: Some(VerifiedRating { tenths, count }),
        ..view(10)
    };
    let scores: Vec<i64> = [rated(50, 4), rated(50, 5), rated(0, 5)]
        .iter()
        .map(|v| rank(&query(), std::slice::from_ref(v))[0].score)
        .collect();
    assert_eq!(scores[1] - scores[0], 1_000);
    assert_eq!(scores[2], scores[0]);
}

#[test]
fn price_orders_keep_bad_matches_and_sold_out_products_behind() {
    let cable = RankView {
        relevance: 1_000,
        ..view(1)
    };
    let partial = RankView {
        words_matched: 0b01,
        ..view(2)
    };
    let sold_out = RankView {
        availability: AvailabilityClass::OutOfStock,
        ..view(3)
    };
    let views = [
        cable,
        partial,
        sold_out,
        view(500),
        view(300),
        RankView {
            price: None,
            ..view(0)
        },
    ];
    assert_eq!(ordered(Order::PriceLow, &views), [4, 3, 5, 2, 0, 1]);
    assert_eq!(ordered(Order::PriceHigh, &views), [3, 4, 5, 2, 0, 1]);
}

#[test]
fn prices_of_other_currencies_follow_those_that_compare() {
    let dollars = RankView {
        price: Some(money(1, "USD")),
        ..view(0)
    };
    assert_eq!(
        ordered(Order::PriceLow, &[dollars.clone(), view(500), view(300)]),
        [2, 1, 0]
    );
    let wished = Query {
        currency: Some(money(0, "USD").currency),
        order: Order::PriceLow,
        ..query()
    };
    assert_eq!(indexes(&rank(&wished, &[view(300), dollars])), [1, 0]);
}

#[test]
fn newest_means_most_recently_confirmed() {
    let fresh = |freshness| RankView {
        freshness,
        ..view(10)
    };
    let views = [
        fresh(Freshness::Older),
        fresh(Freshness::Day),
        fresh(Freshness::Unknown),
        fresh(Freshness::Week),
    ];
    assert_eq!(ordered(Order::Newest, &views), [1, 3, 0, 2]);
}

#[test]
fn limits_are_exact_to_the_minor_unit() {
    let limit = Some(PriceLimit::of(money(10_000, "EUR")));
    let views = [
        view(9_999),
        view(10_000),
        view(10_001),
        RankView {
            price: None,
            ..view(0)
        },
    ];
    let below = rank(
        &Query {
            price_max: limit,
            ..query()
        },
        &views,
    );
    assert_eq!(below.len(), 2);
    let above = rank(
        &Query {
            price_min: limit,
            ..query()
        },
        &views,
    );
    assert_eq!(above.len(), 2);
    let dollars = RankView {
        price: Some(money(1, "USD")),
        ..view(0)
    };
    assert!(
        rank(
            &Query {
                price_max: limit,
                ..query()
            },
            std::slice::from_ref(&dollars)
        )
        .is_empty()
    );
    let any = Some(PriceLimit {
        ten_thousandths: 1_000_000,
        currency: None,
    });
    let yen = RankView {
        price: Some(money(100, "JPY")),
        ..view(0)
    };
    let dinar = RankView {
        price: Some(money(100_001, "KWD")),
        ..view(0)
    };
    assert_eq!(
        indexes(&rank(
            &Query {
                price_max: any,
                ..query()
            },
            &[dollars, yen, dinar]
        ))
        .len(),
        2
    );
}
