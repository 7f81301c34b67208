//! Fulfilments and adjustments of an order.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::super::{
        clock::now,
        documents::{list, text},
    },
    Faults, Rule, must, should, sum, unless,
};

pub(super) const RULES: &[Rule] = &[
    must(
        "parcel-members",
        "carrier and tracking appear on fulfilments of type shipping alone",
        &["orders.fulfillments.shipping-fields"],
        |order, _| {
            only_on(
                order,
                "shipping",
                &["carrier", "tracking_number", "tracking_url"],
            )
        },
    ),
    must(
        "digital-members",
        "digital_delivery appears on fulfilments of type digital alone",
        &["orders.fulfillments.digital-fields"],
        |order, _| only_on(order, "digital", &["digital_delivery"]),
    ),
    must(
        "fulfillment-types",
        "a fulfilment is of type shipping, pickup or digital",
        &["orders.fulfillments.covers-methods"],
        |order, _| {
            each(order, |one| {
                let kind = text(one, "type");
                unless(matches!(kind, "shipping" | "pickup" | "digital"), || {
                    format!("type `{kind}`")
                })
            })
        },
    ),
    should(must(
        "status-of-shipping",
        "a fulfilment of type shipping should never say ready_for_pickup",
        &["orders.fulfillments.status-shipping"],
        |order, _| never(order, "shipping", &["ready_for_pickup"]),
    )),
    should(must(
        "status-of-pickup",
        "a fulfilment of type pickup should never say shipped, in_transit or out_for_delivery",
        &["orders.fulfillments.status-pickup"],
        |order, _| {
            never(
                order,
                "pickup",
                &["shipped", "in_transit", "out_for_delivery"],
            )
        },
    )),
    should(must(
        "status-of-digital",
        "a fulfilment of type digital should say pending, processing, delivered, failed or canceled",
        &["orders.fulfillments.status-digital"],
        |order, _| {
            let others = [
                "shipped",
                "in_transit",
                "out_for_delivery",
                "ready_for_pickup",
            ];
            never(order, "digital", &others)
        },
    )),
    must(
        "references",
        "fulfilments and adjustments name lines of the same order",
        &["orders.fulfillments.references-exist"],
        references,
    ),
    must(
        "event-times",
        "occurred_at is an RFC 3339 time that is not in the future",
        &["orders.fulfillments.event-times"],
        |order, _| {
            each(order, |one| {
                let events = list(one, "events").iter();
                events.filter_map(future).collect()
            })
        },
    ),
    must(
        "event-ids",
        "event ids are unique within the fulfilment",
        &["orders.fulfillments.event-ids"],
        |order, _| {
            each(order, |one| {
                let mut seen = BTreeSet::new();
                let ids = list(one, "events").iter().map(|event| text(event, "id"));
                ids.filter(|id| !seen.insert(*id))
                    .map(|id| format!("`{id}` stands twice"))
                    .collect()
            })
        },
    ),
    must(
        "status-follows-events",
        "a fulfilment's status fits its newest event",
        &["orders.fulfillments.status-follows-events"],
        |order, _| each(order, newest),
    ),
    must(
        "adjustment-times",
        "an adjustment's occurred_at is a time that is not in the future",
        &["orders.adjustments.status"],
        |order, _| {
            list(order, "adjustments")
                .iter()
                .filter_map(future)
                .collect()
        },
    ),
    sum(must(
        "adjustment-amounts",
        "an adjustment's amount is a positive integer, not above what was charged",
        &["orders.adjustments.amount-tax-inclusive"],
        |order, journey| {
            let charged = journey.session.total("total");
            let amounts = list(order, "adjustments")
                .iter()
                .filter_map(|one| one.get("amount"));
            amounts
                .filter(|amount| {
                    let amount = amount.as_i64();
                    amount.is_none_or(|amount| amount <= 0)
                        || charged.is_some_and(|charged| amount > Some(charged))
                })
                .map(|amount| format!("amount {amount}, charged {charged:?}"))
                .collect()
        },
    )),
    must(
        "adjustment-old-names",
        "refunds, credits and disputes are not called by their first names",
        &[
            "orders.adjustments.refund-type",
            "orders.adjustments.credit-type",
            "orders.adjustments.dispute-type",
        ],
        |order, _| {
            let kinds = list(order, "adjustments")
                .iter()
                .map(|one| text(one, "type"));
            kinds
                .filter(|kind| matches!(*kind, "partial_refund" | "store_credit" | "chargeback"))
                .map(|kind| format!("type `{kind}`"))
                .collect()
        },
    ),
];

/// Faults of the fulfilments, named by fulfilment.
fn each(order: &Value, faults: impl Fn(&Value) -> Faults) -> Faults {
    let fulfillments = list(order, "fulfillments").iter();
    let named = fulfillments.flat_map(|one| {
        let faults = faults(one).into_iter();
        faults.map(|fault| format!("fulfilment {}: {fault}", text(one, "id")))
    });
    named.collect()
}

fn only_on(order: &Value, kind: &str, members: &[&str]) -> Faults {
    each(order, |one| {
        if text(one, "type") == kind {
            return Vec::new();
        }
        let there = members.iter().filter(|member| one.get(**member).is_some());
        there
            .map(|member| format!("{member} on type {}", text(one, "type")))
            .collect()
    })
}

fn never(order: &Value, kind: &str, words: &[&str]) -> Faults {
    each(order, |one| {
        let status = text(one, "status");
        unless(
            text(one, "type") != kind || !words.contains(&status),
            || format!("status {status}"),
        )
    })
}

fn references(order: &Value, _: &super::super::journey::Journey) -> Faults {
    let lines = list(order, "line_items");
    if lines.is_empty() {
        return Vec::new();
    }
    let known: BTreeSet<_> = lines.iter().map(|line| text(line, "id")).collect();
    let parts = list(order, "fulfillments")
        .iter()
        .chain(list(order, "adjustments"));
    parts
        .flat_map(|part| list(part, "line_items"))
        .map(|reference| text(reference, "id"))
        .filter(|id| !known.contains(id))
        .map(|id| format!("no line `{id}`"))
        .collect()
}

/// A time that cannot be read or lies more than a minute ahead.
fn future(of: &Value) -> Option<String> {
    let told = text(of, "occurred_at");
    let past = told
        .parse::<Timestamp>()
        .is_ok_and(|at| at.as_second() <= now().as_second().saturating_add(60));
    (!past).then(|| format!("occurred_at `{told}`"))
}

/// The newest event and the status disagree. Event types that are no status are passed over.
fn newest(one: &Value) -> Faults {
    let (events, status) = (list(one, "events"), text(one, "status"));
    let newest = events.iter().max_by_key(|event| {
        text(event, "occurred_at")
            .parse::<Timestamp>()
            .unwrap_or_default()
    });
    let Some(newest) = newest else {
        return Vec::new();
    };
    let at = text(newest, "occurred_at");
    // Events of the same moment have no order among themselves.
    let of_that_moment: Vec<_> = events
        .iter()
        .filter(|event| text(event, "occurred_at") == at)
        .map(|event| text(event, "type"))
        .collect();
    let statuses = [
        "processing",
        "shipped",
        "in_transit",
        "out_for_delivery",
        "ready_for_pickup",
        "delivered",
        "canceled",
    ];
    let comparable = of_that_moment.iter().all(|kind| statuses.contains(kind));
    unless(
        status.is_empty() || !comparable || of_that_moment.contains(&status),
        || {
            format!(
                "status {status} after the event {}",
                of_that_moment.join(", ")
            )
        },
    )
}
