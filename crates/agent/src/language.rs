//! The languages of the page: which one a buyer gets, and every word in it.

mod amount;
mod english;
mod french;
mod words;

use serde::{Deserialize, Serialize};

pub(crate) use words::Words;

/// A language the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, also the fallback.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// The BCP 47 tag, for `lang` attributes and the session's `locale`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Reads a tag such as `fr`, `fr-CA` or `en_GB`; `None` for languages the page does not speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else if primary.eq_ignore_ascii_case("fr") {
            Some(Self::Fr)
        } else {
            None
        }
    }

    /// Picks from an `Accept-Language` header, by the highest `q`; ties go to the earlier entry.
    ///
    /// RFC 9110 section 12.5.4. Returns `None` when the header names no spoken language.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for entry in header.split(',').take(ACCEPT_LANGUAGE_ENTRIES_MAX) {
            let mut parts = entry.split(';');
            let Some(language) = parts.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1000, weight_thousandths);
            if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The label of the control that orders: the words the law asks for, with the total.
    ///
    /// Directive 2011/83/EU article 8(2) and CJEU C-249/21: only the words on the control count.
    #[must_use]
    pub fn order_button(self, total: &str) -> String {
        let words = match self {
            Self::En => "Order with obligation to pay",
            Self::Fr => "Commander avec obligation de paiement",
        };
        format!("{words}: {total}")
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::En => &english::WORDS,
            Self::Fr => &french::WORDS,
        }
    }
}

/// Entries of `Accept-Language` that are read; the rest of a longer header is ignored.
const ACCEPT_LANGUAGE_ENTRIES_MAX: usize = 32;

/// `0.8` is 800; what is not a weight counts as 0.
fn weight_thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), digits.parse::<u32>()) {
        (Ok(whole), Ok(fraction)) if whole <= 1 => (whole * 1000 + fraction).min(1000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_prefers_the_highest_weight() {
        assert_eq!(
            Language::from_accept_language("de, fr;q=0.8, en;q=0.5"),
            Some(Language::Fr)
        );
        assert_eq!(
            Language::from_accept_language("en;q=0.2,fr-CA"),
            Some(Language::Fr)
        );
        assert_eq!(Language::from_accept_language("fr;q=0, de"), None);
        assert_eq!(Language::from_accept_language("x;q=;;,,"), None);
    }

    #[test]
    fn order_button_names_the_obligation_and_the_total() {
        insta::assert_snapshot!(Language::En.order_button("84.20 EUR"), @"Order with obligation to pay: 84.20 EUR");
        insta::assert_snapshot!(Language::Fr.order_button("84,20 €"), @"Commander avec obligation de paiement: 84,20 €");
    }
}
