//! One row of the flat file as a variant.

use std::collections::BTreeMap;

use comptoir_acp::{currency::Currency, money::Money};
use jiff::Timestamp;

use super::row::FlatRow;
use crate::{
    build::{self, option},
    diagnostic::{Code, Diagnostic},
    model::{Availability, Barcode, Link, Media, Seller, Variant, VariantOption},
    options::ReadOptions,
    price::parse_price,
};

/// Reads the row; an error leaves the variant out.
pub(super) fn read_variant(
    row: &FlatRow,
    group: &str,
    has_siblings: bool,
    options: &ReadOptions,
    notes: &mut Vec<Diagnostic>,
) -> Result<(Variant, Option<i64>), Diagnostic> {
    let missing = |field: &str| {
        Diagnostic::error(row.line, Code::FieldMissing, "the field is empty")
            .of_product(group)
            .in_field(field)
    };
    let id = row
        .get("item_id", notes)
        .ok_or_else(|| missing("item_id"))?;
    let title = row.get("title", notes).ok_or_else(|| missing("title"))?;
    if is_false(row.peek("enable_search")) {
        let message = "the row is not eligible for search";
        return Err(Diagnostic::warning(row.line, Code::NotPublished, message).of_product(group));
    }
    if is_false(row.peek("enable_checkout")) {
        let message = "the row is not eligible for checkout";
        notes.push(Diagnostic::warning(row.line, Code::NotForCheckout, message).of_product(group));
    }
    let mut variant = Variant::new(id.to_owned(), title.to_owned());
    if has_siblings {
        variant.description = row.get("description", notes).and_then(build::description);
        variant.url = row.peek("url").map(ToOwned::to_owned);
        variant.media = build::list(media(row, notes));
    }
    prices(row, group, options, notes, &mut variant)?;
    variant.availability = availability(row, group, notes);
    variant.variant_options = build::list(selected(row, notes));
    variant.categories = row
        .get("product_category", notes)
        .map(|category| vec![build::category(category, "merchant")]);
    variant.condition = row.get("condition", notes).map(|c| vec![c.to_lowercase()]);
    let barcode = |field: &str, kind: &str| {
        let value = row.peek(field)?.to_owned();
        Some(Barcode {
            r#type: kind.to_owned(),
            value,
        })
    };
    variant.barcodes = build::list(
        barcode("gtin", "GTIN")
            .into_iter()
            .chain(barcode("mpn", "MPN"))
            .collect(),
    );
    variant.seller = seller(row, options);
    variant.marketplace = build::seller(row.peek("marketplace_seller"));
    let stock = row
        .peek("inventory_quantity")
        .and_then(|text| text.parse::<i64>().ok());
    Ok((variant, stock.map(|stock| stock.max(0))))
}

/// Pictures, film and model, the main picture first.
pub(super) fn media(row: &FlatRow, notes: &mut Vec<Diagnostic>) -> Vec<Media> {
    let mut media: Vec<Media> = row
        .get("image_url", notes)
        .map(|url| build::image(url, ""))
        .into_iter()
        .collect();
    let more = row.get("additional_image_urls", notes).unwrap_or_default();
    let more = more.split(',').map(str::trim).filter(|url| !url.is_empty());
    media.extend(more.map(|url| build::image(url, "")));
    media.extend(
        row.get("video_url", notes)
            .map(|url| build::media("video", url, "")),
    );
    media.extend(
        row.get("model_3d_url", notes)
            .map(|url| build::media("model", url, "")),
    );
    media
}

fn prices(
    row: &FlatRow,
    group: &str,
    options: &ReadOptions,
    notes: &mut Vec<Diagnostic>,
    variant: &mut Variant,
) -> Result<(), Diagnostic> {
    let stated = row
        .peek("currency")
        .and_then(|code| Currency::from_code(code).ok());
    let currency = stated.or(options.currency);
    let read = |field: &str| -> Result<Option<Money>, Diagnostic> {
        let Some(text) = row.peek(field) else {
            return Ok(None);
        };
        parse_price(text, currency).map(Some).map_err(|error| {
            build::price_problem(row.line, text, &error)
                .of_product(group)
                .in_field(field)
        })
    };
    let regular = read("price")?;
    let sale = read("sale_price")?;
    let (Some(regular), Some(sale)) = (regular, sale) else {
        variant.price = regular.or(sale).map(build::price);
        return Ok(());
    };
    match sale_applies(row, options.now) {
        Some(true) => {
            variant.price = Some(build::price(sale));
            variant.list_price = Some(build::price(regular));
        }
        Some(false) => variant.price = Some(build::price(regular)),
        None => {
            let message = "the sale price has dates and the reading time is not known";
            notes.push(
                Diagnostic::warning(row.line, Code::SaleWindowUnknown, message)
                    .of_product(group)
                    .in_field("sale_price"),
            );
            variant.price = Some(build::price(regular));
        }
    }
    Ok(())
}

/// Whether the sale price applies now; `None` when that cannot be told.
fn sale_applies(row: &FlatRow, now: Option<Timestamp>) -> Option<bool> {
    let range = row
        .peek("sale_price_effective_date")
        .and_then(|range| range.split_once('/'));
    let start = row
        .peek("sale_price_start_date")
        .or(range.map(|(start, _)| start));
    let end = row
        .peek("sale_price_end_date")
        .or(range.map(|(_, end)| end));
    if start.is_none() && end.is_none() {
        return Some(true);
    }
    let now = now?;
    // A date without a time starts at midnight UTC and ends with the day.
    let time = |text: &str, clock: &str| -> Option<Timestamp> {
        let text = text.trim();
        text.parse()
            .ok()
            .or_else(|| format!("{text}T{clock}Z").parse().ok())
    };
    let begun = match start {
        Some(start) => time(start, "00:00:00")? <= now,
        None => true,
    };
    let running = match end {
        Some(end) => now <= time(end, "23:59:59")?,
        None => true,
    };
    Some(begun && running)
}

fn availability(row: &FlatRow, group: &str, notes: &mut Vec<Diagnostic>) -> Option<Availability> {
    let text = row.get("availability", notes)?;
    let known = text.to_lowercase().replace([' ', '-'], "_");
    let (available, status) = match known.as_str() {
        "in_stock" | "instock" | "available" => (true, "in_stock"),
        "limited_stock" | "limited_availability" | "low_stock" => (true, "limited_stock"),
        "out_of_stock" | "outofstock" | "sold_out" => (false, "out_of_stock"),
        "pre_order" | "preorder" => (true, "preorder"),
        "backorder" | "back_order" => (true, "backorder"),
        "discontinued" => (false, "discontinued"),
        "unknown" => return None,
        _ => {
            let message = format!("\"{text}\" is no known availability");
            notes.push(
                Diagnostic::warning(row.line, Code::AvailabilityUnclear, message)
                    .of_product(group)
                    .in_field("availability"),
            );
            return None;
        }
    };
    Some(build::availability(available, status))
}

fn selected(row: &FlatRow, notes: &mut Vec<Diagnostic>) -> Vec<VariantOption> {
    let mut options = Vec::new();
    for field in [
        "color",
        "size",
        "size_system",
        "material",
        "gender",
        "age_group",
        "brand",
    ] {
        options.extend(row.get(field, notes).map(|value| option(field, value)));
    }
    for number in 1..=3 {
        let name = row.peek(&format!("custom_variant{number}_category"));
        let value = row.peek(&format!("custom_variant{number}_option"));
        if let (Some(name), Some(value)) = (name, value) {
            options.push(option(name, value));
        }
    }
    if let Some(text) = row.peek("variant_dict") {
        match serde_json::from_str::<BTreeMap<String, String>>(text) {
            Ok(dictionary) => {
                for (name, value) in dictionary {
                    if !options
                        .iter()
                        .any(|known| known.name.eq_ignore_ascii_case(&name))
                    {
                        options.push(option(&name, &value));
                    }
                }
            }
            Err(error) => notes.push(
                Diagnostic::warning(row.line, Code::SchemaViolation, error.to_string())
                    .in_field("variant_dict"),
            ),
        }
    }
    options
}

fn seller(row: &FlatRow, options: &ReadOptions) -> Option<Seller> {
    let name = row.peek("seller_name").or(options.seller_name.as_deref())?;
    let link = |field: &str, kind: &str| {
        let url = row.peek(field)?.to_owned();
        Some(Link {
            r#type: kind.to_owned(),
            title: None,
            url,
        })
    };
    let links = [
        link("seller_privacy_policy", "privacy_policy"),
        link("seller_tos", "terms_of_service"),
        link("return_policy", "refund_policy"),
        link("seller_url", "seller"),
    ];
    Some(Seller {
        name: Some(name.to_owned()),
        links: build::list(links.into_iter().flatten().collect()),
    })
}

fn is_false(value: Option<&str>) -> bool {
    value.is_some_and(|value| {
        value.eq_ignore_ascii_case("false") || value == "0" || value.eq_ignore_ascii_case("no")
    })
}
