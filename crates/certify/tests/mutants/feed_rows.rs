//! Flat feed files in which one row is broken.

use comptoir_certify::Lane;
use serde_json::{Map, Value, json};

use super::{
    fault::{Fault, answers},
    feed_cells_goods::GOODS,
    feed_cells_selling::SELLING,
    stage::Stage,
};

pub(crate) fn faults() -> Vec<Fault> {
    let tables = [GOODS, SELLING, FORBIDDEN, LONG].into_iter().flatten();
    tables.map(Cell::fault).collect()
}

/// A broken cell of the second row.
pub(crate) struct Cell {
    id: &'static str,
    does: &'static str,
    column: &'static str,
    /// Empty takes the column away.
    value: &'static str,
    /// How often the value stands there.
    times: usize,
    red: &'static [&'static str],
}

impl Cell {
    fn fault(&self) -> Fault {
        let (column, value) = (self.column, self.value.repeat(self.times));
        let plant = answers(move |_, file| {
            change(&mut file.body, |row| {
                if value.is_empty() {
                    row.remove(column);
                } else {
                    row.insert(column.to_owned(), json!(value));
                }
            });
        });
        Fault::new(Lane::FeedFile, self.id, self.does, self.red, plant).on(Stage::Rows)
    }
}

pub(crate) const fn value(
    id: &'static str,
    does: &'static str,
    column: &'static str,
    value: &'static str,
    red: &'static [&'static str],
) -> Cell {
    Cell {
        id,
        does,
        column,
        value,
        times: 1,
        red,
    }
}

/// One character more than may be there.
const fn long(
    id: &'static str,
    does: &'static str,
    column: &'static str,
    most: usize,
    red: &'static [&'static str],
) -> Cell {
    Cell {
        id,
        does,
        column,
        value: "x",
        times: most + 1,
        red,
    }
}

/// Changes the last row of a file.
pub(crate) fn change(file: &mut bytes::Bytes, change: impl FnOnce(&mut Map<String, Value>)) {
    let text = String::from_utf8_lossy(file).into_owned();
    let (first, last) = text.trim_end().rsplit_once('\n').unwrap();
    let mut row: Value = serde_json::from_str(last).unwrap();
    change(row.as_object_mut().unwrap());
    *file = format!("{first}\n{row}\n").into();
}

/// A row that breaks no rule.
pub(crate) fn row(id: &str) -> Map<String, Value> {
    let own = [("item_id", id), ("color", id)];
    let cells = own.into_iter().chain(GOOD.iter().copied());
    cells
        .map(|(column, cell)| (column.to_owned(), json!(cell)))
        .collect()
}

const GOOD: &[(&str, &str)] = &[
    ("title", "Stoneware mug"),
    ("description", "A mug of grey stoneware."),
    ("url", "https://shop.example/products/mug"),
    ("brand", "Kiln"),
    ("gtin", "4006381333931"),
    ("mpn", "K-1"),
    (
        "product_category",
        "Home & Garden > Kitchen & Dining > Mugs",
    ),
    ("material", "Stoneware"),
    ("dimensions", "10x8x9 cm"),
    ("weight", "300"),
    ("item_weight_unit", "g"),
    ("age_group", "adult"),
    ("image_url", "https://cdn.shop.example/mug.jpg"),
    (
        "additional_image_urls",
        "https://cdn.shop.example/2.jpg,https://cdn.shop.example/3.jpg",
    ),
    ("video_url", "https://cdn.shop.example/mug.mp4"),
    ("model_3d_url", "https://cdn.shop.example/mug.glb"),
    ("price", "79.99 USD"),
    ("sale_price", "59.99 USD"),
    ("sale_price_start_date", "2026-01-01"),
    ("sale_price_end_date", "2030-01-01"),
    ("availability", "in_stock"),
    ("is_eligible_search", "true"),
    ("is_eligible_checkout", "true"),
    ("is_ads_eligible", "false"),
    ("seller_name", "Kiln"),
    ("seller_url", "https://shop.example"),
    ("seller_privacy_policy", "https://shop.example/privacy"),
    ("seller_tos", "https://shop.example/terms"),
    ("return_policy", "https://shop.example/returns"),
    ("accepts_returns", "true"),
    ("accepts_exchanges", "false"),
    ("return_deadline_in_days", "30"),
    ("group_id", "mugs"),
    ("listing_has_variations", "true"),
    ("size", "M"),
    ("shipping_price", "US:CA:Overnight:16.00 USD,US:::5.00 USD"),
    ("is_digital", "false"),
    ("popularity_score", "4.7"),
    ("return_rate", "2.5"),
    ("review_count", "12"),
    ("star_rating", "4.5"),
    ("target_countries", "US"),
    ("store_country", "US"),
];

const FORBIDDEN: &[Cell] = &[
    value(
        "feed-file-sells-adult",
        "offers goods that may not be offered: `Mature > Erotic`",
        "product_category",
        "Mature > Erotic",
        &["feed-file.lifecycle.policy-adult"],
    ),
    value(
        "feed-file-sells-age-restricted",
        "offers goods that may not be offered: `Food > Beverages > Alcoholic Beverages`",
        "product_category",
        "Food > Beverages > Alcoholic Beverages",
        &["feed-file.lifecycle.policy-age-restricted"],
    ),
    value(
        "feed-file-sells-dangerous",
        "offers goods that may not be offered: `A stun gun for the garden`",
        "title",
        "A stun gun for the garden",
        &["feed-file.lifecycle.policy-dangerous"],
    ),
    value(
        "feed-file-sells-medicine",
        "offers goods that may not be offered: `Xanax 2 mg`",
        "title",
        "Xanax 2 mg",
        &["feed-file.lifecycle.policy-medicine"],
    ),
    value(
        "feed-file-sells-finance",
        "offers goods that may not be offered: `Payday loan, no questions`",
        "title",
        "Payday loan, no questions",
        &["feed-file.lifecycle.policy-finance"],
    ),
    value(
        "feed-file-sells-illegal",
        "offers goods that may not be offered: `Counterfeit watch`",
        "title",
        "Counterfeit watch",
        &["feed-file.lifecycle.policy-illegal"],
    ),
];

const LONG: &[Cell] = &[
    long(
        "feed-file-item-id-too-long",
        "writes 101 characters as `item_id`",
        "item_id",
        100,
        &["feed-file.lifecycle.flat-item-id-length"],
    ),
    long(
        "feed-file-title-too-long",
        "writes 151 characters as `title`",
        "title",
        150,
        &["feed-file.lifecycle.flat-title-length"],
    ),
    long(
        "feed-file-description-too-long",
        "writes 5001 characters as `description`",
        "description",
        5_000,
        &["feed-file.lifecycle.flat-description-length"],
    ),
    long(
        "feed-file-brand-too-long",
        "writes 71 characters as `brand`",
        "brand",
        70,
        &["feed-file.lifecycle.flat-brand-length"],
    ),
    long(
        "feed-file-mpn-too-long",
        "writes 71 characters as `mpn`",
        "mpn",
        70,
        &["feed-file.lifecycle.flat-mpn"],
    ),
    long(
        "feed-file-material-too-long",
        "writes 101 characters as `material`",
        "material",
        100,
        &["feed-file.lifecycle.flat-material"],
    ),
    long(
        "feed-file-pricing-trend-too-long",
        "writes 81 characters as `pricing_trend`",
        "pricing_trend",
        80,
        &["feed-file.lifecycle.flat-pricing-trend"],
    ),
    long(
        "feed-file-group-id-too-long",
        "writes 71 characters as `group_id`",
        "group_id",
        70,
        &["feed-file.lifecycle.flat-group-id-length"],
    ),
    long(
        "feed-file-item-group-title-too-long",
        "writes 151 characters as `item_group_title`",
        "item_group_title",
        150,
        &["feed-file.lifecycle.flat-group-title"],
    ),
    long(
        "feed-file-color-too-long",
        "writes 41 characters as `color`",
        "color",
        40,
        &["feed-file.lifecycle.flat-color"],
    ),
    long(
        "feed-file-size-too-long",
        "writes 21 characters as `size`",
        "size",
        20,
        &["feed-file.lifecycle.flat-size"],
    ),
    long(
        "feed-file-seller-name-too-long",
        "writes 71 characters as `seller_name`",
        "seller_name",
        70,
        &["feed-file.lifecycle.flat-seller-name-length"],
    ),
    long(
        "feed-file-marketplace-seller-too-long",
        "writes 71 characters as `marketplace_seller`",
        "marketplace_seller",
        70,
        &["feed-file.lifecycle.flat-marketplace"],
    ),
];
