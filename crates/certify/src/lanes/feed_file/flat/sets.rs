//! Rules about a flat feed as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        acp::{renamed, twice},
        check, report,
        source::{Flat, Row, feed, previous},
    },
    fields::parts,
    flat, of,
};
use crate::{Case, Check, Outcome, Topic};

type Judge = fn(&Case, &Flat) -> Outcome;

const ROWS: [(&str, &str, &[&str], Judge); 7] = [
    (
        "utf8",
        "text files are UTF-8",
        &["feeds.openai.file.utf8"],
        |case, flat| report(case, true, "text files are UTF-8", flat.no_utf8.clone()),
    ),
    (
        "readable",
        "every row can be read",
        &["feeds.openai.file.row-per-variant"],
        |case, flat| report(case, true, "every row can be read", flat.unreadable.clone()),
    ),
    (
        "not-empty",
        "a feed has rows",
        &["feeds.openai.file.row-per-variant"],
        |case, flat| {
            case.must_hold(!flat.rows.is_empty(), "a feed has rows", || {
                "none".to_owned()
            })
        },
    ),
    (
        "item-ids-unique",
        "item_id is unique per variant",
        &[
            "feeds.openai.basic.item-id-stable",
            "feeds.openai.file.row-per-variant",
        ],
        |case, flat| {
            let ids = flat
                .rows
                .iter()
                .map(|row| (row.place.clone(), row.text("item_id")));
            report(
                case,
                true,
                "item_id is unique per variant",
                twice(ids.collect()),
            )
        },
    ),
    (
        "group-id",
        "rows that are variants of one product share a group_id",
        &["feeds.openai.variants.group-id"],
        groups,
    ),
    (
        "shard-rows",
        "a shard has at most 500,000 rows",
        &["feeds.openai.file.shard-rows"],
        |case, flat| {
            let large = flat.shards.iter().filter(|(_, rows, _)| *rows > 500_000);
            let faults = large.map(|(file, rows, _)| format!("{file}: {rows} rows"));
            report(
                case,
                true,
                "a shard has at most 500,000 rows",
                faults.collect(),
            )
        },
    ),
    (
        "related-ids",
        "related_product_id is a list of ids of the feed",
        &["feeds.openai.relations.ids"],
        related,
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let rows = ROWS.map(|(name, title, proves, judge)| flat(name, title).run(judge).proves(proves));
    let mut checks: Vec<_> = rows.into();
    checks.push(
        flat("shard-size", "a shard should stay below 500 MB")
            .run(|case, flat| {
                let large = flat
                    .shards
                    .iter()
                    .filter(|(_, _, bytes)| *bytes > 500_000_000);
                let faults = large.map(|(file, _, bytes)| format!("{file}: {bytes} bytes"));
                report(
                    case,
                    false,
                    "a shard should stay below 500 MB",
                    faults.collect(),
                )
            })
            .proves(&["feeds.openai.file.shard-size"]),
    );
    checks.push(
        check(
            Topic::Lifecycle,
            "flat-item-ids-stable",
            "item_id stays the same over snapshots",
            |case| async move {
                let (before, now) = (previous(&case).await?, feed(&case).await?);
                let faults = renamed(&known(of(&before)?), &known(of(&now)?));
                report(&case, true, "item_id stays the same over snapshots", faults)
            },
        )
        .proves(&["feeds.openai.basic.item-id-stable"])
        .advice("keep the id of a variant for as long as you sell it"),
    );
    checks
}

/// Options that tell variants of one product apart.
const OPTIONS: [&str; 4] = ["color", "size", "gender", "variant_dict"];

fn groups(case: &Case, flat: &Flat) -> Outcome {
    let mut faults = Vec::new();
    let mut of_group: BTreeMap<String, usize> = BTreeMap::new();
    for row in &flat.rows {
        let group = row.text("group_id");
        if group.is_empty() && row.is_true("listing_has_variations") {
            faults.push(format!(
                "{} ({}): variations without group_id",
                row.place,
                row.text("item_id")
            ));
        } else if !group.is_empty() {
            let count = of_group.entry(group).or_default();
            *count = count.saturating_add(1);
        }
    }
    // The same product page and title, told apart by options alone: variants of one product.
    let mut pages: BTreeMap<(String, String), Vec<&Row>> = BTreeMap::new();
    for row in flat
        .rows
        .iter()
        .filter(|row| OPTIONS.iter().any(|option| row.has(option)))
    {
        let page = row
            .text("url")
            .split(['?', '#'])
            .next()
            .unwrap_or_default()
            .to_owned();
        pages
            .entry((page, row.text("title")))
            .or_default()
            .push(row);
    }
    for rows in pages.values().filter(|rows| rows.len() > 1) {
        let groups: BTreeSet<_> = rows.iter().map(|row| row.text("group_id")).collect();
        if groups.len() > 1 || groups.contains("") {
            let items: Vec<_> = rows.iter().map(|row| row.text("item_id")).take(5).collect();
            faults.push(format!(
                "{} are one product with group_id {groups:?}",
                items.join(", ")
            ));
        }
    }
    report(
        case,
        true,
        "rows that are variants of one product share a group_id",
        faults,
    )
}

fn related(case: &Case, flat: &Flat) -> Outcome {
    let mut known: BTreeSet<String> = flat.rows.iter().map(|row| row.text("item_id")).collect();
    known.extend(flat.rows.iter().map(|row| row.text("group_id")));
    let mut faults = Vec::new();
    for row in &flat.rows {
        for id in parts(row, "related_product_id") {
            if !known.contains(&id) {
                faults.push(format!("{} ({}): `{id}`", row.place, row.text("item_id")));
            }
        }
    }
    report(
        case,
        true,
        "related_product_id names items of the feed",
        faults,
    )
}

/// What a row is by anything but its id, and its id.
fn known(flat: &Flat) -> BTreeMap<String, String> {
    let rows = flat.rows.iter();
    rows.map(|row| {
        let options = OPTIONS.map(|option| row.text(option)).join(" ");
        let is = format!("{} {} {options}", row.text("url"), row.text("title"));
        (is, row.text("item_id"))
    })
    .collect()
}
