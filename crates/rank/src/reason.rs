//! Why a product stands where it stands, in words.

use std::fmt::Write as _;

use comptoir_acp::money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    language::Language,
    query::PriceLimit,
    ranking::Ranked,
    term::{Term, TermKind},
    view::{AvailabilityClass, Freshness, VerifiedRating},
};

/// One statement about a ranked product, taken from the terms of its score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// It matches these words, all that were asked for or some.
    Matches {
        /// The words.
        words: Vec<String>,
        /// Whether no asked word is missing.
        all: bool,
    },
    /// It has the asked brand.
    Brand,
    /// It is of the asked category.
    Category,
    /// It has the asked attributes, all or some.
    Attributes {
        /// How many it has.
        found: u8,
        /// How many were asked for.
        asked: u8,
    },
    /// It costs less than the limit, by this much (zero: exactly the limit).
    UnderLimit {
        /// The distance; absent when the limit is finer than the currency's minor unit.
        by: Option<Money>,
    },
    /// It is reduced by this many whole percent, rounded down.
    Reduced {
        /// Percent off the list price.
        percent: u8,
    },
    /// Its availability.
    Availability {
        /// The declared class.
        class: AvailabilityClass,
    },
    /// It has a verified rating.
    Rated {
        /// The rating.
        rating: VerifiedRating,
    },
    /// Price and stock were confirmed within a day.
    ConfirmedToday,
}

/// The reasons behind a place, strongest first.
#[must_use]
pub fn explain(ranked: &Ranked) -> Vec<Reason> {
    ranked.terms.iter().filter_map(reason).collect()
}

fn reason(term: &Term) -> Option<Reason> {
    match &term.kind {
        TermKind::Words { found, asked } if !found.is_empty() => Some(Reason::Matches {
            words: found.clone(),
            all: u32::try_from(found.len()).is_ok_and(|count| count == *asked),
        }),
        TermKind::Brand => Some(Reason::Brand),
        TermKind::Category => Some(Reason::Category),
        TermKind::Attributes { found, asked } if *found > 0 => Some(Reason::Attributes {
            found: *found,
            asked: *asked,
        }),
        TermKind::WithinLimit { limit, price } => Some(Reason::UnderLimit {
            by: below(limit, *price),
        }),
        TermKind::Reduced { price, list_price } => {
            let percent = percent_off(*price, *list_price);
            (percent > 0).then_some(Reason::Reduced { percent })
        }
        TermKind::Availability { class } if *class != AvailabilityClass::Unknown => {
            Some(Reason::Availability { class: *class })
        }
        TermKind::Rating { rating } => Some(Reason::Rated { rating: *rating }),
        TermKind::Freshness {
            bucket: Freshness::Day,
        } => Some(Reason::ConfirmedToday),
        TermKind::Text
        | TermKind::Words { .. }
        | TermKind::Title { .. }
        | TermKind::Attributes { .. }
        | TermKind::Availability { .. }
        | TermKind::Freshness { .. }
        | TermKind::Completeness { .. } => None,
    }
}

fn below(limit: &PriceLimit, price: Money) -> Option<Money> {
    let limit = limit.money_in(price.currency)?;
    let amount = limit.amount.checked_sub(price.amount).ok()?;
    Some(Money {
        amount,
        currency: price.currency,
    })
}

fn percent_off(price: Money, list_price: Money) -> u8 {
    let list = i128::from(list_price.amount.get());
    let off = list
        .saturating_sub(i128::from(price.amount.get()))
        .saturating_mul(100);
    u8::try_from(off.checked_div(list).unwrap_or(0)).unwrap_or(0)
}

impl Reason {
    /// The reason as a short phrase, without a full stop.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::French => self.french(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Matches { words, all: true } => format!("matches {}", quoted(words, "and")),
            Self::Matches { words, all: false } => {
                format!("matches {}, not every word", quoted(words, "and"))
            }
            Self::Brand => "the brand you asked for".to_owned(),
            Self::Category => "the kind of product you asked for".to_owned(),
            Self::Attributes { found, asked } if found == asked => {
                "has the options you asked for".to_owned()
            }
            Self::Attributes { found, asked } => {
                format!("has {found} of the {asked} options you asked for")
            }
            Self::UnderLimit { by: Some(by) } if by.amount.get() == 0 => {
                "exactly at your limit".to_owned()
            }
            Self::UnderLimit { by: Some(by) } => format!("under your limit by {}", by.display()),
            Self::UnderLimit { by: None } => "within your limit".to_owned(),
            Self::Reduced { percent } => {
                format!("{percent} % below the list price the seller states")
            }
            Self::Availability { class } => english_availability(*class).to_owned(),
            Self::Rated { rating } => format!(
                "rated {}.{} of 5 by {} verified buyers",
                rating.tenths / 10,
                rating.tenths % 10,
                rating.count
            ),
            Self::ConfirmedToday => "price and stock confirmed within a day".to_owned(),
        }
    }

    fn french(&self) -> String {
        match self {
            Self::Matches { words, all: true } => format!("correspond à {}", quoted(words, "et")),
            Self::Matches { words, all: false } => {
                format!("correspond à {}, pas à tous les mots", quoted(words, "et"))
            }
            Self::Brand => "la marque demandée".to_owned(),
            Self::Category => "le type de produit demandé".to_owned(),
            Self::Attributes { found, asked } if found == asked => {
                "a les options demandées".to_owned()
            }
            Self::Attributes { found, asked } => {
                format!("a {found} des {asked} options demandées")
            }
            Self::UnderLimit { by: Some(by) } if by.amount.get() == 0 => {
                "exactement à votre limite".to_owned()
            }
            Self::UnderLimit { by: Some(by) } => {
                format!("{} sous votre limite", by.display())
            }
            Self::UnderLimit { by: None } => "dans votre limite".to_owned(),
            Self::Reduced { percent } => {
                format!("{percent} % sous le prix de référence annoncé par le vendeur")
            }
            Self::Availability { class } => french_availability(*class).to_owned(),
            Self::Rated { rating } => format!(
                "noté {},{} sur 5 par {} acheteurs vérifiés",
                rating.tenths / 10,
                rating.tenths % 10,
                rating.count
            ),
            Self::ConfirmedToday => "prix et stock confirmés depuis moins d'un jour".to_owned(),
        }
    }
}

fn english_availability(class: AvailabilityClass) -> &'static str {
    match class {
        AvailabilityClass::InStock => "in stock",
        AvailabilityClass::LimitedStock => "in stock, few left",
        AvailabilityClass::Unknown => "stock not stated",
        AvailabilityClass::Preorder => "can be pre-ordered",
        AvailabilityClass::Backorder => "on back order",
        AvailabilityClass::OutOfStock => "out of stock",
        AvailabilityClass::Discontinued => "no longer made",
    }
}

fn french_availability(class: AvailabilityClass) -> &'static str {
    match class {
        AvailabilityClass::InStock => "en stock",
        AvailabilityClass::LimitedStock => "en stock, derniers exemplaires",
        AvailabilityClass::Unknown => "stock non indiqué",
        AvailabilityClass::Preorder => "en précommande",
        AvailabilityClass::Backorder => "en réapprovisionnement",
        AvailabilityClass::OutOfStock => "en rupture de stock",
        AvailabilityClass::Discontinued => "n'est plus fabriqué",
    }
}

/// `“a”, “b” and “c”`.
fn quoted(words: &[String], and: &str) -> String {
    let mut text = String::new();
    for (position, word) in words.iter().enumerate() {
        if position > 0 && position.saturating_add(1) == words.len() {
            let _ = write!(text, " {and} ");
        } else if position > 0 {
            text.push_str(", ");
        }
        let _ = write!(text, "“{word}”");
    }
    text
}
