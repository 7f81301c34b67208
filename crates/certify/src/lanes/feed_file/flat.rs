//! Flat files as `OpenAI` describes them: one row per variant.

mod fields;
mod rules;
mod sets;

use serde_json::Value;

use super::{
    check, report,
    source::{Feed, Flat, Row, feed},
};
use crate::{Check, Outcome, Stop, Topic};

/// The fault of a row, when it has one.
type Fault = fn(&Row) -> Option<String>;

/// A rule about one row.
struct Rule {
    name: &'static str,
    title: &'static str,
    proves: &'static [&'static str],
    must: bool,
    fault: Fault,
}

pub(super) fn checks() -> Vec<Check> {
    let rows = rules::RULES.iter().map(|rule| {
        flat(rule.name, rule.title)
            .run(move |case, flat| report(case, rule.must, rule.title, faults(flat, rule.fault)))
            .proves(rule.proves)
    });
    let mut checks: Vec<_> = rows.collect();
    checks.extend(sets::checks());
    checks.push(every_row());
    checks
}

/// A check of flat feeds, without its question yet.
struct Flats {
    name: &'static str,
    title: &'static str,
}

fn flat(name: &'static str, title: &'static str) -> Flats {
    Flats { name, title }
}

impl Flats {
    fn run<F>(self, judge: F) -> Check
    where
        F: Fn(&crate::Case, &Flat) -> Outcome + Copy + Send + Sync + 'static,
    {
        check(Topic::Lifecycle, &format!("flat-{}", self.name), self.title, move |case| async move {
            let feed = feed(&case).await?;
            judge(&case, of(&feed)?)
        })
        .advice("correct the rows that the findings name; leave out optional values that you do not know")
    }
}

/// The feed in this form; not applicable to other forms.
pub(super) fn of(feed: &Feed) -> Outcome<&Flat> {
    match feed {
        Feed::Flat(flat) => Ok(flat),
        Feed::Acp(_) => Err(Stop::NotApplicable(
            "not offered: feed_file.path is a feed in the protocol's own form".to_owned(),
        )),
        Feed::Parquet => Err(Stop::NotTested(
            "the judge reads no parquet: give the same rows as csv, tsv or jsonl".to_owned(),
        )),
    }
}

/// Faults of all rows, named by place and item.
fn faults(flat: &Flat, fault: Fault) -> Vec<String> {
    let rows = flat.rows.iter();
    rows.filter_map(|row| {
        let fault = fault(row)?;
        Some(format!("{} ({}): {fault}", row.place, row.text("item_id")))
    })
    .collect()
}

/// A passed upload proves no value: the sender looks at each row.
fn every_row() -> Check {
    flat(
        "every-row",
        "every row should be right by itself: a passed upload proves no value",
    )
    .run(|case, flat| {
        let broken = flat.rows.iter().filter(|row| {
            rules::RULES
                .iter()
                .any(|rule| rule.must && (rule.fault)(row).is_some())
        });
        let faults = broken.map(|row| format!("{} ({})", row.place, row.text("item_id")));
        report(
            case,
            false,
            "every row should be right by itself",
            faults.collect(),
        )
    })
    .proves(&["feeds.openai.values.check-each"])
}

/// Other names of columns: of Google, and of older pages.
const ALIASES: &[(&str, &[&str])] = &[
    ("is_eligible_search", &["enable_search"]),
    ("is_eligible_checkout", &["enable_checkout"]),
    ("item_id", &["id", "sku"]),
    ("url", &["link"]),
    ("image_url", &["image_link"]),
    (
        "additional_image_urls",
        &["additional_image_link", "additional_image_links"],
    ),
    ("group_id", &["item_group_id"]),
    ("return_deadline_in_days", &["return_window"]),
    ("review_count", &["product_review_count"]),
    ("is_ads_eligible", &["is_eligible_ads"]),
];

impl Row {
    /// The value of a column, by its name or another one.
    fn get(&self, column: &str) -> Option<&Value> {
        let others = ALIASES.iter().find(|(name, _)| *name == column);
        let others = others.map_or(&[][..], |(_, others)| others);
        // The older names of the flags win over the new ones.
        let names: Vec<&str> = if column.starts_with("is_eligible") {
            others.iter().copied().chain([column]).collect()
        } else {
            [column].into_iter().chain(others.iter().copied()).collect()
        };
        names.into_iter().find_map(|name| self.values.get(name))
    }

    /// The value as text; empty when it is missing.
    fn text(&self, column: &str) -> String {
        match self.get(column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    fn has(&self, column: &str) -> bool {
        !self.text(column).trim().is_empty()
    }

    /// The value as a number, when it is there.
    fn number(&self, column: &str) -> Option<Result<f64, String>> {
        let text = self.text(column);
        let text = text.trim().trim_end_matches('%').trim();
        (!text.is_empty()).then(|| text.parse().map_err(|_| format!("{column} is `{text}`")))
    }

    /// Whether a boolean column is true.
    fn is_true(&self, column: &str) -> bool {
        self.text(column).trim().eq_ignore_ascii_case("true")
    }
}
