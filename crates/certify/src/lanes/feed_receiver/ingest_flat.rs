//! Flat feed files as `OpenAI` writes them, given to the agent by `feed.ingest_command`.

use std::{collections::BTreeMap, io::Write, path::PathBuf, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::{
    super::documents::{list, text},
    FeedApi, check,
    ingest::{Files, ingest},
};
use crate::{Case, Check, Outcome, Stop, Topic};

/// A row by column.
pub(super) type Row = BTreeMap<&'static str, String>;

/// A row with every required column, of an item with this id.
fn row(id: &str) -> Row {
    let columns = [
        ("item_id", id),
        ("title", "Stoneware mug"),
        ("description", "A mug of grey stoneware."),
        ("url", "https://shop.example/products/mug"),
        ("brand", "Kiln"),
        ("image_url", "https://cdn.shop.example/mug.jpg"),
        ("price", "19.99 USD"),
        ("availability", "in_stock"),
        ("is_eligible_search", "true"),
        ("is_eligible_checkout", "true"),
        ("seller_name", "Kiln"),
        ("seller_url", "https://shop.example"),
        ("seller_privacy_policy", "https://shop.example/privacy"),
        ("seller_tos", "https://shop.example/terms"),
        ("return_policy", "https://shop.example/returns"),
        ("target_countries", "US"),
        ("store_country", "US"),
    ];
    columns
        .into_iter()
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}

/// The row with other columns; an empty name takes the column away.
fn changed(mut row: Row, columns: &[(&'static str, &str)], gone: &[&'static str]) -> Row {
    for column in gone {
        row.remove(column);
    }
    for (name, value) in columns {
        row.insert(name, (*value).to_owned());
    }
    row
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Tsv,
    Jsonl,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Csv => "products.csv.gz",
            Self::Tsv => "products.tsv.gz",
            Self::Jsonl => "products.jsonl.gz",
        }
    }

    fn text(self, rows: &[Row]) -> String {
        let separator = if self == Self::Tsv { '\t' } else { ',' };
        if self == Self::Jsonl {
            let lines = rows.iter().map(|row| format!("{}\n", json!(row)));
            return lines.collect();
        }
        let mut columns: Vec<&str> = rows.iter().flat_map(|row| row.keys().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        let mut text = columns.join(&separator.to_string());
        for row in rows {
            let cells = columns.iter().map(|column| {
                let cell = row.get(column).map_or("", String::as_str);
                if self == Self::Csv && cell.contains([',', '"']) {
                    format!("\"{}\"", cell.replace('"', "\"\""))
                } else {
                    cell.to_owned()
                }
            });
            text.push('\n');
            text.push_str(&cells.collect::<Vec<_>>().join(&separator.to_string()));
        }
        text.push('\n');
        text
    }
}

/// Gives the agent rows as a file of a new feed; the feed.
async fn given(case: &Arc<Case>, format: Format, rows: &[Row]) -> Outcome<(FeedApi, String)> {
    let api = FeedApi::of(case)?;
    if api.target().ingest_command.is_empty() {
        // Says what to set.
        ingest(&api, "", &PathBuf::new()).await?;
    }
    let (id, _) = api.created().await?;
    again(&api, &id, format, rows).await?;
    Ok((api, id))
}

/// Gives the agent the next snapshot of a feed.
async fn again(api: &FeedApi, id: &str, format: Format, rows: &[Row]) -> Outcome {
    let broken = |error: std::io::Error| Stop::NotTested(error.to_string());
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(format.text(rows).as_bytes())
        .map_err(broken)?;
    let files = Files::new(api.case())?;
    let path = files.write(format.name(), &gzip.finish().map_err(broken)?)?;
    let taken = ingest(api, id, &path).await?;
    api.case()
        .must_hold(taken, "the agent takes a valid feed file", || {
            format!("feed.ingest_command failed with {}", format.name())
        })
}

/// The variant that a row became, wherever the agent puts it.
async fn variant(api: &FeedApi, id: &str, item: &str) -> Outcome<Option<Value>> {
    let (products, _) = api.held(id).await?;
    let of_item = products.iter().find_map(|product| {
        let variants = list(product, "variants").iter();
        let mut variants = variants.chain(std::iter::once(product));
        variants.find(|one| text(one, "id") == item).cloned()
    });
    Ok(of_item)
}

struct Rule {
    name: &'static str,
    title: &'static str,
    proves: &'static str,
    /// Columns of the row beside or instead of the usual ones, and columns left out.
    columns: &'static [(&'static str, &'static str)],
    gone: &'static [&'static str],
    /// Whether the item must be on offer, and what must stand where.
    offered: bool,
    shows: &'static [(&'static str, &'static str)],
}

const fn rule(
    name: &'static str,
    title: &'static str,
    proves: &'static str,
    columns: &'static [(&'static str, &'static str)],
    gone: &'static [&'static str],
) -> Rule {
    Rule {
        name,
        title,
        proves,
        columns,
        gone,
        offered: true,
        shows: &[],
    }
}

const RULES: &[Rule] = &[
    Rule {
        offered: false,
        ..rule(
            "flat-not-eligible",
            "an item with is_eligible_search false is not on offer",
            "feeds.openai.removal.effect",
            &[
                ("is_eligible_search", "false"),
                ("is_eligible_checkout", "false"),
            ],
            &[],
        )
    },
    rule(
        "flat-google",
        "a row in Google's column names is taken",
        "feeds.openai.google-format",
        &[
            ("id", "mug_1"),
            ("link", "https://shop.example/products/mug"),
            ("image_link", "https://cdn.shop.example/mug.jpg"),
            ("condition", "new"),
        ],
        &[
            "item_id",
            "url",
            "image_url",
            "is_eligible_search",
            "is_eligible_checkout",
        ],
    ),
    rule(
        "flat-empty-is-none",
        "an empty cell means no value, never zero or false",
        "feeds.openai.values.empty-is-none",
        &[("sale_price", ""), ("review_count", ""), ("is_digital", "")],
        &[],
    ),
    rule(
        "flat-first-country",
        "of several target_countries the first is used",
        "feeds.openai.geo.target-first",
        &[("target_countries", "US,FR")],
        &[],
    ),
    rule(
        "flat-alias-enable",
        "enable_search and enable_checkout are taken for the eligibility flags",
        "feeds.openai.alias.enable",
        &[("enable_search", "true"), ("enable_checkout", "true")],
        &["is_eligible_search", "is_eligible_checkout"],
    ),
    Rule {
        offered: false,
        ..rule(
            "flat-enable-wins",
            "enable_search wins over is_eligible_search",
            "feeds.openai.alias.enable-wins",
            &[("enable_search", "false"), ("enable_checkout", "false")],
            &[],
        )
    },
    rule(
        "flat-alias-id",
        "id is taken for item_id",
        "feeds.openai.alias.id",
        &[("id", "mug_1")],
        &["item_id"],
    ),
    rule(
        "flat-alias-sku",
        "sku is taken for item_id",
        "feeds.openai.alias.id",
        &[("sku", "mug_1")],
        &["item_id"],
    ),
    rule(
        "flat-item-id-wins",
        "item_id wins over id and sku",
        "feeds.openai.alias.item-id-wins",
        &[("id", "other"), ("sku", "another")],
        &[],
    ),
    Rule {
        shows: &[("url", "https://shop.example/other")],
        ..rule(
            "flat-alias-link",
            "link is taken for url",
            "feeds.openai.alias.links",
            &[("link", "https://shop.example/other")],
            &["url"],
        )
    },
    rule(
        "flat-alias-image",
        "image_link and additional_image_link are taken for pictures",
        "feeds.openai.alias.links",
        &[
            ("image_link", "https://cdn.shop.example/mug.jpg"),
            ("additional_image_link", "https://cdn.shop.example/2.jpg"),
        ],
        &["image_url"],
    ),
    rule(
        "flat-alias-group",
        "item_group_id is taken for group_id",
        "feeds.openai.alias.group",
        &[("item_group_id", "mugs")],
        &[],
    ),
    rule(
        "flat-alias-returns",
        "return_window is taken for return_deadline_in_days",
        "feeds.openai.alias.returns",
        &[("return_window", "30")],
        &[],
    ),
    rule(
        "flat-alias-reviews",
        "product_review_count is taken for review_count",
        "feeds.openai.alias.reviews",
        &[("product_review_count", "12")],
        &[],
    ),
    rule(
        "flat-alias-ads",
        "is_eligible_ads is taken for is_ads_eligible",
        "feeds.openai.alias.ads",
        &[("is_eligible_ads", "true")],
        &[],
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let formats = [Format::Csv, Format::Tsv, Format::Jsonl].map(|format| {
        let kind = format
            .name()
            .trim_start_matches("products.")
            .replace('.', "-");
        let title = format!("a flat feed as {kind} is taken");
        check(
            Topic::Lifecycle,
            &format!("flat-{kind}"),
            &title,
            move |case| async move {
                let (api, id) = given(&case, format, &[row("mug_1"), row("mug_2")]).await?;
                for item in ["mug_1", "mug_2"] {
                    let held = variant(&api, &id, item).await?;
                    case.must_hold(held.is_some(), "every row of a file is in the feed", || {
                        format!("{item} is missing")
                    })?;
                }
                Ok(())
            },
        )
        .proves(&["feeds.openai.file.formats-accepted"])
        .advice("read csv.gz, tsv.gz and jsonl.gz, beside parquet")
    });
    let rules = RULES.iter().map(|rule| {
        check(Topic::Lifecycle, rule.name, rule.title, move |case| {
            judge(case, rule)
        })
        .proves(&[rule.proves])
        .advice("read flat files with the column names of Google and of older pages too")
    });
    let mut checks: Vec<_> = formats.into_iter().chain(rules).collect();
    checks.push(
        check(
            Topic::Lifecycle,
            "flat-absent",
            "an item that the next file leaves out is not on offer any more",
            absent,
        )
        .proves(&["feeds.openai.removal.effect"])
        .advice("a file is the whole catalogue"),
    );
    checks
}

async fn judge(case: Arc<Case>, rule: &'static Rule) -> Outcome {
    let rows = [
        changed(row("mug_1"), rule.columns, rule.gone),
        row("bowl_1"),
    ];
    let (api, id) = given(&case, Format::Csv, &rows).await?;
    let held = variant(&api, &id, "mug_1").await?;
    let available = held
        .as_ref()
        .and_then(|held| held.pointer("/availability/available"));
    let offered = held.is_some() && available != Some(&json!(false));
    case.must_hold(offered == rule.offered, rule.title, || match &held {
        None => "the item is not in the feed".to_owned(),
        Some(held) => held.to_string(),
    })?;
    for (member, wanted) in rule.shows {
        let seen = held.as_ref().map_or("", |held| text(held, member));
        case.must_hold(seen == *wanted, rule.title, || {
            format!("{member} is `{seen}`")
        })?;
    }
    let price = held.as_ref().and_then(|held| held.pointer("/price/amount"));
    case.must_hold(
        !rule.offered || price.is_none() || price == Some(&json!(1_999)),
        "19.99 USD is 1999 minor units",
        || format!("{price:?}"),
    )
}

async fn absent(case: Arc<Case>) -> Outcome {
    let (api, id) = given(&case, Format::Csv, &[row("mug_1"), row("mug_2")]).await?;
    again(&api, &id, Format::Csv, &[row("mug_2")]).await?;
    let held = variant(&api, &id, "mug_1").await?;
    let available = held
        .as_ref()
        .and_then(|held| held.pointer("/availability/available"));
    case.must_hold(
        held.is_none() || available == Some(&json!(false)),
        "an item that is absent from the newest file is not on offer",
        || "the item is still there".to_owned(),
    )
}
