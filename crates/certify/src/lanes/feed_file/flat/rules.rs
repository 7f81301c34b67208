//! The rules about single rows.

use serde_json::Value;

use super::{
    Row, Rule,
    fields::{
        address, between, boolean, date, future, is_address, json, longest, money, objects, one_of,
        parts, positive, present, price,
    },
};

macro_rules! rules {
    ($($level:ident $name:literal $title:literal [$($proves:literal),*] $fault:expr;)*) => {
        pub(super) const RULES: &[Rule] = &[$(Rule {
            name: $name,
            title: $title,
            proves: &[$($proves),*],
            must: level($level),
            fault: $fault,
        }),*];
    };
}

const MUST: bool = true;
const SHOULD: bool = false;

const fn level(must: bool) -> bool {
    must
}

rules! {
    MUST "flag-search" "is_eligible_search is present and boolean" ["feeds.openai.flags.search"] |row| present(row, "is_eligible_search").or_else(|| boolean(row, "is_eligible_search"));
    MUST "flag-checkout" "is_eligible_checkout is present and boolean" ["feeds.openai.flags.checkout"] |row| present(row, "is_eligible_checkout").or_else(|| boolean(row, "is_eligible_checkout"));
    MUST "flag-checkout-needs-search" "is_eligible_checkout true needs is_eligible_search true" ["feeds.openai.flags.checkout-needs-search", "feeds.openai.removal.how"] |row| (row.is_true("is_eligible_checkout") && !row.is_true("is_eligible_search")).then(|| "checkout without search".to_owned());
    MUST "flag-ads" "is_ads_eligible is boolean" ["feeds.openai.flags.ads"] |row| boolean(row, "is_ads_eligible");
    MUST "item-id" "item_id is present" ["feeds.openai.basic.item-id", "feeds.openai.file.row-per-variant"] |row| present(row, "item_id");
    MUST "item-id-length" "item_id has at most 100 characters" ["feeds.openai.basic.item-id-length"] |row| longest(row, "item_id", 100);
    MUST "title" "title is present" ["feeds.openai.basic.title"] |row| present(row, "title");
    MUST "title-length" "title has at most 150 characters" ["feeds.openai.basic.title-length"] |row| longest(row, "title", 150);
    MUST "title-caps" "title is not all capitals" ["feeds.openai.basic.title-caps"] capitals;
    MUST "description" "description is present" ["feeds.openai.basic.description"] |row| present(row, "description");
    MUST "description-length" "description has at most 5000 characters" ["feeds.openai.basic.description-length"] |row| longest(row, "description", 5_000);
    MUST "description-plain" "description is plain text without markup" ["feeds.openai.basic.description-plain"] markup;
    MUST "url" "url is present and an address" ["feeds.openai.basic.url"] |row| present(row, "url").or_else(|| address(row, "url"));
    MUST "brand" "brand is present" ["feeds.openai.basic.brand"] |row| present(row, "brand");
    MUST "brand-length" "brand has at most 70 characters" ["feeds.openai.basic.brand-length"] |row| longest(row, "brand", 70);
    MUST "gtin" "gtin is 8 to 14 digits" ["feeds.openai.basic.gtin"] gtin;
    MUST "mpn" "mpn has at most 70 characters" ["feeds.openai.basic.mpn"] |row| longest(row, "mpn", 70);
    MUST "category" "product_category is a path with > between the levels" ["feeds.openai.item.category"] category;
    MUST "material" "material has at most 100 characters" ["feeds.openai.item.material"] |row| longest(row, "material", 100);
    MUST "dimensions" "dimensions reads LxWxH unit" ["feeds.openai.item.dimensions"] dimensions;
    MUST "dimensions-unit" "length, width and height come with dimensions_unit" ["feeds.openai.item.dimensions-unit"] |row| (["length", "width", "height"].iter().any(|side| row.has(side)) && !row.has("dimensions_unit")).then(|| "no dimensions_unit".to_owned());
    MUST "weight-unit" "weight comes with item_weight_unit" ["feeds.openai.item.weight-unit"] |row| (row.has("weight") && !row.has("item_weight_unit")).then(|| "no item_weight_unit".to_owned());
    MUST "age-group" "age_group is newborn, infant, toddler, kids or adult" ["feeds.openai.item.age-group"] |row| one_of(row, "age_group", &["newborn", "infant", "toddler", "kids", "adult"]);
    MUST "image" "image_url is present and an address" ["feeds.openai.media.image"] |row| present(row, "image_url").or_else(|| address(row, "image_url"));
    MUST "additional-images" "additional_image_urls is a comma-separated list of addresses" ["feeds.openai.media.additional"] |row| parts(row, "additional_image_urls").into_iter().find(|part| !is_address(part)).map(|part| format!("`{part}`"));
    MUST "video" "video_url is an address" ["feeds.openai.media.video"] |row| address(row, "video_url");
    MUST "model" "model_3d_url names a GLB or GLTF file" ["feeds.openai.media.model"] model;
    MUST "price" "price is present" ["feeds.openai.price.price"] |row| present(row, "price");
    MUST "price-form" "prices read like 79.99 USD" ["feeds.openai.price.form"] |row| price(row, "price").or_else(|| price(row, "sale_price"));
    MUST "sale-price" "sale_price is at most price, in the same currency" ["feeds.openai.price.sale"] sale;
    MUST "sale-dates" "sale_price_start_date and sale_price_end_date are dates" ["feeds.openai.price.sale-dates"] |row| date(row, "sale_price_start_date").or_else(|| date(row, "sale_price_end_date"));
    MUST "unit-price" "unit_pricing_measure and base_measure come together" ["feeds.openai.price.unit"] |row| (row.has("unit_pricing_measure") != row.has("base_measure")).then(|| "one without the other".to_owned());
    MUST "pricing-trend" "pricing_trend has at most 80 characters" ["feeds.openai.price.trend"] |row| longest(row, "pricing_trend", 80);
    MUST "availability" "availability is present" ["feeds.openai.stock.availability"] |row| present(row, "availability");
    MUST "availability-values" "availability is in_stock, out_of_stock, pre_order, backorder or unknown" ["feeds.openai.stock.availability-values"] |row| one_of(row, "availability", &["in_stock", "out_of_stock", "pre_order", "backorder", "unknown"]);
    MUST "availability-date" "pre_order comes with availability_date" ["feeds.openai.stock.date"] |row| (row.text("availability") == "pre_order" && !row.has("availability_date")).then(|| "no availability_date".to_owned());
    MUST "availability-date-future" "availability_date lies in the future" ["feeds.openai.stock.date-future"] |row| future(row, "availability_date");
    MUST "expiration-date" "expiration_date is a date" ["feeds.openai.stock.expiration"] |row| date(row, "expiration_date");
    MUST "pickup-method" "pickup_method is in_store, reserve or not_supported" ["feeds.openai.stock.pickup-method"] |row| one_of(row, "pickup_method", &["in_store", "reserve", "not_supported"]);
    MUST "group-id-length" "group_id has at most 70 characters" ["feeds.openai.variants.group-id-length"] |row| longest(row, "group_id", 70);
    MUST "has-variations" "listing_has_variations is boolean" ["feeds.openai.variants.flag"] |row| boolean(row, "listing_has_variations");
    MUST "variant-dict" "variant_dict maps texts to texts" ["feeds.openai.variants.dict"] dictionary;
    MUST "group-title" "item_group_title has at most 150 characters" ["feeds.openai.variants.group-title"] |row| longest(row, "item_group_title", 150);
    MUST "color" "color has at most 40 characters" ["feeds.openai.variants.color"] |row| longest(row, "color", 40);
    MUST "size" "size has at most 20 characters" ["feeds.openai.variants.size"] |row| longest(row, "size", 20);
    MUST "shipping-price" "shipping_price reads country:region:service:price" ["feeds.openai.shipping.price"] shipping;
    MUST "delivery-estimate" "delivery_estimate lies in the future" ["feeds.openai.shipping.estimate"] |row| future(row, "delivery_estimate");
    MUST "digital" "is_digital is boolean" ["feeds.openai.shipping.digital"] |row| boolean(row, "is_digital");
    MUST "seller-name" "seller_name is present" ["feeds.openai.seller.name"] |row| present(row, "seller_name");
    MUST "seller-name-length" "seller_name has at most 70 characters" ["feeds.openai.seller.name-length"] |row| longest(row, "seller_name", 70);
    MUST "seller-url" "seller_url is present and an address" ["feeds.openai.seller.url"] |row| present(row, "seller_url").or_else(|| address(row, "seller_url"));
    MUST "marketplace" "marketplace_seller has at most 70 characters" ["feeds.openai.seller.marketplace"] |row| longest(row, "marketplace_seller", 70);
    MUST "privacy-policy" "rows for checkout have seller_privacy_policy" ["feeds.openai.seller.privacy"] |row| row.is_true("is_eligible_checkout").then(|| present(row, "seller_privacy_policy").or_else(|| address(row, "seller_privacy_policy"))).flatten();
    MUST "terms" "rows for checkout have seller_tos" ["feeds.openai.seller.tos"] |row| row.is_true("is_eligible_checkout").then(|| present(row, "seller_tos").or_else(|| address(row, "seller_tos"))).flatten();
    SHOULD "return-policy" "return_policy should be present" ["feeds.openai.returns.policy"] |row| present(row, "return_policy");
    MUST "accepts-returns" "accepts_returns and accepts_exchanges are boolean" ["feeds.openai.returns.accepts"] |row| boolean(row, "accepts_returns").or_else(|| boolean(row, "accepts_exchanges"));
    MUST "return-deadline" "return_deadline_in_days is above 0" ["feeds.openai.returns.deadline"] |row| positive(row, "return_deadline_in_days");
    MUST "popularity" "popularity_score lies between 0 and 5" ["feeds.openai.signals.popularity"] |row| between(row, "popularity_score", 0.0, 5.0);
    MUST "return-rate" "return_rate lies between 0 and 100 percent" ["feeds.openai.signals.return-rate"] |row| between(row, "return_rate", 0.0, 100.0);
    MUST "review-count" "review_count is 0 or more" ["feeds.openai.signals.review-count"] |row| between(row, "review_count", 0.0, f64::MAX);
    MUST "star-rating" "star_rating lies between 0 and 5" ["feeds.openai.signals.rating"] |row| between(row, "star_rating", 0.0, 5.0);
    MUST "questions" "q_and_a is a list of objects with q and a" ["feeds.openai.signals.qa"] |row| objects(row, "q_and_a", &["q", "a"]);
    MUST "reviews" "reviews is a list of objects with title, content, minRating, maxRating and rating" ["feeds.openai.signals.reviews"] |row| objects(row, "reviews", &["title", "content", "minRating", "maxRating", "rating"]);
    MUST "age-restriction" "age_restriction is above 0" ["feeds.openai.compliance.age"] |row| positive(row, "age_restriction");
    MUST "warning" "warning is text, and warning_url an address" ["feeds.openai.compliance.warning"] |row| address(row, "warning_url").or_else(|| row.get("warning").filter(|value| !value.is_string()).map(|value| format!("warning is {value}")));
    MUST "related-type" "relationship_type is one of the six words" ["feeds.openai.relations.type"] |row| one_of(row, "relationship_type", &["part_of_set", "required_part", "often_bought_with", "substitute", "different_brand", "accessory"]);
    MUST "target-countries" "target_countries is present, of ISO 3166-1 codes" ["feeds.openai.geo.target"] |row| present(row, "target_countries").or_else(|| parts(row, "target_countries").into_iter().find(|code| !country(code)).map(|code| format!("`{code}`")));
    MUST "store-country" "store_country is present, an ISO 3166-1 code" ["feeds.openai.geo.store"] |row| present(row, "store_country").or_else(|| (!country(&row.text("store_country"))).then(|| row.text("store_country")));
    MUST "placeholders" "placeholders such as n/a or null do not occur" ["feeds.openai.values.no-placeholders", "feeds.openai.values.unknown-omitted"] placeholder;
    MUST "booleans" "booleans are JSON booleans or the words true and false" ["feeds.openai.values.booleans"] |row| BOOLEANS.iter().find_map(|column| boolean(row, column));
    SHOULD "current-names" "columns should have their current names" [] |row| super::ALIASES.iter().flat_map(|(_, others)| *others).find(|other| row.values.contains_key(**other)).map(|other| format!("the column {other}"));
}

const BOOLEANS: [&str; 7] = [
    "is_eligible_search",
    "is_eligible_checkout",
    "is_ads_eligible",
    "listing_has_variations",
    "is_digital",
    "accepts_returns",
    "accepts_exchanges",
];

fn country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A title of several letters without a lower-case one.
fn capitals(row: &Row) -> Option<String> {
    let title = row.text("title");
    let letters = title.chars().filter(|char| char.is_alphabetic()).count();
    let cased = title.chars().any(char::is_uppercase);
    let lower = title.chars().any(char::is_lowercase);
    (letters > 4 && cased && !lower).then(|| format!("title is `{title}`"))
}

fn markup(row: &Row) -> Option<String> {
    let text = row.text("description");
    let tag = text.match_indices('<').find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let inner = rest.get(1..)?.trim_start_matches('/');
        let begins = inner
            .chars()
            .next()
            .is_some_and(|char| char.is_ascii_alphabetic());
        let end = rest.find('>')?;
        (begins && end < 200).then(|| rest.get(..=end).unwrap_or_default().to_owned())
    });
    let entity = ["&nbsp;", "&amp;", "&lt;", "&gt;", "&quot;"]
        .into_iter()
        .find(|entity| text.contains(entity));
    tag.or_else(|| entity.map(str::to_owned))
        .map(|found| format!("description has `{found}`"))
}

fn gtin(row: &Row) -> Option<String> {
    let text = row.text("gtin");
    let digits = (8..=14).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (!text.is_empty() && !digits).then(|| format!("gtin is `{text}`"))
}

/// Levels with something in them; other separators give themselves away.
fn category(row: &Row) -> Option<String> {
    let text = row.text("product_category");
    let empty = text.split('>').any(|level| level.trim().is_empty());
    let other = !text.contains('>')
        && [" / ", " | ", "::", "»"]
            .iter()
            .any(|mark| text.contains(mark));
    (!text.is_empty() && (empty || other)).then(|| format!("product_category is `{text}`"))
}

fn dimensions(row: &Row) -> Option<String> {
    let text = row.text("dimensions");
    let right = text.split_once(' ').is_some_and(|(sides, unit)| {
        let sides: Vec<_> = sides.split('x').collect();
        sides.len() == 3
            && sides
                .iter()
                .all(|side| side.parse::<f64>().is_ok_and(|side| side > 0.0))
            && !unit.trim().is_empty()
    });
    (!text.is_empty() && !right).then(|| format!("dimensions is `{text}`"))
}

fn model(row: &Row) -> Option<String> {
    let text = row.text("model_3d_url");
    let path = text
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let right = is_address(&text)
        && ["glb", "gltf"]
            .iter()
            .any(|end| path.rsplit('.').next() == Some(end));
    (!text.is_empty() && !right).then(|| format!("model_3d_url is `{text}`"))
}

fn sale(row: &Row) -> Option<String> {
    let (full, sale) = (row.text("price"), row.text("sale_price"));
    let ((full_amount, full_code), (amount, code)) = (money(&full)?, money(&sale)?);
    (amount > full_amount || code != full_code).then(|| format!("sale_price {sale}, price {full}"))
}

fn dictionary(row: &Row) -> Option<String> {
    match json(row, "variant_dict")? {
        Err(fault) => Some(fault),
        Ok(Value::Object(members)) if members.values().all(Value::is_string) => None,
        Ok(other) => Some(format!("variant_dict is {other}")),
    }
}

/// `US:CA:Overnight:16.00 USD`, several parted by commas; region and service may be empty.
fn shipping(row: &Row) -> Option<String> {
    parts(row, "shipping_price").into_iter().find_map(|entry| {
        let fields: Vec<_> = entry.split(':').collect();
        let right = matches!(fields.as_slice(), [code, _, _, cost] if country(code) && money(cost.trim()).is_some());
        (!right).then(|| format!("shipping_price has `{entry}`"))
    })
}

fn placeholder(row: &Row) -> Option<String> {
    const WORDS: [&str; 11] = [
        "n/a",
        "na",
        "null",
        "none",
        "nil",
        "undefined",
        "nan",
        "tbd",
        "-",
        "--",
        "#n/a",
    ];
    row.values.iter().find_map(|(column, value)| {
        let text = value.as_str()?.trim().to_ascii_lowercase();
        WORDS
            .contains(&text.as_str())
            .then(|| format!("{column} is `{}`", value.as_str().unwrap_or_default()))
    })
}
