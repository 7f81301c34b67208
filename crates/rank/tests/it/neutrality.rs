//! Nothing outside the view and the query moves a result.

use comptoir_rank::{AvailabilityClass, Freshness, Order, Query, RankView, VerifiedRating, rank};
use proptest::prelude::*;

use crate::support::{money, query, view};

fn any_order() -> impl Strategy<Value = Order> {
    prop::sample::select(vec![
        Order::Relevance,
        Order::PriceLow,
        Order::PriceHigh,
        Order::Newest,
    ])
}

fn any_view() -> impl Strategy<Value = RankView> {
    let availability = prop::sample::select(vec![
        AvailabilityClass::InStock,
        AvailabilityClass::LimitedStock,
        AvailabilityClass::Unknown,
        AvailabilityClass::Preorder,
        AvailabilityClass::OutOfStock,
    ]);
    let freshness =
        prop::sample::select(vec![Freshness::Day, Freshness::Month, Freshness::Unknown]);
    let price = prop::option::of((0_i64..50, prop::sample::select(vec!["EUR", "USD", "JPY"])));
    let rating = prop::option::of((0_u8..=50, 0_u32..20));
    (
        (
            0_u32..5,
            0_u64..4,
            0_u64..4,
            any::<bool>(),
            any::<bool>(),
            0_u8..3,
        ),
        (price, availability, freshness, rating, 0_u8..3, 0_u64..3),
    )
        .prop_map(
            |((relevance, matched, title, brand, category, attributes), rest)| {
                let (price, availability, freshness, rating, completeness, tie_break) = rest;
                RankView {
                    relevance: relevance * 4_000,
                    words_matched: matched,
                    words_in_title: title,
                    brand_match: brand,
                    category_match: category,
                    attributes_matched: attributes,
                    price: price.map(|(amount, code)| money(amount, code)),
                    list_price: None,
                    availability,
                    rating: rating.map(|(tenths, count)| VerifiedRating { tenths, count }),
                    freshness,
                    completeness: completeness * 40,
                    tie_break,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// The order of the input changes nothing: the same products come out in the same order.
    #[test]
    fn permuting_the_input_changes_nothing(
        views in prop::collection::vec(any_view(), 0..12).prop_shuffle(),
        order in any_order(),
        seed in any::<u64>(),
    ) {
        let query = Query { order, attributes_asked: 2, ..query() };
        let mut shuffled = views.clone();
        shuffled.sort_by_key(|view| (view.tie_break ^ seed, view.relevance, view.completeness));
        let shown = |views: &[RankView]| -> Vec<RankView> {
            rank(&query, views).iter().map(|ranked| views[ranked.index].clone()).collect()
        };
        prop_assert_eq!(shown(&views), shown(&shuffled));
    }

    /// A cheaper and otherwise equal product never ranks lower when sorting by price.
    #[test]
    fn cheaper_never_ranks_lower(
        mut views in prop::collection::vec(any_view(), 1..10),
        cheap in 0_i64..40,
        by in 1_i64..40,
        copy in any::<prop::sample::Index>(),
    ) {
        let mut cheaper = copy.get(&views).clone();
        let mut dearer = cheaper.clone();
        cheaper.price = Some(money(cheap, "EUR"));
        dearer.price = Some(money(cheap + by, "EUR"));
        let (first, second) = (views.len(), views.len() + 1);
        views.push(dearer);
        views.push(cheaper);
        let query = Query { order: Order::PriceLow, ..query() };
        let ranked = rank(&query, &views);
        let place = |index: usize| ranked.iter().position(|ranked| ranked.index == index).unwrap();
        prop_assert!(place(second) < place(first));
    }

    /// One more matched word never lowers a score.
    #[test]
    fn more_matched_words_never_hurt(view in any_view()) {
        let better = RankView { words_matched: 0b11, ..view.clone() };
        let ranked = rank(&query(), &[view, better]);
        let score = |index| ranked.iter().find(|ranked| ranked.index == index).unwrap().score;
        prop_assert!(score(1) >= score(0));
    }
}

#[test]
fn the_score_is_the_sum_of_its_terms_and_replays_equal() {
    let views: Vec<RankView> = (0..20).map(|n| view(n * 7 % 11)).collect();
    let ranked = rank(&query(), &views);
    for one in &ranked {
        assert_eq!(
            one.score,
            one.terms.iter().map(|term| term.points).sum::<i64>()
        );
    }
    assert_eq!(ranked, rank(&query(), &views));
}

#[test]
fn a_view_has_no_place_for_money_of_others() {
    // Threat F-07: a field for payment, commission, attribution or seller size would be a change
    // of this list.
    let value = serde_json::to_value(view(1)).unwrap();
    let fields: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        fields,
        [
            "attributes_matched",
            "availability",
            "brand_match",
            "category_match",
            "completeness",
            "freshness",
            "list_price",
            "price",
            "rating",
            "relevance",
            "tie_break",
            "words_in_title",
            "words_matched",
        ]
    );
    let mut foreign = value;
    foreign["commission"] = 5.into();
    assert!(serde_json::from_value::<RankView>(foreign).is_err());
}

#[test]
fn the_crate_depends_on_no_payment_attribution_or_seller_crate() {
    let manifest = include_str!("../../Cargo.toml");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
    let dependencies = dependencies.split("[dev-dependencies]").next().unwrap();
    let names: Vec<&str> = dependencies
        .lines()
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names, ["comptoir-acp", "serde"]);
}
