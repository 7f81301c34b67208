//! Wishes beside the product itself: order, stock, size, brand, quantity, what it must not be.

use comptoir_rank::{Language, Order};

use super::mark::Marks;
use crate::{
    language::is_stop_word,
    query::{Attribute, AttributeKind, ProductQuery},
    words::unit,
};

const CHEAP: &[&[&str]] = &[
    &["lowest", "price"],
    &["lowest", "prices"],
    &["lowest", "priced"],
    &["low", "price"],
    &["least", "expensive"],
    &["less", "expensive"],
    &["most", "affordable"],
    &["cheapest"],
    &["cheaper"],
    &["cheap"],
    &["inexpensive"],
    &["affordable"],
    &["low", "cost"],
    &["les", "moins", "chers"],
    &["les", "moins", "cheres"],
    &["moins", "cher"],
    &["moins", "chere"],
    &["moins", "chers"],
    &["moins", "cheres"],
    &["pas", "trop", "cher"],
    &["pas", "cher"],
    &["pas", "chere"],
    &["pas", "chers"],
    &["pas", "cheres"],
    &["bon", "marche"],
    &["petit", "prix"],
    &["petits", "prix"],
    &["abordable"],
    &["abordables"],
];

const DEAR: &[&[&str]] = &[
    &["most", "expensive"],
    &["highest", "price"],
    &["plus", "cher"],
    &["plus", "chere"],
    &["plus", "chers"],
    &["plus", "cheres"],
];

const NEW: &[&[&str]] = &[
    &["newest"],
    &["latest"],
    &["most", "recent"],
    &["new", "arrivals"],
    &["plus", "recent"],
    &["plus", "recents"],
    &["plus", "recente"],
    &["plus", "recentes"],
    &["dernieres", "nouveautes"],
    &["nouveautes"],
];

const IN_STOCK: &[&[&str]] = &[
    &["in", "stock"],
    &["en", "stock"],
    &["available", "now"],
    &["disponible", "immediatement"],
    &["disponibles", "immediatement"],
];

const SIZE: &[&str] = &["size", "sizes", "taille", "pointure"];

/// Words behind which a number says how many.
const WANT: &[&str] = &[
    "need",
    "want",
    "buy",
    "get",
    "order",
    "veux",
    "voudrais",
    "acheter",
    "cherche",
    "faut",
    "commander",
    "prends",
    "take",
];

/// Nouns that make the number before them part of the product: a 2 person tent, a 4 port hub.
const COUNTED: &[&str] = &[
    "person",
    "persons",
    "people",
    "port",
    "ports",
    "pack",
    "personne",
    "personnes",
    "place",
    "places",
    "piece",
    "pieces",
    "player",
    "players",
    "way",
    "in",
    "x",
    "year",
    "years",
    "ans",
];

/// Reads every wish.
pub(super) fn read(marks: &mut Marks, query: &mut ProductQuery) {
    for (phrases, order) in [
        (CHEAP, Order::PriceLow),
        (DEAR, Order::PriceHigh),
        (NEW, Order::Newest),
    ] {
        while marks.take_any(phrases) {
            query.order = order;
        }
    }
    query.available_only = marks.take_any(IN_STOCK);
    read_size(marks, query);
    read_brand(marks, query);
    read_quantity(marks, query);
    read_exclusions(marks, query);
}

fn read_size(marks: &mut Marks, query: &mut ProductQuery) {
    for position in 0..marks.list.len() {
        let value = marks.word(position.saturating_add(1));
        let is_size = value.bytes().any(|b| b.is_ascii_digit())
            || matches!(value, "xs" | "s" | "m" | "l" | "xl" | "xxl" | "xxxl")
            || matches!(value, "small" | "medium" | "large" | "unique");
        if SIZE.contains(&marks.word(position)) && is_size && value.len() <= 6 {
            let value = value.to_owned();
            query.attributes.push(Attribute {
                kind: AttributeKind::Size,
                value,
            });
            marks.take(position..position.saturating_add(2));
            return;
        }
    }
}

fn read_brand(marks: &mut Marks, query: &mut ProductQuery) {
    const LEADS: &[&[&str]] = &[
        &["de", "la", "marque"],
        &["de", "marque"],
        &["the", "brand"],
        &["made", "by"],
        &["marque"],
        &["brand"],
    ];
    for position in 0..marks.list.len() {
        let Some(lead) = LEADS.iter().find(|lead| marks.starts(position, lead)) else {
            continue;
        };
        let at = position.saturating_add(lead.len());
        if let Some(mark) = marks.get(at).filter(|mark| !mark.used)
            && !is_stop_word(&mark.piece.text, Some(Language::English))
        {
            query.brand = Some(mark.piece.text.clone());
            // The brand's name stays a word to look for; its introduction does not.
            marks.take(position..at);
            return;
        }
    }
}

fn read_quantity(marks: &mut Marks, query: &mut ProductQuery) {
    for position in 1..marks.list.len() {
        let before = marks.word(position.saturating_sub(1));
        let after = marks.word(position.saturating_add(1));
        let Some(mark) = marks.get(position).filter(|mark| !mark.used) else {
            continue;
        };
        let digits = mark.piece.text.len() <= 2;
        let count = match mark.number {
            Some(value) if digits && value % 10_000 == 0 => u32::try_from(value / 10_000).ok(),
            _ => number_word(&mark.piece.text),
        };
        let fits = count.is_some_and(|count| count > 0)
            && WANT.contains(&before)
            && !COUNTED.contains(&after)
            && !unit::is_unit(after)
            && !after.is_empty();
        if fits {
            query.quantity = count;
            marks.take(position..position.saturating_add(1));
            return;
        }
    }
}

fn number_word(word: &str) -> Option<u32> {
    let count = match word {
        "two" | "deux" => 2,
        "three" | "trois" => 3,
        "four" | "quatre" => 4,
        "five" | "cinq" => 5,
        "six" => 6,
        "seven" | "sept" => 7,
        "eight" | "huit" => 8,
        "nine" | "neuf" => 9,
        "ten" | "dix" => 10,
        "twelve" | "douze" => 12,
        _ => return None,
    };
    Some(count)
}

fn read_exclusions(marks: &mut Marks, query: &mut ProductQuery) {
    const LEADS: &[&[&str]] = &[
        &["without"],
        &["excluding"],
        &["except"],
        &["but", "not"],
        &["not"],
        &["sauf"],
        &["sans"],
        &["pas", "de"],
        &["pas", "en"],
    ];
    const BETWEEN: &[&str] = &["a", "any", "the", "de", "du", "la", "le", "in", "en"];
    for position in 0..marks.list.len() {
        let Some(lead) = LEADS.iter().find(|lead| marks.starts(position, lead)) else {
            continue;
        };
        let mut at = position.saturating_add(lead.len());
        if BETWEEN.contains(&marks.word(at)) {
            at = at.saturating_add(1);
        }
        let word = marks.word(at).to_owned();
        let fixed = word == "fil" || word == "fils";
        let usable = marks.get(at).is_some_and(|mark| !mark.used) && !fixed;
        if usable && !is_stop_word(&word, query.language) {
            query.excluded.push(word);
            marks.take(position..at.saturating_add(1));
        }
    }
}
