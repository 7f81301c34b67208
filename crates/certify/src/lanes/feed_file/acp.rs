//! The protocol's own files: `metadata.json` and `products.jsonl`.
#![expect(
    clippy::unnecessary_wraps,
    reason = "one signature for every row of the table"
)]

mod products;

use std::{collections::BTreeMap, future::Future, sync::Arc};

pub(super) use products::{twice, variants};

use serde_json::Value;

use products::{availability, buyer_data, empty_ids, ids, list_prices, no_variants, prices};

use super::{
    super::documents::{list, text},
    check, report,
    source::{Acp, Feed, feed, previous},
};
use crate::{Case, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

/// Faults of a feed in the protocol's form.
type Judge = fn(&Case, &Acp) -> Outcome<Vec<String>>;

struct Rule {
    name: &'static str,
    title: &'static str,
    proves: &'static [&'static str],
    shapes: &'static [&'static str],
    must: bool,
    faults: Judge,
}

const PRODUCT: &[&str] = &[
    "Product",
    "Variant",
    "Description",
    "Price",
    "UnitPrice",
    "Availability",
    "Barcode",
    "Media",
    "feed#VariantOption",
    "Category",
    "feed#Link",
    "Seller",
    "Measure",
    "ReferenceMeasure",
    "Condition",
];

const RULES: &[Rule] = &[
    Rule {
        name: "metadata-file",
        title: "a snapshot has metadata.json",
        proves: &["feeds.snapshot.metadata-file"],
        shapes: &[],
        must: true,
        faults: |_, acp| Ok(missing(acp.metadata.is_none(), "metadata.json is missing")),
    },
    Rule {
        name: "metadata-shape",
        title: "metadata.json has the shape of FeedMetadata",
        proves: &["feeds.snapshot.metadata-file"],
        shapes: &["FeedMetadata"],
        must: true,
        faults: metadata_shape,
    },
    Rule {
        name: "products-file",
        title: "a snapshot has products.jsonl",
        proves: &["feeds.snapshot.products-file"],
        shapes: &[],
        must: true,
        faults: |_, acp| Ok(missing(acp.lines.is_none(), "products.jsonl is missing")),
    },
    Rule {
        name: "products-lines",
        title: "every line of products.jsonl is one JSON object",
        proves: &["feeds.snapshot.products-file"],
        shapes: &[],
        must: true,
        faults: lines,
    },
    Rule {
        name: "products-shape",
        title: "every line of products.jsonl is a valid Product",
        proves: &["feeds.snapshot.products-file"],
        shapes: PRODUCT,
        must: true,
        faults: products_shape,
    },
    Rule {
        name: "products-utf8",
        title: "products.jsonl is UTF-8",
        proves: &["feeds.snapshot.products-file"],
        shapes: &[],
        must: true,
        faults: utf8,
    },
    Rule {
        name: "product-ids-unique",
        title: "every product stands in the snapshot once",
        proves: &["feeds.product.id-stable"],
        shapes: &[],
        must: true,
        faults: |_, acp| Ok(twice(ids(acp))),
    },
    Rule {
        name: "variant-ids-unique",
        title: "every variant stands in the snapshot once",
        proves: &["feeds.variant.id-buyable"],
        shapes: &[],
        must: true,
        faults: |_, acp| {
            Ok(twice(
                variants(acp)
                    .into_iter()
                    .map(|(place, one)| (place, text(&one, "id").to_owned()))
                    .collect(),
            ))
        },
    },
    Rule {
        name: "ids-not-empty",
        title: "products and variants have ids with something in them",
        proves: &["feeds.product.id-stable"],
        shapes: &[],
        must: true,
        faults: empty_ids,
    },
    Rule {
        name: "variants-present",
        title: "every product has a variant",
        proves: &["feeds.upsert.complete-object"],
        shapes: &[],
        must: false,
        faults: no_variants,
    },
    Rule {
        name: "price-minor-units",
        title: "prices are whole minor units of an upper-case currency",
        proves: &["feeds.price.minor-units"],
        shapes: &[],
        must: true,
        faults: prices,
    },
    Rule {
        name: "list-price",
        title: "list_price is in the currency of price, and not below it",
        proves: &["feeds.price.list-price"],
        shapes: &[],
        must: true,
        faults: list_prices,
    },
    Rule {
        name: "availability-agrees",
        title: "available agrees with the status beside it",
        proves: &["feeds.availability.available-flag"],
        shapes: &[],
        must: true,
        faults: availability,
    },
    Rule {
        name: "no-buyer-data",
        title: "a feed holds no data of buyers or sessions",
        proves: &["feeds.privacy.no-buyer-data"],
        shapes: &[],
        must: true,
        faults: buyer_data,
    },
    Rule {
        name: "discontinued",
        title: "what is discontinued should not be available",
        proves: &["feeds.upsert.no-delete"],
        shapes: &[],
        must: false,
        faults: |_, acp| {
            Ok(variants(acp)
                .into_iter()
                .filter(|(_, one)| {
                    one.pointer("/availability/status").and_then(Value::as_str)
                        == Some("discontinued")
                        && one.pointer("/availability/available") == Some(&Value::Bool(true))
                })
                .map(|(place, _)| format!("{place}: discontinued and available"))
                .collect())
        },
    },
];

pub(super) fn checks() -> Vec<Check> {
    let rules = RULES.iter().map(|rule| {
        plain(rule.name, rule.title, move |case| async move {
            let feed = feed(&case).await?;
            let faults = (rule.faults)(&case, of(&feed)?)?;
            report(&case, rule.must, rule.title, faults)
        })
        .proves(rule.proves)
        .proves_shapes(rule.shapes)
    });
    let mut checks: Vec<_> = rules.collect();
    checks.push(
        plain(
            "product-ids-stable",
            "products keep their ids from one snapshot to the next",
            |case| async move {
                let (before, now) = (previous(&case).await?, feed(&case).await?);
                let rule = "products keep their ids from one snapshot to the next";
                report(
                    &case,
                    true,
                    rule,
                    renamed(&titles(of(&before)?), &titles(of(&now)?)),
                )
            },
        )
        .proves(&["feeds.product.id-stable"]),
    );
    checks.push(
        plain(
            "variant-ids-stable",
            "variants should keep their ids from one snapshot to the next",
            |case| async move {
                let (before, now) = (previous(&case).await?, feed(&case).await?);
                let rule = "variants should keep their ids from one snapshot to the next";
                report(
                    &case,
                    false,
                    rule,
                    renamed(&options(of(&before)?), &options(of(&now)?)),
                )
            },
        )
        .proves(&["feeds.variant.id-stable"]),
    );
    checks
}

fn plain<F, R>(name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    check(Topic::Lifecycle, &format!("acp-{name}"), title, run)
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .advice("write metadata.json and products.jsonl as the feed schema says; each finding names the line")
}

/// The feed in this form; not applicable to other forms.
pub(super) fn of(feed: &Feed) -> Outcome<&Acp> {
    match feed {
        Feed::Acp(acp) => Ok(acp),
        Feed::Flat(_) | Feed::Parquet => Err(Stop::NotApplicable(
            "not offered: feed_file.path is a flat feed".to_owned(),
        )),
    }
}

fn missing(is_missing: bool, what: &str) -> Vec<String> {
    if is_missing {
        vec![what.to_owned()]
    } else {
        Vec::new()
    }
}

fn metadata_shape(case: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let Some(bytes) = &acp.metadata else {
        return Err(Stop::NotTested("metadata.json is missing".to_owned()));
    };
    match serde_json::from_slice(bytes) {
        Ok(metadata) => shape(case, "feed#FeedMetadata", &metadata, "metadata.json"),
        Err(error) => Ok(vec![format!("metadata.json: {error}")]),
    }
}

fn shape(case: &Case, shape: &str, document: &Value, place: &str) -> Outcome<Vec<String>> {
    let faults = case
        .judge()
        .validate(case.version(), shape, document)
        .map_err(|error| Stop::NotTested(error.to_string()))?;
    let faults = faults.into_iter();
    Ok(faults
        .map(|fault| format!("{place}: {}: {}", fault.path, fault.message))
        .collect())
}

fn lines(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let lines = acp.lines.iter().flatten();
    let parsed = (1_usize..).zip(lines.map(|line| serde_json::from_slice::<Value>(line)));
    Ok(parsed
        .filter_map(|(number, parsed)| match parsed {
            Ok(Value::Object(_)) => None,
            Ok(_) => Some(format!("line {number}: no JSON object")),
            Err(error) => Some(format!("line {number}: {error}")),
        })
        .collect())
}

fn products_shape(case: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let mut faults = Vec::new();
    for (number, product) in acp.products() {
        let place = format!("line {number} ({})", text(&product, "id"));
        faults.extend(shape(case, "feed#Product", &product, &place)?);
    }
    Ok(faults)
}

fn utf8(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let lines = (1_usize..).zip(acp.lines.iter().flatten());
    Ok(lines
        .filter(|(_, line)| std::str::from_utf8(line).is_err())
        .map(|(number, _)| format!("line {number}: no UTF-8"))
        .collect())
}

/// What a product is by anything but its id, and its id.
fn titles(acp: &Acp) -> BTreeMap<String, String> {
    let products = acp.products().into_iter();
    products
        .map(|(_, one)| {
            let is = format!("{} {}", text(&one, "title"), text(&one, "url"));
            (is, text(&one, "id").to_owned())
        })
        .collect()
}

/// What a variant is by anything but its id, and its id.
fn options(acp: &Acp) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (_, product) in acp.products() {
        for one in list(&product, "variants") {
            let options = one
                .get("variant_options")
                .map(Value::to_string)
                .unwrap_or_default();
            let is = format!("{} {} {options}", text(&product, "id"), text(one, "title"));
            found.insert(is, text(one, "id").to_owned());
        }
    }
    found
}

/// The same thing under another id.
pub(super) fn renamed(
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<String> {
    before
        .iter()
        .filter_map(|(is, id)| {
            let new = now.get(is)?;
            (new != id).then(|| format!("`{id}` became `{new}` ({})", is.trim()))
        })
        .collect()
}
