//! Filling the built-in shop from a feed file.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use comptoir_acp::{currency::Currency, id::ItemId};
use comptoir_commerce::item::{FulfillmentKind, Sellable};
use comptoir_feed::{
    Availability, Description, FeedError, FeedReader, Media, Product, ReadOptions, Variant,
    read_path_with,
};
use comptoir_signing::environment::Environment;
use comptoir_store::{ProductRow, Store, StoreError, TenantId, Tx};

/// Items written in one transaction.
const BATCH: usize = 500;
/// Units on hand of an item that the feed calls scarce and nobody has counted.
const LIMITED_STOCK: i64 = 3;
/// Longest description kept with an item, in characters.
const DESCRIPTION_CHARS_MAX: usize = 600;

/// What the feed does not say.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Units on hand of an item that the feed calls available without counting it.
    pub stock: i64,
    /// Currency of feeds that name none, such as Shopify's export.
    pub currency: Option<Currency>,
    /// Facts by item id; they go before the feed's.
    pub details: BTreeMap<String, ItemDetail>,
}

/// What the shop knows of an item beyond its feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ItemDetail {
    /// Weight of one unit in grams.
    pub weight_grams: u32,
    /// Delivered on line: no parcel, no stock count.
    pub digital: bool,
    /// Units on hand when the item is first imported.
    pub stock: Option<i64>,
}

/// What became of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Products taken from the feed.
    pub products: u64,
    /// Items that can be ordered now: one per variant with a price.
    pub items: u64,
    /// Those of them that were stored exactly so before.
    pub unchanged: u64,
    /// Products that the feed's reader refused.
    pub rejected: u64,
    /// Variants that cannot be sold, by reason.
    pub unsellable: BTreeMap<&'static str, u64>,
}

/// Why a feed was not imported. Batches before the failure stay.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The feed cannot be opened.
    #[error("feed cannot be opened")]
    Feed(#[from] FeedError),
    /// The feed ends early or is damaged.
    #[error("feed cannot be read to its end: {0}")]
    Incomplete(String),
    /// An item cannot be written as JSON.
    #[error("item cannot be encoded")]
    Encoding(#[from] serde_json::Error),
    /// The store failed.
    #[error("store failed")]
    Store(#[from] StoreError),
}

/// Reads a feed of any known format and makes each variant with a price an item of the shop.
///
/// Prices and descriptions follow the feed. Stock does not: an item gets its stock row when it is
/// first seen, and afterwards only sales and operators change it, so that a restart refills
/// nothing. Digital items have no stock row. Items that a later feed leaves out stay as they are.
///
/// # Errors
/// [`ImportError`]; a row that cannot be used is no error but counted in the report.
pub fn import(
    store: &Store,
    environment: &Environment,
    tenant: TenantId,
    path: &Path,
    options: &ImportOptions,
) -> Result<ImportReport, ImportError> {
    let now = environment.now();
    let reading = ReadOptions {
        currency: options.currency,
        now: Some(now),
        ..ReadOptions::default()
    };
    let mut reader = read_path_with(path, reading)?;
    let mut importer = Importer {
        store,
        tenant,
        now: environment.now_micros(),
        options,
        batch: Vec::new(),
        report: ImportReport::default(),
    };
    while let Some(product) = reader.next() {
        // A refused product is in the reader's report.
        if let Ok(product) = product {
            importer.take(&product, &reader)?;
        }
    }
    importer.flush()?;
    let mut report = importer.report;
    report.rejected = reader.report().rejected;
    if !reader.report().complete {
        let last = reader.report().diagnostics.last().map(ToString::to_string);
        return Err(ImportError::Incomplete(last.unwrap_or_default()));
    }
    Ok(report)
}

/// An item on its way into the store.
struct Import {
    row: ProductRow,
    /// Units when there is no stock row yet; none for items that are not counted.
    stock: Option<i64>,
}

struct Importer<'a> {
    store: &'a Store,
    tenant: TenantId,
    now: i64,
    options: &'a ImportOptions,
    batch: Vec<Import>,
    report: ImportReport,
}

impl Importer<'_> {
    fn take(&mut self, product: &Product, reader: &FeedReader) -> Result<(), ImportError> {
        count(&mut self.report.products, 1);
        for variant in &product.variants {
            let counted = reader.stock().get(&variant.id).copied();
            match self.item(product, variant, counted) {
                Ok(item) => self.batch.push(item?),
                Err(reason) => count(self.report.unsellable.entry(reason).or_default(), 1),
            }
        }
        if self.batch.len() >= BATCH {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// The item, or in a word why there is none.
    fn item(
        &self,
        product: &Product,
        variant: &Variant,
        counted: Option<i64>,
    ) -> Result<Result<Import, ImportError>, &'static str> {
        let price = variant.price.as_ref().ok_or("price_missing")?;
        let id = ItemId::parse(variant.id.clone()).map_err(|_| "id_invalid")?;
        let detail = self.options.details.get(&variant.id).copied();
        let digital = detail.is_some_and(|detail| detail.digital);
        let status = status(variant.availability.as_ref());
        let mut item = Sellable::new(id, title(product, variant), price.amount, price.currency);
        item.description = description(variant.description.as_ref())
            .or_else(|| description(product.description.as_ref()));
        item.image_url =
            image(variant.media.as_deref()).or_else(|| image(product.media.as_deref()));
        item.url = variant.url.clone().or_else(|| product.url.clone());
        item.weight_grams = detail.map_or(0, |detail| detail.weight_grams);
        item.available = status != "discontinued";
        if digital {
            item.fulfillment = FulfillmentKind::Digital;
        }
        let stock = detail
            .and_then(|detail| detail.stock)
            .or(counted)
            .unwrap_or(match status {
                "out_of_stock" | "discontinued" => 0,
                "limited_stock" => LIMITED_STOCK,
                _ => self.options.stock,
            });
        Ok(serde_json::to_vec(&item)
            .map_err(ImportError::from)
            .map(|document| Import {
                row: ProductRow {
                    item_id: variant.id.clone(),
                    price: price.amount.get(),
                    currency: price.currency.code().to_owned(),
                    document,
                    updated_at: self.now,
                },
                stock: (!digital).then(|| stock.max(0)),
            }))
    }

    fn flush(&mut self) -> Result<(), ImportError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let (tenant, batch) = (self.tenant, Arc::new(std::mem::take(&mut self.batch)));
        let items = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let unchanged = self
            .store
            .write_blocking("import_items", move |tx: &mut dyn Tx| {
                let mut unchanged = 0;
                for item in batch.iter() {
                    if put(tx, tenant, item)? {
                        unchanged += 1;
                    }
                }
                Ok::<u64, StoreError>(unchanged)
            })?;
        count(&mut self.report.items, items);
        count(&mut self.report.unchanged, unchanged);
        Ok(())
    }
}

/// Writes an item unless it is stored just so; `true` when nothing was to be written.
fn put(tx: &mut dyn Tx, tenant: TenantId, item: &Import) -> Result<bool, StoreError> {
    let same = tx.product(tenant, &item.row.item_id)?.is_some_and(|known| {
        known.price == item.row.price
            && known.currency == item.row.currency
            && known.document == item.row.document
    });
    if !same {
        tx.put_product(tenant, &item.row)?;
    }
    if let Some(units) = item.stock
        && tx.stock(tenant, &item.row.item_id)?.is_none()
    {
        tx.set_stock(tenant, &item.row.item_id, units)?;
        return Ok(false);
    }
    Ok(same)
}

/// Product and variant in one line, without saying the same twice.
fn title(product: &Product, variant: &Variant) -> String {
    let own = variant.title.trim();
    match product
        .title
        .as_deref()
        .map(str::trim)
        .filter(|title| !title.is_empty())
    {
        None => own.to_owned(),
        Some(whole) if own.is_empty() || product.variants.len() == 1 => whole.to_owned(),
        Some(whole) if own.contains(whole) => own.to_owned(),
        Some(whole) => format!("{whole}, {own}"),
    }
}

fn description(description: Option<&Description>) -> Option<String> {
    let plain = description?.plain.as_deref()?.trim();
    (!plain.is_empty()).then(|| plain.chars().take(DESCRIPTION_CHARS_MAX).collect())
}

fn image(media: Option<&[Media]>) -> Option<String> {
    media?
        .iter()
        .find(|media| media.r#type == "image")
        .map(|media| media.url.clone())
}

/// The feed's word, or what its flag means.
fn status(availability: Option<&Availability>) -> &str {
    match availability {
        Some(Availability {
            status: Some(status),
            ..
        }) => status,
        Some(Availability {
            available: Some(false),
            ..
        }) => "out_of_stock",
        _ => "in_stock",
    }
}

fn count(counter: &mut u64, by: u64) {
    *counter = counter.saturating_add(by);
}
