//! What every product goes through, whatever format it came in.

mod text;

use std::collections::{BTreeMap, HashSet};

use self::text::Cleaner;
use crate::{
    build,
    diagnostic::{Code, Diagnostic},
    format::{Draft, hash},
    model::{Availability, Barcode, Media, Product, Variant},
    options::ReadOptions,
    report::{Report, add_one},
};

/// Bytes of an id.
const ID_BYTES_MAX: usize = 256;

/// A product that passed.
pub(crate) struct Accepted {
    pub(crate) product: Product,
    pub(crate) stock: BTreeMap<String, i64>,
}

/// Checks and cleans products, remembering ids.
pub(crate) struct Checker {
    options: ReadOptions,
    products: HashSet<u64>,
    variants: HashSet<u64>,
}

impl Checker {
    pub(crate) fn new(options: ReadOptions) -> Self {
        Self {
            options,
            products: HashSet::new(),
            variants: HashSet::new(),
        }
    }

    /// Accepts a product, cleaned, or says why not. Findings go to the report.
    pub(crate) fn check(
        &mut self,
        draft: Draft,
        report: &mut Report,
    ) -> Result<Accepted, Diagnostic> {
        let Draft {
            mut product,
            row,
            variant_rows,
            mut stock,
            variants_rejected,
        } = draft;
        let id = check_id(&product.id, row)?.to_owned();
        if !self.products.insert(hash(&id)) {
            let message = "the product came before in this feed; the first one counts";
            return Err(Diagnostic::error(row, Code::DuplicateProduct, message).of_product(&id));
        }
        let limits = self.options.limits;
        if product.variants.len() > limits.variants_max {
            let message = format!("more than {} variants", limits.variants_max);
            return Err(Diagnostic::error(row, Code::TooManyVariants, message).of_product(&id));
        }
        let mut cleaner = Cleaner::new(row, &id, limits);
        cleaner.title(&mut product.title, "title")?;
        cleaner.description(&mut product.description, "description")?;
        cleaner.url(&mut product.url, "url");
        media(&mut product.media, &mut cleaner)?;
        let rows = variant_rows
            .into_iter()
            .map(Some)
            .chain(std::iter::repeat(None));
        let candidates = std::mem::take(&mut product.variants);
        let mut lost = variants_rejected;
        for (mut variant, variant_row) in candidates.into_iter().zip(rows) {
            cleaner.row = variant_row.unwrap_or(row);
            match self.variant(&mut variant, product.title.as_deref(), &mut cleaner) {
                Ok(()) => product.variants.push(variant),
                Err(diagnostic) => {
                    stock.remove(&variant.id);
                    lost = lost.saturating_add(1);
                    cleaner.notes.push(diagnostic);
                }
            }
        }
        cleaner.row = row;
        missing(&product, &mut cleaner);
        for note in cleaner.notes.drain(..) {
            report.note(note);
        }
        if product.variants.is_empty() {
            let message = if lost == 0 {
                "the product has no variant"
            } else {
                "no variant is valid"
            };
            return Err(Diagnostic::error(row, Code::NoVariants, message).of_product(&id));
        }
        report.variants_rejected = report.variants_rejected.saturating_add(lost);
        for _ in &product.variants {
            add_one(&mut report.variants_accepted);
        }
        Ok(Accepted { product, stock })
    }

    fn variant(
        &mut self,
        variant: &mut Variant,
        product_title: Option<&str>,
        cleaner: &mut Cleaner,
    ) -> Result<(), Diagnostic> {
        let error = |cleaner: &Cleaner, code, message: String, field: &str| {
            Diagnostic::error(cleaner.row, code, message)
                .of_product(&cleaner.product)
                .in_field(field)
        };
        check_id(&variant.id, cleaner.row).map_err(|d| d.of_product(&cleaner.product))?;
        let mut title = Some(std::mem::take(&mut variant.title));
        cleaner.title(&mut title, "variants.title")?;
        variant.title = title
            .or_else(|| product_title.map(ToOwned::to_owned))
            .ok_or_else(|| {
                error(
                    cleaner,
                    Code::FieldMissing,
                    "neither product nor variant has a title".to_owned(),
                    "title",
                )
            })?;
        cleaner.description(&mut variant.description, "variants.description")?;
        cleaner.url(&mut variant.url, "variants.url");
        media(&mut variant.media, cleaner)?;
        options(variant, cleaner)?;
        prices(variant, cleaner)?;
        availability(variant.availability.as_mut(), cleaner);
        barcodes(&mut variant.barcodes, cleaner);
        if variant.seller.is_none() {
            variant.seller = build::seller(self.options.seller_name.as_deref());
        }
        if !self.variants.insert(hash(&variant.id)) {
            let message = format!("variant {} came before in this feed", variant.id);
            return Err(error(
                cleaner,
                Code::DuplicateVariant,
                message,
                "variants.id",
            ));
        }
        Ok(())
    }
}

fn check_id(id: &str, row: u64) -> Result<&str, Diagnostic> {
    if id.trim().is_empty() {
        let diagnostic = Diagnostic::error(row, Code::FieldMissing, "the id is empty");
        return Err(diagnostic.in_field("id"));
    }
    if id.len() > ID_BYTES_MAX || id.chars().any(char::is_control) || id.trim() != id {
        let message = "the id is too long, or has spaces or control characters at its ends";
        return Err(Diagnostic::error(row, Code::SchemaViolation, message).in_field("id"));
    }
    Ok(id)
}

/// Options keep their values, without markup and personal data.
fn options(variant: &mut Variant, cleaner: &mut Cleaner) -> Result<(), Diagnostic> {
    for selected in variant.variant_options.iter_mut().flatten() {
        cleaner.short(&mut selected.name, "variants.variant_options.name")?;
        cleaner.long(&mut selected.value, "variants.variant_options.value")?;
    }
    if let Some(list) = &mut variant.variant_options {
        list.retain(|selected| !selected.name.is_empty() && !selected.value.is_empty());
    }
    for category in variant.categories.iter_mut().flatten() {
        cleaner.short(&mut category.value, "variants.categories.value")?;
    }
    for seller in [&mut variant.seller, &mut variant.marketplace]
        .into_iter()
        .flatten()
    {
        if let Some(name) = &mut seller.name {
            cleaner.short(name, "variants.seller.name")?;
        }
        if let Some(links) = &mut seller.links {
            links.retain(|link| cleaner.keeps_url(&link.url, "variants.seller.links.url"));
        }
    }
    Ok(())
}

fn prices(variant: &mut Variant, cleaner: &mut Cleaner) -> Result<(), Diagnostic> {
    let Some(price) = &variant.price else {
        cleaner.warn(
            Code::PriceMissing,
            "the variant has no price",
            "variants.price",
        );
        return Ok(());
    };
    if price.amount.is_negative() {
        let message = "the price is below zero";
        return Err(Diagnostic::error(cleaner.row, Code::PriceInvalid, message)
            .of_product(&cleaner.product)
            .in_field("variants.price"));
    }
    if price.amount.get() == 0 {
        cleaner.warn(Code::PriceZero, "the price is zero", "variants.price");
    }
    if let Some(list_price) = &variant.list_price
        && (list_price.currency != price.currency || list_price.amount <= price.amount)
    {
        // Equal prices are common and say nothing; the rest is worth a word.
        if list_price.currency != price.currency || list_price.amount < price.amount {
            let message = "the list price is lower than the price, or of another currency";
            cleaner.warn(Code::ListPriceInvalid, message, "variants.list_price");
        }
        variant.list_price = None;
    }
    Ok(())
}

/// `available` and `status` must tell the same; the less hopeful of two answers counts.
fn availability(availability: Option<&mut Availability>, cleaner: &mut Cleaner) {
    let Some(availability) = availability else {
        return;
    };
    let gone = matches!(
        availability.status.as_deref(),
        Some("out_of_stock" | "discontinued")
    );
    if gone && availability.available == Some(true) {
        let message = "available is true and the status says otherwise";
        cleaner.warn(Code::AvailabilityUnclear, message, "variants.availability");
        availability.available = Some(false);
    }
    let here = matches!(
        availability.status.as_deref(),
        Some("in_stock" | "limited_stock")
    );
    if here && availability.available == Some(false) {
        let message = "available is false and the status says otherwise";
        cleaner.warn(Code::AvailabilityUnclear, message, "variants.availability");
        availability.status = Some("out_of_stock".to_owned());
    }
}

fn media(media: &mut Option<Vec<Media>>, cleaner: &mut Cleaner) -> Result<(), Diagnostic> {
    if let Some(list) = media {
        list.retain(|item| cleaner.keeps_url(&item.url, "media.url"));
        for alt_text in list.iter_mut().filter_map(|item| item.alt_text.as_mut()) {
            cleaner.short(alt_text, "media.alt_text")?;
        }
    }
    Ok(())
}

/// Global trade numbers carry a check digit; wrong ones would join foreign products.
fn barcodes(barcodes: &mut Option<Vec<Barcode>>, cleaner: &mut Cleaner) {
    let Some(list) = barcodes else {
        return;
    };
    list.retain(|barcode| {
        let kind = barcode.r#type.to_ascii_lowercase();
        let global = ["gtin", "ean", "upc", "isbn"]
            .iter()
            .any(|name| kind.starts_with(name));
        let keep = !global || has_check_digit(&barcode.value);
        if !keep {
            let message = format!(
                "\"{}\" is not a valid number; it was left out",
                barcode.value
            );
            cleaner.warn(Code::BarcodeInvalid, &message, "variants.barcodes");
        }
        keep
    });
}

fn has_check_digit(value: &str) -> bool {
    let digits: Vec<u32> = value
        .chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .filter_map(|c| c.to_digit(10))
        .collect();
    let clean = value
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0_u32, |sum, (position, &digit)| {
            let weight = if position % 2 == 1 { 3 } else { 1 };
            sum.saturating_add(digit.saturating_mul(weight))
        });
    clean && matches!(digits.len(), 8 | 12 | 13 | 14) && sum % 10 == 0
}

fn missing(product: &Product, cleaner: &mut Cleaner) {
    let described = product.description.is_some()
        || product
            .variants
            .iter()
            .any(|variant| variant.description.is_some());
    if !described {
        cleaner.warn(
            Code::DescriptionMissing,
            "the product has no description",
            "description",
        );
    }
    let has = |media: &Option<Vec<Media>>| media.as_ref().is_some_and(|list| !list.is_empty());
    let pictured =
        has(&product.media) || product.variants.iter().any(|variant| has(&variant.media));
    if !pictured {
        cleaner.warn(Code::ImageMissing, "the product has no picture", "media");
    }
}
