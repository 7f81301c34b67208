//! Explanations in both languages.

use comptoir_rank::{
    AvailabilityClass, Freshness, Language, PriceLimit, Query, RankView, Reason, VerifiedRating,
    explain, rank,
};

use crate::support::{money, query, view};

fn texts(query: &Query, view: RankView, language: Language) -> Vec<String> {
    let ranked = rank(query, &[view]);
    explain(&ranked[0])
        .iter()
        .map(|reason| reason.text(language))
        .collect()
}

#[test]
fn every_reason_is_said_in_both_languages() {
    let query = Query {
        price_max: Some(PriceLimit::of(money(10_000, "EUR"))),
        attributes_asked: 2,
        ..query()
    };
    let view = RankView {
        brand_match: true,
        category_match: true,
        attributes_matched: 1,
        list_price: Some(money(12_000, "EUR")),
        rating: Some(VerifiedRating {
            tenths: 47,
            count: 12,
        }),
        freshness: Freshness::Day,
        ..view(8_900)
    };
    assert_eq!(
        texts(&query, view.clone(), Language::English),
        [
            "matches “running” and “shoes”",
            "the brand you asked for",
            "the kind of product you asked for",
            "has 1 of the 2 options you asked for",
            "under your limit by 11.00 EUR",
            "25 % below the list price the seller states",
            "in stock",
            "rated 4.7 of 5 by 12 verified buyers",
            "price and stock confirmed within a day",
        ]
    );
    assert_eq!(
        texts(&query, view, Language::French),
        [
            "correspond à “running” et “shoes”",
            "la marque demandée",
            "le type de produit demandé",
            "a 1 des 2 options demandées",
            "11.00 EUR sous votre limite",
            "25 % sous le prix de référence annoncé par le vendeur",
            "en stock",
            "noté 4,7 sur 5 par 12 acheteurs vérifiés",
            "prix et stock confirmés depuis moins d'un jour",
        ]
    );
}

#[test]
fn reasons_claim_nothing_that_is_not_so() {
    let view = RankView {
        words_matched: 0b01,
        availability: AvailabilityClass::Unknown,
        list_price: Some(money(8_899, "EUR")),
        rating: Some(VerifiedRating {
            tenths: 50,
            count: 1,
        }),
        ..view(8_900)
    };
    assert_eq!(
        texts(&query(), view, Language::English),
        ["matches “running”, not every word"]
    );
}

#[test]
fn a_price_at_the_limit_is_said_to_be_there() {
    let query = Query {
        price_max: Some(PriceLimit::of(money(8_900, "EUR"))),
        ..query()
    };
    let ranked = rank(&query, &[view(8_900)]);
    let by = Some(money(0, "EUR"));
    assert!(explain(&ranked[0]).contains(&Reason::UnderLimit { by }));
    assert!(
        texts(&query, view(8_900), Language::English).contains(&"exactly at your limit".to_owned())
    );
}
