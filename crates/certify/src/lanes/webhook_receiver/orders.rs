//! Orders of 2026-04-17 that every receiver takes: each value of each enumeration, old and unknown ones.
#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON made at the call reads better without a reference"
)]

mod more;

pub(super) use more::MORE;

use serde_json::{Value, json};

use super::{
    super::documents::{with, without},
    event::{adjustment, minimal, rich},
};
use crate::SpecVersion;

/// Makes the order of a session.
pub(super) type Order = fn(&str) -> Value;

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) proves: &'static [&'static str],
    pub(super) kind: &'static str,
    pub(super) order: Order,
}

const fn row(
    name: &'static str,
    title: &'static str,
    proves: &'static [&'static str],
    order: Order,
) -> Row {
    Row {
        name,
        title,
        proves,
        kind: "order_update",
        order,
    }
}

const fn created(row: Row) -> Row {
    Row {
        kind: "order_create",
        ..row
    }
}

const fn of_kind(kind: &'static str, row: Row) -> Row {
    Row { kind, ..row }
}

fn base(session: &str) -> Value {
    minimal(SpecVersion::V2026_04_17, session)
}

fn status(session: &str, status: &str) -> Value {
    with(rich(session), "/status", json!(status))
}

fn adjusted(session: &str, kind: &str, status: &str) -> Value {
    with(
        rich(session),
        "/adjustments",
        json!([adjustment(kind, status)]),
    )
}

fn delivered_as(session: &str, fulfillment: &Value) -> Value {
    with(rich(session), "/fulfillments", json!([fulfillment]))
}

const TAKEN: &[&str] = &[
    "webhooks.response.200-received",
    "webhooks.signature.verified",
];
const RICH: &[&str] = &["orders.compat.rich-accepted"];
const OLD: &[&str] = &["orders.compat.old-values-accepted"];
const STATUS: &[&str] = &["orders.status.unknown-accepted"];
const LINE: &[&str] = &["orders.line-status.unknown-accepted"];
const SENT: &[&str] = &["orders.fulfillment-status.unknown-accepted"];
const POINT: &[&str] = &["orders.event-type.unknown-accepted"];

/// One check each; [`MORE`] has the others.
pub(super) const ROWS: &[Row] = &[
    created(row(
        "minimal-create",
        "an order_create with the smallest order is taken",
        &[
            "webhooks.response.200-received",
            "webhooks.signature.verified",
            "orders.compat.minimal-accepted",
        ],
        base,
    )),
    row(
        "minimal-update",
        "an order_update with the smallest order is taken",
        &[
            "webhooks.response.200-received",
            "orders.compat.minimal-accepted",
        ],
        base,
    ),
    created(row(
        "rich-create",
        "an order_create with a full order is taken",
        RICH,
        rich,
    )),
    row(
        "rich-update",
        "an order_update with a full order is taken",
        RICH,
        rich,
    ),
    row(
        "status-created",
        "an order with status created is taken",
        TAKEN,
        |s| status(s, "created"),
    ),
    row(
        "status-confirmed",
        "an order with status confirmed is taken",
        TAKEN,
        |s| status(s, "confirmed"),
    ),
    row(
        "status-manual-review",
        "an order with status manual_review is taken",
        TAKEN,
        |s| status(s, "manual_review"),
    ),
    row(
        "status-processing",
        "an order with status processing is taken",
        TAKEN,
        |s| status(s, "processing"),
    ),
    row(
        "status-shipped",
        "an order with status shipped is taken",
        TAKEN,
        |s| status(s, "shipped"),
    ),
    row(
        "status-completed",
        "an order with status completed is taken",
        TAKEN,
        |s| status(s, "completed"),
    ),
    row(
        "status-canceled",
        "an order with status canceled is taken",
        TAKEN,
        |s| status(s, "canceled"),
    ),
    row(
        "status-unknown",
        "an order with a status nobody knows is taken",
        STATUS,
        |s| status(s, "awaiting_moonrise"),
    ),
    row(
        "status-delivered",
        "an order with the older status delivered is taken",
        OLD,
        |s| status(s, "delivered"),
    ),
    row(
        "status-fulfilled",
        "an order with the older status fulfilled is taken",
        OLD,
        |s| status(s, "fulfilled"),
    ),
    row(
        "line-status-partial",
        "a line with status partial is taken",
        TAKEN,
        |s| with(rich(s), "/line_items/0/status", json!("partial")),
    ),
    row(
        "line-status-unknown",
        "a line with a status nobody knows is taken",
        LINE,
        |s| with(rich(s), "/line_items/0/status", json!("gift_wrapping")),
    ),
    row(
        "line-removed",
        "a line whose current quantity is 0 is taken",
        TAKEN,
        |s| {
            with(
                rich(s),
                "/line_items/1",
                json!({"id": "li_shirts", "title": "Cotton T-Shirt", "quantity": {"ordered": 2, "current": 0, "fulfilled": 0}, "status": "removed"}),
            )
        },
    ),
    row(
        "line-without-fulfilled",
        "a quantity without fulfilled is taken (it counts as 0)",
        &["orders.quantity.fulfilled-default"],
        |s| without(rich(s), "/line_items/0/quantity/fulfilled"),
    ),
    row(
        "line-without-prices",
        "a line without prices and status is taken",
        RICH,
        |s| {
            with(
                rich(s),
                "/line_items",
                json!([{"id": "li_1", "title": "Mug", "quantity": {"ordered": 1, "current": 1}}]),
            )
        },
    ),
    row(
        "lines-empty",
        "an order with an empty list of lines is taken",
        RICH,
        |s| with(rich(s), "/line_items", json!([])),
    ),
    row(
        "lines-many",
        "an order of two hundred lines is taken",
        RICH,
        many_lines,
    ),
    row(
        "fulfillment-status-unknown",
        "a fulfilment with a status nobody knows is taken",
        SENT,
        |s| with(rich(s), "/fulfillments/0/status", json!("by_balloon")),
    ),
    row(
        "fulfillment-event-unknown",
        "a fulfilment event of a type nobody knows is taken",
        POINT,
        |s| {
            with(
                rich(s),
                "/fulfillments/0/events/0/type",
                json!("seen_from_afar"),
            )
        },
    ),
    row(
        "fulfillment-event-returned",
        "a fulfilment event of the older type returned is taken",
        OLD,
        |s| with(rich(s), "/fulfillments/0/events/1/type", json!("returned")),
    ),
    row(
        "fulfillment-pickup",
        "a fulfilment of type pickup is taken",
        RICH,
        |s| {
            delivered_as(
                s,
                &json!({"id": "ful_p", "type": "pickup", "status": "ready_for_pickup", "line_items": [{"id": "li_shoes", "quantity": 3}], "events": []}),
            )
        },
    ),
    row(
        "fulfillment-digital",
        "a fulfilment of type digital is taken",
        RICH,
        |s| {
            delivered_as(
                s,
                &json!({"id": "ful_d", "type": "digital", "status": "delivered", "digital_delivery": {"access_url": "https://shop.example/get/1", "license_key": "AAAA-BBBB"}}),
            )
        },
    ),
    row(
        "fulfillments-empty",
        "an order with an empty list of fulfilments is taken",
        RICH,
        |s| with(rich(s), "/fulfillments", json!([])),
    ),
    row(
        "adjustments-empty",
        "an order with an empty list of adjustments is taken",
        RICH,
        |s| with(rich(s), "/adjustments", json!([])),
    ),
    row(
        "adjustment-refund",
        "a completed refund is taken",
        TAKEN,
        |s| adjusted(s, "refund", "completed"),
    ),
    row(
        "adjustment-pending",
        "a pending refund is taken",
        TAKEN,
        |s| adjusted(s, "refund", "pending"),
    ),
];

fn many_lines(session: &str) -> Value {
    let lines = (0..200).map(|number| {
        json!({
            "id": format!("li_{number}"), "title": format!("Item {number}"),
            "quantity": { "ordered": 1, "current": 1, "fulfilled": 0 },
        })
    });
    let order = with(rich(session), "/line_items", lines.collect());
    with(order, "/fulfillments", json!([]))
}
