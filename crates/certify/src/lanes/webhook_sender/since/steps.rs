//! Rules about neighbouring states.

use serde_json::Value;

use super::{
    super::orders::integer, Faults, Journey, Rule, Stage, adjustments, list, must, newest, pairs,
    text, told, unless, with_id,
};

pub(super) const RULES: &[Rule] = &[
    must(
        "ordered-constant",
        "quantity.ordered of a line is the same in all events",
        &["orders.quantity.ordered-constant"],
        Stage::Shipped,
        |journey| {
            lines(journey, |before, after| {
                (quantity(before, "ordered") != quantity(after, "ordered"))
                    .then(|| "ordered changed".to_owned())
            })
        },
    ),
    must(
        "current-decreases",
        "quantity.current begins at ordered and never goes up",
        &["orders.quantity.current-decreases"],
        Stage::Shipped,
        current,
    ),
    must(
        "fulfilled-grows",
        "quantity.fulfilled never goes down",
        &["orders.quantity.fulfilled-grows"],
        Stage::Shipped,
        |journey| {
            lines(journey, |before, after| {
                (quantity(before, "fulfilled") > quantity(after, "fulfilled"))
                    .then(|| "fulfilled went down".to_owned())
            })
        },
    ),
    must(
        "fulfilled-counts-sent",
        "shipping units raises fulfilled by their number",
        &["orders.quantity.fulfilled-meaning"],
        Stage::Shipped,
        |journey| {
            let sum = |order: &Value| -> i64 {
                let lines = list(order, "line_items").iter();
                lines.filter_map(|line| quantity(line, "fulfilled")).sum()
            };
            let told = told(journey);
            let (first, last) = (told.first().copied(), told.last().copied());
            let grew = first
                .zip(last)
                .is_some_and(|(first, last)| sum(last) > sum(first));
            let has_lines = !list(newest(journey), "line_items").is_empty();
            unless(!has_lines || grew, || {
                "fulfilled did not grow when the order was shipped".to_owned()
            })
        },
    ),
    must(
        "status-after-shipping",
        "an order that was shipped says shipped, completed, or processing while a part is left",
        &[
            "orders.status.shipped",
            "orders.status.created",
            "orders.status.confirmed",
        ],
        Stage::Shipped,
        |journey| {
            let status = text(newest(journey), "status");
            unless(
                matches!(status, "shipped" | "completed" | "processing"),
                || format!("status {status}"),
            )
        },
    ),
    must(
        "shipping-is-a-fulfillment",
        "what was shipped is in fulfillments",
        &["orders.fulfillments.covers-methods"],
        Stage::Shipped,
        |journey| {
            unless(!list(newest(journey), "fulfillments").is_empty(), || {
                "no fulfillments after shipping".to_owned()
            })
        },
    ),
    must(
        "line-ids-stable",
        "lines keep their ids, and no line vanishes",
        &["orders.lines.ids-stable"],
        Stage::Shipped,
        |journey| kept(journey, "line_items"),
    ),
    must(
        "core-members-stay",
        "id, checkout_session_id and permalink_url are in every event and never change",
        &[
            "orders.compat.core-fields-stay",
            "webhooks.data.permalink-constant",
        ],
        Stage::Shipped,
        core,
    ),
    must(
        "members-stay",
        "a later event holds every member that an earlier one had",
        &["webhooks.data.full-order"],
        Stage::Shipped,
        |journey| {
            pairs(journey)
                .into_iter()
                .flat_map(|(before, after)| {
                    let members = before.as_object().into_iter().flatten();
                    members
                        .filter(|(name, value)| {
                            !value.is_null() && after.get(name.as_str()).is_none()
                        })
                        .map(|(name, _)| format!("{name} is gone"))
                        .collect::<Vec<_>>()
                })
                .collect()
        },
    ),
    must(
        "fulfillment-events-stay",
        "the events of a fulfilment only grow: what was told stays, unchanged",
        &["orders.fulfillments.events-append-only"],
        Stage::Delivered,
        append_only,
    ),
    must(
        "fulfillment-events-stay-on-refund",
        "a refund changes nothing of the events of fulfilments",
        &["orders.fulfillments.events-append-only"],
        Stage::Refunded,
        append_only,
    ),
    must(
        "status-after-delivery",
        "an order whose every part is delivered says completed",
        &["orders.status.completed"],
        Stage::Delivered,
        |journey| {
            let order = newest(journey);
            let parts = list(order, "fulfillments");
            let delivered =
                !parts.is_empty() && parts.iter().all(|one| text(one, "status") == "delivered");
            let status = text(order, "status");
            unless(!delivered || status == "completed", || {
                format!("status {status}")
            })
        },
    ),
    must(
        "adjustments-stay",
        "an adjustment once told stays in later events under its id",
        &["orders.adjustments.kept"],
        Stage::Refunded,
        |journey| kept(journey, "adjustments"),
    ),
    must(
        "adjustment-status-forward",
        "an adjustment goes from pending to completed or failed, and not back",
        &["orders.adjustments.status"],
        Stage::Refunded,
        |journey| {
            pairs(journey)
                .into_iter()
                .flat_map(|(before, after)| {
                    let back = list(before, "adjustments").iter().filter(|one| {
                        let later = with_id(list(after, "adjustments"), text(one, "id"));
                        let (was, is) = (
                            text(one, "status"),
                            later.map_or("", |one| text(one, "status")),
                        );
                        matches!(was, "completed" | "failed") && !is.is_empty() && was != is
                    });
                    back.map(|one| format!("{} went back", text(one, "id")))
                        .collect::<Vec<_>>()
                })
                .collect()
        },
    ),
    must(
        "no-adjustment-before",
        "an order of which nothing was given back has no adjustments",
        &["orders.adjustments.empty-means-none"],
        Stage::Created,
        |journey| {
            let all = told(journey)
                .into_iter()
                .flat_map(|order| list(order, "adjustments"));
            all.map(|one| format!("{} on a new order", text(one, "type")))
                .collect()
        },
    ),
    must(
        "adjustment-after-refund",
        "after a refund the list of adjustments is not empty",
        &[
            "orders.adjustments.empty-means-none",
            "orders.adjustments.migrated",
        ],
        Stage::Refunded,
        |journey| {
            unless(!list(newest(journey), "adjustments").is_empty(), || {
                "no adjustments after a refund".to_owned()
            })
        },
    ),
    must(
        "total-after-refund",
        "a refund leaves the total row as it was",
        &["orders.totals.total-is-original"],
        Stage::Refunded,
        |journey| {
            let charged = journey.session.total("total");
            let total = row(newest(journey), "total");
            unless(total.is_none() || total == charged, || {
                format!("total {total:?}, charged {charged:?}")
            })
        },
    ),
    must(
        "amount-refunded-after-refund",
        "after a completed refund, totals have a row amount_refunded",
        &["orders.totals.amount-refunded"],
        Stage::Refunded,
        |journey| {
            let order = newest(journey);
            let done = adjustments(journey, "refund")
                .into_iter()
                .any(|one| text(one, "status") == "completed" && one.get("amount").is_some());
            let has_totals = !list(order, "totals").is_empty();
            unless(
                !done || !has_totals || row(order, "amount_refunded").is_some(),
                || "no row amount_refunded".to_owned(),
            )
        },
    ),
];

fn row(order: &Value, kind: &str) -> Option<i64> {
    let mut rows = list(order, "totals").iter();
    integer(rows.find(|row| text(row, "type") == kind)?, "amount")
}

fn quantity(line: &Value, which: &str) -> Option<i64> {
    let quantity = line.get("quantity")?;
    integer(quantity, which).or_else(|| (which == "fulfilled").then_some(0))
}

/// Faults of lines that are in both of two neighbouring states.
fn lines(journey: &Journey, fault: impl Fn(&Value, &Value) -> Option<String>) -> Faults {
    let mut faults = Vec::new();
    for (before, after) in pairs(journey) {
        for line in list(before, "line_items") {
            let id = text(line, "id");
            let later = with_id(list(after, "line_items"), id);
            if let Some(fault) = later.and_then(|later| fault(line, later)) {
                faults.push(format!("line {id}: {fault}"));
            }
        }
    }
    faults
}

fn current(journey: &Journey) -> Faults {
    let first = told(journey).into_iter().next().unwrap_or(&Value::Null);
    let begun = list(first, "line_items").iter();
    let mut faults: Faults = begun
        .filter(|line| quantity(line, "current") != quantity(line, "ordered"))
        .map(|line| format!("line {} does not begin at ordered", text(line, "id")))
        .collect();
    faults.extend(lines(journey, |before, after| {
        (quantity(before, "current") < quantity(after, "current"))
            .then(|| "current went up".to_owned())
    }));
    faults
}

/// Elements of a list that a later state lacks.
fn kept(journey: &Journey, member: &str) -> Faults {
    let mut faults = Vec::new();
    for (before, after) in pairs(journey) {
        for one in list(before, member) {
            let id = text(one, "id");
            if with_id(list(after, member), id).is_none() {
                faults.push(format!("{member}: `{id}` is gone"));
            }
        }
    }
    faults
}

fn core(journey: &Journey) -> Faults {
    let mut faults = Vec::new();
    for order in told(journey) {
        for member in ["id", "checkout_session_id", "permalink_url"] {
            let first = told(journey)
                .first()
                .map_or("", |first| text(first, member));
            if text(order, member).is_empty() || text(order, member) != first {
                faults.push(format!(
                    "{member} is `{}`, first it was `{first}`",
                    text(order, member)
                ));
            }
        }
    }
    faults
}

fn append_only(journey: &Journey) -> Faults {
    let mut faults = Vec::new();
    for (before, after) in pairs(journey) {
        for one in list(before, "fulfillments") {
            let later = with_id(list(after, "fulfillments"), text(one, "id"));
            let later = later.map_or(&[][..], |later| list(later, "events"));
            let events = list(one, "events").iter();
            faults.extend(
                events
                    .filter(|event| !later.contains(event))
                    .map(|event| format!("event {} is gone or changed", text(event, "id"))),
            );
        }
    }
    faults
}
