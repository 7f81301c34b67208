//! Items that might be bought, out of a feed in any usual form. Only id, price and availability are
//! looked at.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// Most bytes of a feed that are read, unpacked.
const FEED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most items that are taken of each kind: a few are enough to find two that can be bought.
const ITEMS_MAX: usize = 40;

/// An item as a feed describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The id by which it is bought.
    pub(crate) id: String,
    /// Whether the feed says that it can be had.
    pub(crate) available: Option<bool>,
    /// ISO 4217 in lower case, where the feed names one.
    pub(crate) currency: Option<String>,
    /// Whether the feed says that nothing is shipped.
    pub(crate) digital: bool,
    /// Whether a person gave it by name: then it is tried in any case.
    pub(crate) named: bool,
}

/// Why a feed gives no items.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    /// The file cannot be read.
    #[error("cannot read the feed {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing in it looks like an item.
    #[error(
        "no item in {}: a JSON Lines feed needs an `id` or `item_id` in each line (or in its `variants`), a CSV or TSV file a column `item_id`, `id` or `Variant SKU`",
        .0.display()
    )]
    NoItems(PathBuf),
}

/// The items of a feed: JSON Lines, CSV or TSV, plain or gzipped, or a folder with `products.jsonl`.
pub(crate) fn candidates(path: &Path) -> Result<Vec<Candidate>, FeedError> {
    let path = in_folder(path);
    let failed = |source| FeedError::Unreadable {
        path: path.clone(),
        source,
    };
    let text = read(&path).map_err(failed)?;
    let mut found = Shortlist::default();
    if text.trim_start().starts_with(['{', '[']) {
        from_json(&text, &mut found);
    } else {
        from_table(&text, &mut found);
    }
    let found = found.all();
    if found.is_empty() {
        return Err(FeedError::NoItems(path));
    }
    Ok(found)
}

fn in_folder(path: &Path) -> PathBuf {
    if path.is_dir() {
        for name in ["products.jsonl", "products.jsonl.gz"] {
            let file = path.join(name);
            if file.exists() {
                return file;
            }
        }
    }
    path.to_owned()
}

fn read(path: &Path) -> io::Result<String> {
    let mut file = BufReader::new(File::open(path)?);
    let packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let mut bytes = Vec::new();
    if packed {
        MultiGzDecoder::new(file)
            .take(FEED_BYTES_MAX)
            .read_to_end(&mut bytes)?;
    } else {
        file.take(FEED_BYTES_MAX).read_to_end(&mut bytes)?;
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// A few items that can be had, and a few that cannot.
#[derive(Default)]
struct Shortlist {
    available: Vec<Candidate>,
    unavailable: Vec<Candidate>,
}

impl Shortlist {
    fn add(&mut self, candidate: Candidate) {
        let list = if candidate.available == Some(false) {
            &mut self.unavailable
        } else {
            &mut self.available
        };
        if list.len() < ITEMS_MAX && !list.iter().any(|other| other.id == candidate.id) {
            list.push(candidate);
        }
    }

    fn is_full(&self) -> bool {
        self.available.len() >= ITEMS_MAX && self.unavailable.len() >= ITEMS_MAX
    }

    fn all(mut self) -> Vec<Candidate> {
        self.available.append(&mut self.unavailable);
        self.available
    }
}

fn from_json(text: &str, found: &mut Shortlist) {
    // One document, or one for each line.
    let whole = serde_json::from_str::<Value>(text).ok();
    if let Some(products) = whole.as_ref().and_then(list_of_products) {
        for product in products {
            take(product, found);
        }
        return;
    }
    for line in text.lines() {
        if found.is_full() {
            break;
        }
        if let Ok(product) = serde_json::from_str::<Value>(line) {
            take(&product, found);
        }
    }
}

fn list_of_products(document: &Value) -> Option<&Vec<Value>> {
    let products = document.get("products").unwrap_or(document);
    products.as_array()
}

/// An ACP product with its variants, or a flat row.
fn take(product: &Value, found: &mut Shortlist) {
    if let Some(variants) = product.get("variants").and_then(Value::as_array) {
        for variant in variants {
            take(variant, found);
        }
        return;
    }
    let text = |names: &[&str]| {
        let mut values = names.iter().filter_map(|name| product.get(*name));
        values.find_map(|value| value.as_str().map(str::to_owned))
    };
    let Some(id) = text(&["item_id", "id", "sku", "offer_id"]) else {
        return;
    };
    let availability = product.get("availability");
    let status = availability.and_then(|value| value.as_str().or(value.get("status")?.as_str()));
    let flag = availability.and_then(|value| value.get("available")?.as_bool());
    let price = product.get("price");
    let currency = price.and_then(|price| {
        let named = price.get("currency").and_then(Value::as_str);
        named.or_else(|| currency_of(price.as_str()?))
    });
    found.add(Candidate {
        id,
        available: flag.or_else(|| status.and_then(is_available)),
        currency: currency.map(str::to_lowercase),
        digital: product.get("is_digital").is_some_and(is_true),
        named: false,
    });
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or(value.as_str() == Some("true"))
}

/// The currency of `79.99 USD`.
fn currency_of(price: &str) -> Option<&str> {
    let last = price.split_whitespace().next_back()?;
    let is_code = last.len() == 3 && last.chars().all(|letter| letter.is_ascii_alphabetic());
    is_code.then_some(last)
}

fn is_available(status: &str) -> Option<bool> {
    match status {
        "in_stock" | "in stock" | "available" | "low_stock" | "backorder" => Some(true),
        "out_of_stock" | "out of stock" | "discontinued" | "sold_out" => Some(false),
        _ => None,
    }
}

fn from_table(text: &str, found: &mut Shortlist) {
    let head = text.lines().next().unwrap_or_default();
    let tabs = head.matches('\t').count();
    let delimiter = if tabs > head.matches(',').count() {
        b'\t'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else {
        return;
    };
    let columns = Columns::of(&header);
    for row in reader.records().map_while(Result::ok) {
        if found.is_full() {
            break;
        }
        if let Some(candidate) = columns.candidate(&row) {
            found.add(candidate);
        }
    }
}

/// Where a table keeps what is needed, whoever wrote it.
struct Columns {
    ids: Vec<usize>,
    price: Option<usize>,
    currency: Option<usize>,
    availability: Option<usize>,
    quantity: Option<usize>,
    digital: Option<usize>,
    shipped: Option<usize>,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Self {
        let place = |name: &str| {
            let mut names = header.iter();
            names.position(|one| one.trim().eq_ignore_ascii_case(name))
        };
        let first = |names: &[&str]| names.iter().find_map(|name| place(name));
        // Shops without SKUs are asked by the handle of the product.
        let ids = ["item_id", "id", "variant sku", "sku", "handle"];
        Self {
            ids: ids.iter().filter_map(|name| place(name)).collect(),
            price: first(&["price", "variant price"]),
            currency: first(&["currency"]),
            availability: first(&["availability"]),
            quantity: first(&["variant inventory qty", "inventory", "quantity"]),
            digital: first(&["is_digital"]),
            shipped: first(&["variant requires shipping"]),
        }
    }

    fn candidate(&self, row: &csv::StringRecord) -> Option<Candidate> {
        let at = |column: Option<usize>| {
            let text = row.get(column?)?.trim();
            (!text.is_empty()).then_some(text)
        };
        let id = self.ids.iter().find_map(|&column| at(Some(column)))?;
        let units = at(self.quantity).and_then(|units| units.parse::<i64>().ok());
        let currency = at(self.currency).or_else(|| currency_of(at(self.price)?));
        Some(Candidate {
            id: id.to_owned(),
            available: at(self.availability)
                .and_then(is_available)
                .or(units.map(|units| units > 0)),
            currency: currency.map(str::to_lowercase),
            digital: at(self.digital) == Some("true") || at(self.shipped) == Some("false"),
            named: false,
        })
    }
}
