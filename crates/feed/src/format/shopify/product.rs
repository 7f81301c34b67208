//! One product of the export, collected row by row.

use std::collections::{BTreeMap, HashSet};

use comptoir_acp::money::Money;
use csv::StringRecord;

use super::{Column, Columns};
use crate::{
    build::{self, option},
    diagnostic::{Code, Diagnostic},
    format::{Draft, slug},
    model::{Availability, Barcode, Category, Media, Product, Variant, VariantOption},
    options::ReadOptions,
    price::parse_price,
};

/// A product whose rows are still coming.
pub(super) struct Pending {
    handle: String,
    row: u64,
    title: String,
    body: String,
    vendor: String,
    kind: String,
    tags: String,
    google_category: String,
    hidden: Option<&'static str>,
    option_names: [String; 3],
    media: Vec<(u32, Media)>,
    variants: Vec<PendingVariant>,
}

struct PendingVariant {
    row: u64,
    values: [String; 3],
    sku: String,
    tracker: String,
    quantity: String,
    policy: String,
    price: String,
    compare_price: String,
    barcode: String,
    image: String,
    condition: String,
}

impl Pending {
    pub(super) fn new(handle: &str, row: u64) -> Self {
        Self {
            handle: handle.to_owned(),
            row,
            title: String::new(),
            body: String::new(),
            vendor: String::new(),
            kind: String::new(),
            tags: String::new(),
            google_category: String::new(),
            hidden: None,
            option_names: Default::default(),
            media: Vec::new(),
            variants: Vec::new(),
        }
    }

    /// Takes in one row; the first value of each product field counts.
    pub(super) fn add(&mut self, row: u64, columns: &Columns, cells: &StringRecord) {
        let get = |column| columns.get(cells, column);
        let keep = |field: &mut String, column| {
            if field.is_empty() {
                get(column).clone_into(field);
            }
        };
        keep(&mut self.title, Column::Title);
        keep(&mut self.body, Column::Body);
        keep(&mut self.vendor, Column::Vendor);
        keep(&mut self.kind, Column::Type);
        keep(&mut self.tags, Column::Tags);
        keep(&mut self.google_category, Column::GoogleCategory);
        for (position, name) in self.option_names.iter_mut().enumerate() {
            keep(name, Column::OptionName(position));
        }
        if get(Column::Published).eq_ignore_ascii_case("false") {
            self.hidden = Some("published is false");
        } else if ["draft", "archived"]
            .iter()
            .any(|s| get(Column::Status).eq_ignore_ascii_case(s))
        {
            self.hidden = Some("the status is draft or archived");
        }
        if !get(Column::ImageSrc).is_empty() {
            let position = get(Column::ImagePosition).parse().unwrap_or(u32::MAX);
            let image = build::image(get(Column::ImageSrc), get(Column::ImageAlt));
            self.media.push((position, image));
        }
        let is_variant = [Column::OptionValue(0), Column::Price, Column::Sku]
            .into_iter()
            .any(|column| !get(column).is_empty());
        if is_variant {
            self.variants.push(PendingVariant::new(row, &get));
        }
    }

    /// Builds the product.
    pub(super) fn finish(
        mut self,
        options: &ReadOptions,
        skus: &mut HashSet<String>,
        notes: &mut Vec<Diagnostic>,
    ) -> Result<Draft, Diagnostic> {
        if let Some(reason) = self.hidden {
            return Err(
                Diagnostic::warning(self.row, Code::NotPublished, reason).of_product(&self.handle)
            );
        }
        self.media.sort_by_key(|(position, _)| *position);
        let mut draft = Draft {
            product: self.product(options),
            row: self.row,
            variant_rows: Vec::new(),
            stock: BTreeMap::new(),
            variants_rejected: 0,
        };
        let mut own_ids = HashSet::new();
        for pending in &self.variants {
            let id = self.variant_id(pending, skus, &mut own_ids, notes);
            match self.variant(pending, id, options, notes) {
                Ok((variant, stock)) => {
                    if let Some(stock) = stock {
                        draft.stock.insert(variant.id.clone(), stock);
                    }
                    draft.product.variants.push(variant);
                    draft.variant_rows.push(pending.row);
                }
                Err(diagnostic) => {
                    notes.push(diagnostic.of_product(&self.handle));
                    draft.variants_rejected = draft.variants_rejected.saturating_add(1);
                }
            }
        }
        Ok(draft)
    }

    fn product(&mut self, options: &ReadOptions) -> Product {
        let url = options
            .shop_url
            .as_deref()
            .map(|base| format!("{}/products/{}", base.trim_end_matches('/'), self.handle));
        let media: Vec<Media> = self.media.drain(..).map(|(_, image)| image).collect();
        build::product(&self.handle, &self.title, &self.body, url, media)
    }

    /// The SKU, or else an id made of handle and option values: the same at every reading.
    fn variant_id(
        &self,
        pending: &PendingVariant,
        skus: &mut HashSet<String>,
        own_ids: &mut HashSet<String>,
        notes: &mut Vec<Diagnostic>,
    ) -> String {
        let sku = pending.sku.as_str();
        if !sku.is_empty() && skus.insert(sku.to_owned()) {
            return sku.to_owned();
        }
        let values: Vec<String> = self
            .selected(pending)
            .map(|(_, value)| slug(value))
            .filter(|s| !s.is_empty())
            .collect();
        let base = if values.is_empty() {
            self.handle.clone()
        } else {
            format!("{}-{}", self.handle, values.join("-"))
        };
        let mut id = base.clone();
        let mut number = 2_u32;
        while !own_ids.insert(id.clone()) {
            id = format!("{base}-{number}");
            number = number.saturating_add(1);
        }
        let (code, message) = if sku.is_empty() {
            (Code::SkuMissing, format!("the variant is called {id}"))
        } else {
            (
                Code::SkuDuplicate,
                format!("SKU {sku} is taken; the variant is called {id}"),
            )
        };
        notes.push(
            Diagnostic::warning(pending.row, code, message)
                .of_product(&self.handle)
                .in_field("Variant SKU"),
        );
        id
    }

    /// Names and values of the options; `Title: Default Title` is Shopify's way to say none.
    fn selected<'a>(
        &'a self,
        pending: &'a PendingVariant,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = self.option_names.iter().map(String::as_str);
        names
            .zip(pending.values.iter().map(String::as_str))
            .filter(|(_, value)| !value.is_empty() && *value != "Default Title")
    }

    fn variant(
        &self,
        pending: &PendingVariant,
        id: String,
        options: &ReadOptions,
        notes: &mut Vec<Diagnostic>,
    ) -> Result<(Variant, Option<i64>), Diagnostic> {
        let values: Vec<&str> = self.selected(pending).map(|(_, value)| value).collect();
        let title = if values.is_empty() {
            self.title.clone()
        } else {
            format!("{} - {}", self.title, values.join(" / "))
        };
        let mut variant = Variant::new(id, title);
        variant.price = self
            .price(pending, &pending.price, "Variant Price", options)?
            .map(build::price);
        variant.list_price = self
            .price(
                pending,
                &pending.compare_price,
                "Variant Compare At Price",
                options,
            )
            .unwrap_or_else(|diagnostic| {
                notes.push(Diagnostic {
                    severity: crate::Severity::Warning,
                    ..diagnostic
                });
                None
            })
            .map(build::price);
        let (availability, stock) = pending.availability(&self.handle, notes);
        variant.availability = Some(availability);
        let selected: Vec<VariantOption> = self
            .selected(pending)
            .map(|(name, value)| option(if name.is_empty() { "Option" } else { name }, value))
            .chain((!self.vendor.is_empty()).then(|| option("brand", &self.vendor)))
            .collect();
        variant.variant_options = build::list(selected);
        variant.categories = build::list(self.categories());
        if !pending.barcode.is_empty() {
            variant.barcodes = build::list(vec![Barcode {
                r#type: "GTIN".to_owned(),
                value: pending.barcode.trim_start_matches('\'').to_owned(),
            }]);
        }
        if !pending.image.is_empty() {
            variant.media = build::list(vec![build::image(&pending.image, "")]);
        }
        if !pending.condition.is_empty() {
            variant.condition = Some(vec![pending.condition.to_lowercase()]);
        }
        variant.seller = build::seller(options.seller_name.as_deref());
        Ok((variant, stock))
    }

    fn categories(&self) -> Vec<Category> {
        let own = (!self.kind.is_empty()).then(|| build::category(&self.kind, "merchant"));
        let google = (!self.google_category.is_empty())
            .then(|| build::category(&self.google_category, "google_product_category"));
        let tags = self
            .tags
            .split(',')
            .map(str::trim)
            .filter(|tag| !tag.is_empty());
        let tags = tags.map(|tag| build::category(tag, "shopify_tag"));
        own.into_iter().chain(google).chain(tags).collect()
    }

    fn price(
        &self,
        pending: &PendingVariant,
        text: &str,
        column: &str,
        options: &ReadOptions,
    ) -> Result<Option<Money>, Diagnostic> {
        if text.is_empty() {
            return Ok(None);
        }
        parse_price(text, options.currency)
            .map(Some)
            .map_err(|error| {
                build::price_problem(pending.row, text, &error)
                    .of_product(&self.handle)
                    .in_field(column)
            })
    }
}

impl PendingVariant {
    fn new<'a>(row: u64, get: &impl Fn(Column) -> &'a str) -> Self {
        let text = |column| get(column).to_owned();
        Self {
            row,
            values: [0, 1, 2].map(|position| text(Column::OptionValue(position))),
            sku: get(Column::Sku).trim_start_matches('\'').to_owned(),
            tracker: text(Column::Tracker),
            quantity: text(Column::Quantity),
            policy: text(Column::Policy),
            price: text(Column::Price),
            compare_price: text(Column::ComparePrice),
            barcode: text(Column::Barcode),
            image: text(Column::VariantImage),
            condition: text(Column::Condition),
        }
    }

    /// With tracking, stock and policy decide. Without tracking the shop sells without counting,
    /// so the variant can be had, and the quantity in the file is no stock.
    fn availability(
        &self,
        handle: &str,
        notes: &mut Vec<Diagnostic>,
    ) -> (Availability, Option<i64>) {
        let quantity: Option<i64> = self.quantity.parse().ok();
        if self.tracker.is_empty() {
            if quantity.is_some_and(|quantity| quantity <= 0) {
                let message = "the quantity is 0 but inventory is not tracked: taken as available";
                notes.push(
                    Diagnostic::warning(self.row, Code::StockNotTracked, message)
                        .of_product(handle)
                        .in_field("Variant Inventory Tracker"),
                );
            }
            return (build::availability(true, "in_stock"), None);
        }
        let overselling = self.policy.eq_ignore_ascii_case("continue");
        let availability = match quantity {
            Some(quantity) if quantity > 0 => build::availability(true, "in_stock"),
            _ if overselling => build::availability(true, "backorder"),
            _ => build::availability(false, "out_of_stock"),
        };
        (availability, quantity.map(|quantity| quantity.max(0)))
    }
}
