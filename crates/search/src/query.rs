//! A request for products, understood.

use comptoir_acp::{currency::Currency, money::Money};
use comptoir_rank::{Language, Order, PriceLimit};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::synonyms;

/// Characters of a message that are read; the rest is cut off.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Words of a message that are looked for; the rest is dropped.
pub const TERMS_MAX: usize = 24;

/// What a buyer wants to see. [`understand`](crate::understand) makes it from a sentence; it can
/// also be filled in by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductQuery {
    /// The message it was understood from, cut to [`TEXT_CHARS_MAX`] characters.
    pub text: String,
    /// The words to look for, in their order, without limits, wishes and filling words.
    pub terms: Vec<String>,
    /// The language of the message; `None` when nothing in it tells.
    pub language: Option<Language>,
    /// Nothing dearer.
    pub price_max: Option<PriceLimit>,
    /// Nothing cheaper.
    pub price_min: Option<PriceLimit>,
    /// Currency wished for.
    pub currency: Option<Currency>,
    /// Kind of product, as a key of the synonym table: `shoe`, `ceramics`, `headphones`.
    pub category: Option<String>,
    /// Colours, materials and sizes asked for.
    pub attributes: Vec<Attribute>,
    /// Brand, when the message says that it is one.
    pub brand: Option<String>,
    /// Words that must not occur.
    pub excluded: Vec<String>,
    /// How many pieces, when the message says so.
    pub quantity: Option<u32>,
    /// The order wished for.
    pub order: Order,
    /// It is meant as a gift.
    pub gift: bool,
    /// Only products that can be had now.
    pub available_only: bool,
    /// Only products of this seller.
    pub seller: Option<String>,
    /// The message was longer than what is read.
    pub truncated: bool,
    /// The current time, for freshness; unknown freshness without it.
    pub now: Option<Timestamp>,
}

/// A property of a variant that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attribute {
    /// Which property.
    pub kind: AttributeKind,
    /// Its value: a key of the synonym table for colours and materials (`red`, `leather`), the
    /// folded text for sizes (`42`, `xl`).
    pub value: String,
}

/// The properties that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// A colour.
    Colour,
    /// A material.
    Material,
    /// A size of clothes or shoes.
    Size,
}

impl ProductQuery {
    /// Sets the upper price limit.
    #[must_use]
    pub fn at_most(mut self, price: Money) -> Self {
        self.price_max = Some(PriceLimit::of(price));
        self.currency = Some(price.currency);
        self
    }

    /// Whether it asks for nothing in particular.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
            && self.category.is_none()
            && self.attributes.is_empty()
            && self.brand.is_none()
    }

    /// This query changed by a later message: "under 50 €", "in red", "the cheapest".
    ///
    /// What the later message says replaces what was said before on the same point; its words are
    /// added.
    #[must_use]
    pub fn refined_by(&self, later: &Self) -> Self {
        let mut refined = self.clone();
        later.text.clone_into(&mut refined.text);
        // "in red" after "blue shoes" takes the blue away.
        for old in &self.attributes {
            if later.attributes.iter().any(|new| new.kind == old.kind) {
                refined
                    .terms
                    .retain(|term| !synonyms::names(term, &old.value));
            }
        }
        for term in &later.terms {
            if !refined.terms.contains(term) {
                refined.terms.push(term.clone());
            }
        }
        refined.terms.truncate(TERMS_MAX);
        refined.language = later.language.or(self.language);
        if later.price_max.is_some() || later.price_min.is_some() {
            refined.price_max = later.price_max;
            refined.price_min = later.price_min;
        }
        refined.currency = later.currency.or(self.currency);
        refined.category = later.category.clone().or_else(|| self.category.clone());
        for attribute in &later.attributes {
            refined.attributes.retain(|old| old.kind != attribute.kind);
        }
        refined.attributes.extend(later.attributes.iter().cloned());
        refined.brand = later.brand.clone().or_else(|| self.brand.clone());
        refined.excluded.extend(later.excluded.iter().cloned());
        refined.quantity = later.quantity.or(self.quantity);
        if later.order != Order::Relevance {
            refined.order = later.order;
        }
        refined.gift |= later.gift;
        refined.available_only |= later.available_only;
        refined.truncated |= later.truncated;
        refined.now = later.now.or(self.now);
        refined
    }
}
