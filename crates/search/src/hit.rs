//! From a stored product to the record that is ranked, and to the result shown.

mod choice;

use std::{cmp::Ordering, collections::HashSet};

use comptoir_feed::{Product, Variant};
use comptoir_rank::{
    AvailabilityClass, Freshness, PriceLimit, Query, RankView, Ranked, Reason, Term, explain,
};
use comptoir_signing::{keyed::hmac_sha256, secret::SecretKey};
use jiff::Timestamp;

use self::choice::{Choice, is_size};
use crate::{
    document::{self, option_of},
    groups::Group,
    index::StoredProduct,
    query::{Attribute, AttributeKind, ProductQuery},
    synonyms::{self, Concept},
    words,
};

/// One result.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Whose product it is.
    pub seller: String,
    /// The product.
    pub product_id: String,
    /// The variant that fits the query best.
    pub variant_id: String,
    /// The whole product, as its feed gave it.
    pub product: Product,
    /// When its feed last confirmed it.
    pub observed_at: Option<Timestamp>,
    /// Every word that was asked for is in it.
    pub complete: bool,
    /// What the ranking saw.
    pub rank_view: RankView,
    /// Sum of the terms.
    pub score: i64,
    /// The terms of its score.
    pub terms: Vec<Term>,
    /// Why it stands where it stands.
    pub reasons: Vec<Reason>,
}

impl Hit {
    /// The variant that fits the query best.
    #[must_use]
    pub fn variant(&self) -> Option<&Variant> {
        self.product
            .variants
            .iter()
            .find(|variant| variant.id == self.variant_id)
    }
}

/// A candidate with its view, before ranking.
pub(crate) struct Loaded {
    stored: StoredProduct,
    variant_id: String,
    complete: bool,
    pub(crate) view: RankView,
}

impl Loaded {
    pub(crate) fn into_hit(self, ranked: &Ranked) -> Hit {
        Hit {
            seller: self.stored.seller,
            product_id: self.stored.product.id.clone(),
            variant_id: self.variant_id,
            product: self.stored.product,
            observed_at: self.stored.observed_at,
            complete: self.complete,
            rank_view: self.view,
            score: ranked.score,
            terms: ranked.terms.clone(),
            reasons: explain(ranked),
        }
    }
}

/// The query, prepared for looking at many products.
pub(crate) struct Asked<'a> {
    query: &'a ProductQuery,
    groups: &'a [Group],
    rank_query: Query,
    category: Option<&'static Concept>,
    own_tokens: HashSet<&'a str>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(query: &'a ProductQuery, groups: &'a [Group]) -> Self {
        let rank_query = Query {
            words: groups.iter().map(|group| group.surface.clone()).collect(),
            price_max: query.price_max,
            price_min: query.price_min,
            currency: query.currency,
            attributes_asked: u8::try_from(query.attributes.len()).unwrap_or(u8::MAX),
            order: query.order,
        };
        let own = groups
            .iter()
            .flat_map(|group| &group.forms)
            .filter(|form| form.own);
        Self {
            query,
            groups,
            rank_query,
            category: query.category.as_deref().and_then(synonyms::concept),
            own_tokens: own
                .flat_map(|form| &form.tokens)
                .map(String::as_str)
                .collect(),
        }
    }

    pub(crate) fn rank_query(&self) -> &Query {
        &self.rank_query
    }

    /// Keyed hash of query, seller and product.
    pub(crate) fn tie_break(&self, key: &SecretKey, stored: &StoredProduct) -> u64 {
        let words = self.rank_query.words.join(" ");
        let text = format!("{words}\n{}\n{}", stored.seller, stored.product.id);
        let digest = hmac_sha256(key, text.as_bytes());
        digest
            .iter()
            .take(8)
            .fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
    }

    /// The record to rank; `None` when no variant is what was asked for.
    pub(crate) fn view(
        &self,
        stored: StoredProduct,
        score: f32,
        complete: bool,
        tie_break: u64,
    ) -> Option<Loaded> {
        let product = &stored.product;
        let title: HashSet<String> = words::tokens(document::product_title(product))
            .into_iter()
            .collect();
        let choice = self.choose(product, &title)?;
        let variant = choice.variant;
        let all_words = mask(self.groups.iter().map(|_| true));
        let words_matched = if complete {
            all_words
        } else {
            self.words_matched(product, &title)
        };
        let view = RankView {
            relevance: thousandths(score),
            words_matched,
            words_in_title: mask(self.groups.iter().map(|group| group.is_in(&title))),
            brand_match: self.has_brand(variant),
            category_match: self.has_category(product, &title),
            attributes_matched: choice.attributes,
            price: document::price_of(variant),
            list_price: document::list_price_of(variant),
            availability: availability(variant),
            rating: None,
            freshness: freshness(stored.observed_at, self.query.now),
            completeness: document::completeness(product, variant),
            tie_break,
        };
        let variant_id = variant.id.clone();
        Some(Loaded {
            complete: words_matched == all_words,
            stored,
            variant_id,
            view,
        })
    }

    fn words_matched(&self, product: &Product, title: &HashSet<String>) -> u64 {
        let mut tokens: HashSet<String> = document::combined_text(product)
            .tokens
            .into_iter()
            .map(|token| token.text)
            .collect();
        tokens.extend(title.iter().cloned());
        mask(self.groups.iter().map(|group| group.is_in(&tokens)))
    }

    /// The variant within the limits that has most of what was asked for, can be had soonest and
    /// costs least.
    fn choose<'p>(&self, product: &'p Product, title: &HashSet<String>) -> Option<Choice<'p>> {
        let mut choices: Vec<Choice<'p>> = product
            .variants
            .iter()
            .enumerate()
            .map(|(position, variant)| self.judge(position, variant, title))
            .collect();
        if self.asks_size() && choices.iter().any(|choice| choice.declares_size) {
            choices.retain(|choice| choice.has_size);
        }
        if self.query.available_only {
            choices.retain(|choice| choice.availability <= AvailabilityClass::LimitedStock);
        }
        choices.into_iter().min_by(Choice::compare)
    }

    fn judge<'p>(
        &self,
        position: usize,
        variant: &'p Variant,
        title: &HashSet<String>,
    ) -> Choice<'p> {
        const SIZES: &[&str] = &["size", "taille", "pointure", "shoe size", "eu size"];
        let own: HashSet<String> = variant
            .variant_options
            .iter()
            .flatten()
            .map(|option| option.value.as_str())
            .chain(std::iter::once(variant.title.as_str()))
            .flat_map(words::tokens)
            .collect();
        let size = option_of(variant, SIZES).map(words::fold);
        let has = |attribute: &Attribute| match attribute.kind {
            AttributeKind::Size => size
                .as_ref()
                .is_some_and(|size| is_size(size, &attribute.value)),
            AttributeKind::Colour | AttributeKind::Material => synonyms::concept(&attribute.value)
                .is_some_and(|concept| {
                    concept.forms().any(|form| {
                        form.iter()
                            .all(|token| own.contains(token) || title.contains(token))
                    })
                }),
        };
        let matched = self
            .query
            .attributes
            .iter()
            .filter(|attribute| has(attribute))
            .count();
        let sizes = || {
            self.query
                .attributes
                .iter()
                .filter(|a| a.kind == AttributeKind::Size)
        };
        Choice {
            position,
            variant,
            within_limits: self.within_limits(variant),
            attributes: u8::try_from(matched).unwrap_or(u8::MAX),
            has_size: sizes().all(&has),
            declares_size: size.is_some(),
            availability: availability(variant),
        }
    }

    fn asks_size(&self) -> bool {
        self.query
            .attributes
            .iter()
            .any(|attribute| attribute.kind == AttributeKind::Size)
    }

    fn within_limits(&self, variant: &Variant) -> bool {
        let price = document::price_of(variant);
        let keeps = |limit: Option<PriceLimit>, forbidden: Ordering| {
            limit.is_none_or(|limit| {
                price
                    .and_then(|price| limit.compare(price))
                    .is_some_and(|order| order != forbidden)
            })
        };
        keeps(self.query.price_max, Ordering::Greater)
            && keeps(self.query.price_min, Ordering::Less)
    }

    /// The whole brand name is among the asked words, or it was named as the brand.
    fn has_brand(&self, variant: &Variant) -> bool {
        let Some(brand) = option_of(variant, &["brand", "marque", "vendor", "manufacturer"]) else {
            return false;
        };
        let tokens = words::tokens(brand);
        let named = self
            .query
            .brand
            .as_deref()
            .map(words::tokens)
            .unwrap_or_default();
        let asked =
            |token: &String| self.own_tokens.contains(token.as_str()) || named.contains(token);
        !tokens.is_empty() && tokens.iter().all(asked)
    }

    fn has_category(&self, product: &Product, title: &HashSet<String>) -> bool {
        let Some(category) = self.category else {
            return false;
        };
        let declared: HashSet<String> = product
            .variants
            .iter()
            .flat_map(|variant| variant.categories.iter().flatten())
            .flat_map(|category| words::tokens(&category.value))
            .collect();
        category.forms().any(|form| {
            form.iter()
                .all(|token| title.contains(token) || declared.contains(token))
        })
    }
}

impl Group {
    /// Whether any form occurs in `tokens`.
    fn is_in(&self, tokens: &HashSet<String>) -> bool {
        self.forms
            .iter()
            .any(|form| form.tokens.iter().all(|token| tokens.contains(token)))
    }
}

/// The bits of what is true, first position lowest; positions beyond 63 do not count.
fn mask(bits: impl Iterator<Item = bool>) -> u64 {
    bits.zip(0_u32..64)
        .fold(0, |mask, (set, bit)| mask | (u64::from(set) << bit))
}

fn availability(variant: &Variant) -> AvailabilityClass {
    let Some(declared) = &variant.availability else {
        return AvailabilityClass::Unknown;
    };
    match (declared.status.as_deref(), declared.available) {
        (Some("discontinued"), _) => AvailabilityClass::Discontinued,
        (Some("out_of_stock"), _) | (_, Some(false)) => AvailabilityClass::OutOfStock,
        (Some("in_stock"), _) | (None, Some(true)) => AvailabilityClass::InStock,
        (Some("limited_stock"), _) => AvailabilityClass::LimitedStock,
        (Some("preorder" | "pre_order"), _) => AvailabilityClass::Preorder,
        (Some("backorder"), _) => AvailabilityClass::Backorder,
        (Some(_) | None, _) => AvailabilityClass::Unknown,
    }
}

fn freshness(observed_at: Option<Timestamp>, now: Option<Timestamp>) -> Freshness {
    const DAY_S: i64 = 86_400;
    const WEEK_S: i64 = 7 * DAY_S;
    const MONTH_S: i64 = 30 * DAY_S;
    let (Some(observed_at), Some(now)) = (observed_at, now) else {
        return Freshness::Unknown;
    };
    match now.as_second().saturating_sub(observed_at.as_second()) {
        age if age <= DAY_S => Freshness::Day,
        age if age <= WEEK_S => Freshness::Week,
        age if age <= MONTH_S => Freshness::Month,
        _ => Freshness::Older,
    }
}

/// A text score in thousandths.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the only way from a float to an integer; the value is clamped to the range first"
)]
fn thousandths(score: f32) -> u32 {
    (f64::from(score) * 1_000.0).round().clamp(0.0, 1_000_000.0) as u32
}
