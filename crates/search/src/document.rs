//! A product as an index document: one combined text, and what filters need.

use std::collections::HashMap;

use comptoir_acp::money::Money;
use comptoir_feed::{Product, Variant};
use comptoir_rank::PriceLimit;
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::words;

/// How often a title token counts in the combined text.
const TITLE_WEIGHT: usize = 5;
/// How often one token counts in the title, and once more in the rest: repeating it further
/// gains nothing.
const REPEATS_MAX: usize = 3;
/// Title tokens that count.
const TITLE_TOKENS_MAX: usize = 60;
/// Tokens of the other texts that count.
const BODY_TOKENS_MAX: usize = 2_000;

/// The combined text: the title weighted, everything else once, no token more than a few times.
pub(crate) fn combined_text(product: &Product) -> PreTokenizedString {
    let mut title = words::tokens(product_title(product));
    title.truncate(TITLE_TOKENS_MAX);
    let mut tokens =
        Vec::with_capacity(title.len().saturating_mul(TITLE_WEIGHT).saturating_add(64));
    let mut counts: HashMap<String, usize> = HashMap::new();
    for token in &title {
        let count = counts.entry(token.clone()).or_default();
        if *count < REPEATS_MAX {
            tokens.extend(std::iter::repeat_n(token.clone(), TITLE_WEIGHT));
        }
        *count = count.saturating_add(1);
    }
    counts.clear();
    let mut body = body_tokens(product);
    body.truncate(BODY_TOKENS_MAX);
    for token in body {
        let count = counts.entry(token.clone()).or_default();
        if *count < REPEATS_MAX {
            tokens.push(token);
        }
        *count = count.saturating_add(1);
    }
    pre_tokenized(tokens)
}

/// The product's title, or that of its first variant.
pub(crate) fn product_title(product: &Product) -> &str {
    let first = || {
        product
            .variants
            .first()
            .map(|variant| variant.title.as_str())
    };
    product.title.as_deref().or_else(first).unwrap_or_default()
}

/// Tokens of everything but the title. A value that all variants share counts once.
fn body_tokens(product: &Product) -> Vec<String> {
    let title = product_title(product);
    let mut seen: Vec<&str> = vec![title];
    let mut texts: Vec<&str> = Vec::new();
    for variant in &product.variants {
        let options = variant.variant_options.iter().flatten();
        let categories = variant
            .categories
            .iter()
            .flatten()
            .map(|category| category.value.as_str());
        let barcodes = variant
            .barcodes
            .iter()
            .flatten()
            .map(|barcode| barcode.value.as_str());
        let own = std::iter::once(variant.title.as_str())
            .chain(categories)
            .chain(options.map(option_text))
            .chain(barcodes)
            .chain(plain(variant.description.as_ref()));
        for text in own {
            if seen.len() < 20_000 && !seen.contains(&text) {
                seen.push(text);
                texts.push(text);
            }
        }
    }
    texts.extend(plain(product.description.as_ref()));
    texts.iter().flat_map(|text| words::tokens(text)).collect()
}

/// The value of an option, or its name when the value is a plain yes. Names alone would make every
/// product with "bluetooth: no" a match for bluetooth.
fn option_text(option: &comptoir_feed::VariantOption) -> &str {
    match option.value.to_lowercase().as_str() {
        "yes" | "true" | "oui" => &option.name,
        "no" | "false" | "non" => "",
        _ => &option.value,
    }
}

fn plain(description: Option<&comptoir_feed::Description>) -> Option<&str> {
    let description = description?;
    description
        .plain
        .as_deref()
        .or(description.markdown.as_deref())
}

/// Tokens at growing positions; offsets do not matter, because the text is not stored.
fn pre_tokenized(tokens: Vec<String>) -> PreTokenizedString {
    let tokens = tokens
        .into_iter()
        .enumerate()
        .map(|(position, text)| Token {
            offset_from: 0,
            offset_to: 0,
            position,
            text,
            position_length: 1,
        })
        .collect();
    PreTokenizedString {
        text: String::new(),
        tokens,
    }
}

/// A price as one number that sorts and filters: 16 bits of currency, 48 bits of ten-thousandths.
pub(crate) fn price_code(money: Money) -> u64 {
    const VALUE_MAX: i64 = (1 << 48) - 1;
    let value = PriceLimit::of(money).ten_thousandths.clamp(0, VALUE_MAX);
    (currency_code(money) << 48) | u64::try_from(value).unwrap_or(0)
}

/// The currency's letters, five bits each.
fn currency_code(money: Money) -> u64 {
    money.currency.code().bytes().fold(0, |code, letter| {
        (code << 5) | u64::from(letter.saturating_sub(b'a') & 31)
    })
}

/// Whether a [`price_code`] lies within limits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PriceFilter {
    currency: Option<u64>,
    min: u64,
    max: u64,
}

impl PriceFilter {
    /// `None` when there is no limit.
    pub(crate) fn new(min: Option<PriceLimit>, max: Option<PriceLimit>) -> Option<Self> {
        if min.is_none() && max.is_none() {
            return None;
        }
        let value = |limit: PriceLimit| u64::try_from(limit.ten_thousandths.max(0)).unwrap_or(0);
        let currency = max
            .and_then(|limit| limit.currency)
            .or(min.and_then(|limit| limit.currency));
        let currency = currency.map(|currency| {
            currency_code(Money::new(comptoir_acp::money::MinorUnits::ZERO, currency))
        });
        Some(Self {
            currency,
            min: min.map_or(0, value),
            max: max.map_or(u64::MAX, value),
        })
    }

    pub(crate) fn admits(self, code: u64) -> bool {
        let value = code & ((1 << 48) - 1);
        self.currency.is_none_or(|currency| code >> 48 == currency)
            && (self.min..=self.max).contains(&value)
    }
}

/// The price of a variant as money.
pub(crate) fn price_of(variant: &Variant) -> Option<Money> {
    variant
        .price
        .as_ref()
        .map(|price| Money::new(price.amount, price.currency))
}

/// The list price of a variant as money.
pub(crate) fn list_price_of(variant: &Variant) -> Option<Money> {
    variant
        .list_price
        .as_ref()
        .map(|price| Money::new(price.amount, price.currency))
}

/// The option of this name, whatever its case.
pub(crate) fn option_of<'a>(variant: &'a Variant, names: &[&str]) -> Option<&'a str> {
    let options = variant.variant_options.iter().flatten();
    options
        .filter(|option| {
            names
                .iter()
                .any(|name| option.name.eq_ignore_ascii_case(name))
        })
        .map(|option| option.value.as_str())
        .next()
}

/// Share of the useful fields that are filled in, 0 to 100.
pub(crate) fn completeness(product: &Product, variant: &Variant) -> u8 {
    let has_media = product.media.as_ref().is_some_and(|list| !list.is_empty())
        || variant.media.as_ref().is_some_and(|list| !list.is_empty());
    let has = [
        product.description.is_some() || variant.description.is_some(),
        has_media,
        variant.price.is_some(),
        variant.availability.is_some(),
        variant.variant_options.is_some(),
        variant.categories.is_some(),
        variant.barcodes.is_some(),
        variant.seller.is_some(),
        product.url.is_some() || variant.url.is_some(),
        variant.condition.is_some(),
    ];
    u8::try_from(
        has.iter()
            .filter(|present| **present)
            .count()
            .saturating_mul(10),
    )
    .unwrap_or(100)
}
