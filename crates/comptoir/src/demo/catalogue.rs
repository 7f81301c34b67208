//! The three demo catalogues, built from the tables in `crates/comptoir/demo` as ACP feed products.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use comptoir_backends::ItemDetail;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};

/// The shops of the demo: a running shop, a ceramics studio, an electronics and digital goods shop.
const TABLES: [&str; 3] = [
    include_str!("../../demo/foulee.toml"),
    include_str!("../../demo/kiln.toml"),
    include_str!("../../demo/northlight.toml"),
];

/// Variants of one product at most, so that options of many values stay readable.
const VARIANTS_MAX: usize = 12;

/// A demo shop and its products in the ACP feed form.
pub(crate) struct Catalogue {
    pub(crate) shop: Shop,
    pub(crate) products: Vec<Value>,
    /// Weight, fulfilment and picture by variant id; what a feed does not carry.
    pub(crate) details: BTreeMap<String, ItemDetail>,
}

/// The head of a table.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shop {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) currency: String,
    pub(crate) country: String,
    pub(crate) city: String,
    #[serde(default)]
    pub(crate) state: Option<String>,
    brand_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    shop: Shop,
    family: Vec<Family>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    category: String,
    picture: String,
    title: String,
    names: Vec<String>,
    /// Lowest and highest price in minor units.
    price: [i64; 2],
    #[serde(default)]
    options: BTreeMap<String, Vec<String>>,
    text: String,
    feel: Vec<String>,
    #[serde(default)]
    digital: bool,
    weight: u32,
}

/// Builds every catalogue. `media_base` gives the address below which the n-th shop serves its
/// pictures.
pub(crate) fn build(media_base: impl Fn(usize) -> String) -> Result<Vec<Catalogue>> {
    TABLES
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let table: Table = toml::from_str(text).context("a demo catalogue is unreadable")?;
            let base = media_base(place);
            Ok(catalogue(table, &base))
        })
        .collect()
}

fn catalogue(table: Table, media_base: &str) -> Catalogue {
    let mut products = Vec::new();
    let mut details = BTreeMap::new();
    let mut number = 0;
    for family in &table.family {
        for (index, name) in family.names.iter().enumerate() {
            number += 1;
            let product = Product {
                shop: &table.shop,
                family,
                name,
                index,
                number,
                media_base,
            };
            products.push(product.feed_product(&mut details));
        }
    }
    Catalogue {
        shop: table.shop,
        products,
        details,
    }
}

/// One product of a family on its way into the feed.
struct Product<'a> {
    shop: &'a Shop,
    family: &'a Family,
    name: &'a str,
    index: usize,
    number: usize,
    media_base: &'a str,
}

impl Product<'_> {
    fn feed_product(&self, details: &mut BTreeMap<String, ItemDetail>) -> Value {
        let id = format!("{}-{:03}", self.shop.id, self.number);
        let title = self.title();
        let variants: Vec<Value> = self
            .combinations()
            .into_iter()
            .enumerate()
            .map(|(place, options)| self.variant(&id, &title, place, &options, details))
            .collect();
        json!({
            "id": id,
            "title": title,
            "description": { "plain": self.text() },
            "media": [self.picture(&id, None, &title)],
            "variants": variants,
        })
    }

    fn variant(
        &self,
        product: &str,
        title: &str,
        place: usize,
        options: &[(&str, &str)],
        details: &mut BTreeMap<String, ItemDetail>,
    ) -> Value {
        let id = format!("{product}-{:02}", place + 1);
        let names: Vec<&str> = options.iter().map(|(_, value)| *value).collect();
        let title = format!("{title} - {}", names.join(" / "));
        // Stock that differs from variant to variant: some scarce, a few sold out.
        let stock = match (self.number * 7 + place * 5) % 23 {
            0 => 0,
            step @ 1..=3 => i64::try_from(step).unwrap_or(1),
            step => i64::try_from(step * 6).unwrap_or(60),
        };
        let status = match stock {
            0 => "out_of_stock",
            1..=3 => "limited_stock",
            _ => "in_stock",
        };
        let colour = options
            .iter()
            .map(|(_, value)| *value)
            .find(|value| !value.is_empty());
        let digital = self.family.digital;
        details.insert(
            id.clone(),
            ItemDetail {
                weight_grams: self.family.weight,
                digital,
                stock: Some(stock),
            },
        );
        let options: Vec<Value> = options
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        json!({
            "id": id,
            "title": title,
            "price": { "amount": self.price(place), "currency": self.shop.currency },
            "availability": { "available": stock > 0, "status": status },
            "categories": [{ "value": self.family.category, "taxonomy": "merchant" }],
            "condition": ["new"],
            "variant_options": options,
            "media": [self.picture(product, colour, &title)],
            "seller": { "name": self.shop.name },
        })
    }

    fn title(&self) -> String {
        let brand = cycle(&self.shop.brand_words, self.number);
        self.family
            .title
            .replace("{name}", self.name)
            .replace("{brand}", brand)
    }

    fn text(&self) -> String {
        self.family
            .text
            .replace("{feel}", cycle(&self.family.feel, self.index))
    }

    /// Spread over the family's range, ending in 90 hundredths where the currency has them.
    fn price(&self, place: usize) -> i64 {
        let [low, high] = self.family.price;
        let steps = i64::try_from(self.family.names.len().max(2) - 1).unwrap_or(1);
        let step = i64::try_from((self.index * 5) % self.family.names.len().max(1)).unwrap_or(0);
        let raw = low + (high - low) * step / steps + i64::try_from(place % 3).unwrap_or(0) * 100;
        (raw / 100) * 100 + 90
    }

    /// Option values combined, the first option slowest, bounded by [`VARIANTS_MAX`].
    fn combinations(&self) -> Vec<Vec<(&str, &str)>> {
        let mut rows: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        for (name, values) in &self.family.options {
            rows = rows
                .iter()
                .flat_map(|row| {
                    values.iter().map(|value| {
                        let mut longer = row.clone();
                        longer.push((name.as_str(), value.as_str()));
                        longer
                    })
                })
                .collect();
        }
        rows.truncate(VARIANTS_MAX);
        rows
    }

    fn picture(&self, product: &str, colour: Option<&str>, alt: &str) -> Value {
        let kind = &self.family.picture;
        let query = colour
            .map(|colour| colour.replace(' ', "+"))
            .unwrap_or_default();
        let url = format!("{}/media/{kind}/{product}.svg?c={query}", self.media_base);
        // Words with accents are escaped, as a URI has them.
        let url = Url::parse(&url).map_or(url, String::from);
        json!({ "type": "image", "url": url, "alt_text": alt })
    }
}

fn cycle(words: &[String], index: usize) -> &str {
    words
        .get(index % words.len().max(1))
        .map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::build;

    // The demo has at least 300 products with variants, and every id is its own.
    #[test]
    fn catalogues_are_large_enough_and_ids_unique() {
        let catalogues = build(|shop| format!("http://127.0.0.1/{shop}")).expect("tables parse");
        let products: usize = catalogues.iter().map(|one| one.products.len()).sum();
        assert!(products >= 300, "{products} products");
        let mut ids = BTreeSet::new();
        for catalogue in &catalogues {
            for product in &catalogue.products {
                assert!(ids.insert(product["id"].clone().to_string()));
                let picture = product["media"][0]["url"].as_str().expect("picture");
                assert!(picture.is_ascii() && !picture.contains(' '), "{picture}");
                let variants = product["variants"].as_array().expect("variants");
                assert!(variants.len() >= 2, "{}", product["id"]);
                for variant in variants {
                    assert!(variant["price"]["amount"].as_i64().expect("price") > 0);
                    let picture = variant["media"][0]["url"].as_str().expect("picture");
                    assert!(picture.is_ascii(), "{picture}");
                }
            }
        }
    }
}
