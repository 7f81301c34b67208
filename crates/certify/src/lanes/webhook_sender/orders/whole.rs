//! The order as a whole.

use serde_json::Value;

use super::{
    super::{
        super::documents::{list, text},
        journey::Journey,
    },
    Faults, Rule, always, integer, must, should, sum, unless,
};

pub(super) const RULES: &[Rule] = &[
    always(must(
        "session-id",
        "checkout_session_id is the session that was completed",
        &[
            "webhooks.data.permalink-constant",
            "orders.compat.core-fields-stay",
        ],
        |order, journey| {
            let told = text(order, "checkout_session_id");
            unless(told == journey.session.id, || format!("`{told}`"))
        },
    )),
    must(
        "order-id",
        "the order's id is the one that complete answered",
        &[
            "webhooks.data.permalink-constant",
            "orders.compat.core-fields-stay",
        ],
        |order, journey| same(order, journey, "id"),
    ),
    always(must(
        "permalink",
        "permalink_url is the one that complete answered",
        &[
            "webhooks.data.permalink-constant",
            "orders.compat.core-fields-stay",
        ],
        |order, journey| same(order, journey, "permalink_url"),
    )),
    must(
        "whole-order",
        "an event holds everything of the order that complete answered",
        &["webhooks.data.full-order"],
        whole,
    ),
    should(must(
        "known-members",
        "line_items, fulfillments, adjustments and totals should be in every event",
        &["webhooks.data.optional-fields"],
        |order, _| {
            ["line_items", "fulfillments", "adjustments", "totals"]
                .into_iter()
                .filter(|member| order.get(*member).is_none())
                .map(|member| format!("no {member}"))
                .collect()
        },
    )),
    must(
        "no-refunds-member",
        "events carry no refunds member",
        &["webhooks.data.no-refunds-field"],
        |order, _| {
            unless(order.get("refunds").is_none(), || {
                "refunds is there".to_owned()
            })
        },
    ),
    must(
        "no-shipments-member",
        "every way of delivery is in fulfillments; there is no shipments member",
        &["orders.fulfillments.covers-methods"],
        |order, _| {
            unless(order.get("shipments").is_none(), || {
                "shipments is there".to_owned()
            })
        },
    ),
    sum(must(
        "total-is-original",
        "the total row stays what was charged at checkout",
        &["orders.totals.total-is-original"],
        |order, journey| {
            let (told, charged) = (row(order, "total"), journey.session.total("total"));
            unless(told.is_none() || told == charged, || {
                format!("total {told:?}, charged {charged:?}")
            })
        },
    )),
    sum(must(
        "subtotal",
        "the subtotal row is the sum of the lines' subtotals",
        &["orders.totals.subtotal"],
        |order, _| {
            let lines = list(order, "line_items");
            let subtotals = lines.iter().map(|line| integer(line, "subtotal"));
            let sum = subtotals.sum::<Option<i64>>();
            let told = row(order, "subtotal");
            unless(
                lines.is_empty() || told.is_none() || sum.is_none() || sum == told,
                || format!("subtotal {told:?}, lines {sum:?}"),
            )
        },
    )),
    sum(must(
        "amount-refunded",
        "amount_refunded is the sum of the completed refunds",
        &["orders.totals.amount-refunded"],
        |order, _| {
            let done = list(order, "adjustments")
                .iter()
                .filter(|one| text(one, "type") == "refund" && text(one, "status") == "completed");
            let sum: i64 = done.filter_map(|one| integer(one, "amount")).sum();
            let told = row(order, "amount_refunded").unwrap_or(0);
            let has_totals = !list(order, "totals").is_empty();
            unless(!has_totals || told == sum, || {
                format!("amount_refunded {told}, completed refunds {sum}")
            })
        },
    )),
    sum(must(
        "refunded-only-on-orders",
        "amount_refunded never appears on a checkout session",
        &["orders.totals.refunded-only-on-orders"],
        |_, journey| {
            let told = journey.session.total("amount_refunded");
            unless(told.is_none(), || format!("the session says {told:?}"))
        },
    )),
    must(
        "status-created",
        "an order that is being prepared or sent does not say created",
        &["orders.status.created"],
        |order, _| {
            unless(text(order, "status") != "created" || !begun(order), || {
                begun_text(order)
            })
        },
    ),
    must(
        "status-confirmed",
        "an order that is being prepared or sent does not say confirmed",
        &["orders.status.confirmed"],
        |order, _| {
            unless(
                text(order, "status") != "confirmed" || !begun(order),
                || begun_text(order),
            )
        },
    ),
    must(
        "status-manual-review",
        "nothing is sent while an order says manual_review",
        &["orders.status.manual-review"],
        |order, _| {
            unless(
                text(order, "status") != "manual_review" || !begun(order),
                || begun_text(order),
            )
        },
    ),
    must(
        "status-processing",
        "an order whose lines are all fulfilled or removed does not say processing",
        &["orders.status.processing"],
        |order, _| {
            unless(
                text(order, "status") != "processing" || !all_fulfilled(order),
                || "every line is fulfilled".to_owned(),
            )
        },
    ),
    must(
        "status-shipped",
        "shipped is said only when every remaining line is fulfilled and not all is delivered",
        &["orders.status.shipped"],
        |order, _| {
            let shipped = text(order, "status") == "shipped";
            let right = has_no_lines(order) || (all_fulfilled(order) && !all_delivered(order));
            unless(!shipped || right, || begun_text(order))
        },
    ),
    must(
        "status-completed",
        "completed is said only when everything has reached the buyer",
        &["orders.status.completed"],
        |order, _| {
            let completed = text(order, "status") == "completed";
            let none = list(order, "fulfillments").is_empty();
            unless(!completed || none || all_delivered(order), || {
                begun_text(order)
            })
        },
    ),
    must(
        "status-canceled",
        "an order says canceled when all lines are removed, and only then",
        &["orders.status.canceled"],
        |order, _| {
            let lines = list(order, "line_items");
            let removed = lines
                .iter()
                .all(|line| quantity(line, "current") == Some(0));
            let canceled = text(order, "status") == "canceled";
            unless(lines.is_empty() || removed == canceled, || {
                format!(
                    "status {}, all lines removed: {removed}",
                    text(order, "status")
                )
            })
        },
    ),
];

fn same(order: &Value, journey: &Journey, member: &str) -> Faults {
    let (told, answered) = (text(order, member), text(&journey.order, member));
    unless(told == answered, || {
        format!("the event says `{told}`, complete said `{answered}`")
    })
}

/// Members that complete answered and the event lacks.
fn whole(order: &Value, journey: &Journey) -> Faults {
    let answered = journey.order.as_object();
    let members = answered.into_iter().flatten();
    members
        .filter(|(member, value)| !value.is_null() && order.get(member.as_str()).is_none())
        .map(|(member, _)| format!("{member} is missing"))
        .collect()
}

/// A row of the order's totals.
fn row(order: &Value, kind: &str) -> Option<i64> {
    let mut rows = list(order, "totals").iter();
    let row = rows.find(|row| text(row, "type") == kind)?;
    integer(row, "amount")
}

/// A quantity of a line; `fulfilled` counts as 0 when it is missing.
pub(super) fn quantity(line: &Value, which: &str) -> Option<i64> {
    let quantity = line.get("quantity")?;
    integer(quantity, which).or_else(|| (which == "fulfilled").then_some(0))
}

fn has_no_lines(order: &Value) -> bool {
    list(order, "line_items").is_empty()
}

fn all_fulfilled(order: &Value) -> bool {
    let lines = list(order, "line_items");
    !lines.is_empty()
        && lines
            .iter()
            .all(|line| quantity(line, "fulfilled") >= quantity(line, "current"))
}

fn all_delivered(order: &Value) -> bool {
    let fulfillments = list(order, "fulfillments");
    !fulfillments.is_empty()
        && fulfillments
            .iter()
            .all(|one| matches!(text(one, "status"), "delivered" | "canceled"))
}

/// Whether something of the order was sent or handed over.
fn begun(order: &Value) -> bool {
    let sent = |line: &Value| quantity(line, "fulfilled").is_some_and(|count| count > 0);
    let under_way = |one: &Value| !matches!(text(one, "status"), "" | "pending" | "canceled");
    list(order, "line_items").iter().any(sent) || list(order, "fulfillments").iter().any(under_way)
}

fn begun_text(order: &Value) -> String {
    let of = |member: &str, what: fn(&Value) -> String| {
        let parts: Vec<_> = list(order, member).iter().map(what).collect();
        parts.join(", ")
    };
    format!(
        "status {}, lines [{}], fulfilments [{}]",
        text(order, "status"),
        of("line_items", |line| line
            .get("quantity")
            .map(Value::to_string)
            .unwrap_or_default()),
        of("fulfillments", |one| text(one, "status").to_owned()),
    )
}
