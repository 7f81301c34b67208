//! Promotions beside a feed: `promotions.json` or `promotions.jsonl` in its folder.

use std::{fs, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::documents::{list, text},
    check, report,
    source::target,
};
use crate::{Case, Check, Outcome, Stop, Topic};

/// The fault of a promotion, when it has one.
type Fault = fn(&Value) -> Option<String>;

const RULES: &[(&str, &str, &str, Fault)] = &[
    (
        "id",
        "a promotion has an id",
        "feeds.openai.promotion.id",
        |one| text(one, "id").is_empty().then(|| "no id".to_owned()),
    ),
    (
        "title",
        "a promotion has a title",
        "feeds.openai.promotion.title",
        |one| text(one, "title").is_empty().then(|| "no title".to_owned()),
    ),
    (
        "status",
        "a promotion's status is draft, scheduled, active, expired or disabled",
        "feeds.openai.promotion.status",
        |one| {
            let status = one.get("status")?;
            let known = ["draft", "scheduled", "active", "expired", "disabled"];
            let right = status
                .as_str()
                .is_some_and(|status| known.contains(&status));
            (!right).then(|| format!("status {status}"))
        },
    ),
    (
        "period",
        "a promotion has an active_period with start_time and end_time",
        "feeds.openai.promotion.period",
        |one| {
            let time = |pointer: &str| {
                let text = one.pointer(pointer)?.as_str()?;
                text.parse::<Timestamp>().ok()
            };
            let (start, end) = (
                time("/active_period/start_time"),
                time("/active_period/end_time"),
            );
            let right = start.zip(end).is_some_and(|(start, end)| start < end);
            (!right).then(|| format!("active_period {:?}", one.get("active_period")))
        },
    ),
    (
        "benefits",
        "a promotion has benefits: amount_off, percent_off or free_shipping",
        "feeds.openai.promotion.benefits",
        benefits,
    ),
    (
        "applies-to",
        "each applies_to entry of a promotion names a product_id",
        "feeds.openai.promotion.applies-to",
        |one| {
            let entries = list(one, "applies_to").iter();
            let mut nameless = entries.filter(|entry| text(entry, "product_id").is_empty());
            nameless.next().map(|entry| format!("applies_to {entry}"))
        },
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let rules = RULES.iter().map(|&(name, title, proves, fault)| {
        check(
            Topic::Lifecycle,
            &format!("promotion-{name}"),
            title,
            move |case| async move {
                let promotions = promotions(&case)?;
                let faults = promotions.iter().filter_map(|one| {
                    let fault = fault(one)?;
                    Some(format!("{}: {fault}", text(one, "id")))
                });
                report(&case, true, title, faults.collect())
            },
        )
        .proves(&[proves])
        .advice("write promotions as OpenAI's documentation describes them")
    });
    rules.collect()
}

fn promotions(case: &Arc<Case>) -> Outcome<Vec<Value>> {
    let folder = &target(case)?.path;
    let none = || {
        Stop::NotApplicable(
            "not offered: no promotions.json or promotions.jsonl in the folder of the feed"
                .to_owned(),
        )
    };
    let broken =
        |error: serde_json::Error| Stop::NotTested(format!("promotions cannot be read: {error}"));
    if let Ok(text) = fs::read_to_string(folder.join("promotions.jsonl")) {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        return lines
            .map(|line| serde_json::from_str(line).map_err(broken))
            .collect();
    }
    let text = fs::read_to_string(folder.join("promotions.json")).map_err(|_| none())?;
    let document: Value = serde_json::from_str(&text).map_err(broken)?;
    match &document {
        Value::Array(promotions) => Ok(promotions.clone()),
        Value::Object(_) => Ok(list(&document, "promotions").to_vec()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(Vec::new()),
    }
}

/// Every benefit is one of three kinds, and says how much.
fn benefits(one: &Value) -> Option<String> {
    let benefits = list(one, "benefits");
    if benefits.is_empty() {
        return Some("no benefits".to_owned());
    }
    benefits.iter().find_map(|benefit| {
        let right = match text(benefit, "type") {
            "amount_off" => benefit.get("amount_off").is_some_and(|price| {
                price
                    .get("amount")
                    .and_then(Value::as_i64)
                    .is_some_and(|amount| amount > 0)
            }),
            "percent_off" => benefit
                .get("percent_off")
                .and_then(Value::as_f64)
                .is_some_and(|percent| percent > 0.0 && percent <= 100.0),
            "free_shipping" => true,
            _ => false,
        };
        (!right).then(|| format!("benefit {benefit}"))
    })
}
