//! Order events as sellers of each version write them.

use serde_json::{Value, json};

use super::super::{
    clock::now,
    documents::{object, with},
};
use crate::SpecVersion;

/// An event around an order.
pub(super) fn event(kind: &str, order: Value) -> Value {
    object([("type", json!(kind)), ("data", order)])
}

/// The smallest order of the version that an event may hold.
pub(super) fn minimal(version: SpecVersion, session: &str) -> Value {
    let order = json!({
        "type": "order",
        "checkout_session_id": session,
        "permalink_url": format!("https://shop.example/orders/{}", order_id(session)),
        "status": "created",
    });
    if version >= SpecVersion::V2026_04_17 {
        with(order, "/id", json!(order_id(session)))
    } else {
        with(order, "/refunds", json!([]))
    }
}

/// The id of the order of a session.
pub(super) fn order_id(session: &str) -> String {
    session.replace("cs_", "ord_")
}

/// An order with everything that 2026-04-17 knows: two lines, one sent, three ways of delivery, a
/// refund.
pub(super) fn rich(session: &str) -> Value {
    let at = now().to_string();
    let mut order = minimal(SpecVersion::V2026_04_17, session);
    let parts = [
        ("/status", json!("processing")),
        ("/order_number", json!("1001")),
        ("/line_items", lines()),
        ("/fulfillments", fulfillments(&at)),
        ("/adjustments", json!([adjustment("refund", "completed")])),
        ("/totals", totals(true)),
    ];
    for (pointer, part) in parts {
        order = with(order, pointer, part);
    }
    order
}

fn lines() -> Value {
    json!([
        {
            "id": "li_shoes", "title": "Running Shoes", "product_id": "sku_shoes",
            "quantity": { "ordered": 3, "current": 3, "fulfilled": 3 },
            "unit_price": 9900, "subtotal": 29700, "status": "fulfilled",
        },
        {
            "id": "li_shirts", "title": "Cotton T-Shirt",
            "quantity": { "ordered": 2, "current": 2, "fulfilled": 0 },
            "unit_price": 2500, "subtotal": 5000, "status": "processing",
        },
    ])
}

fn fulfillments(at: &str) -> Value {
    json!([
        {
            "id": "ful_1", "type": "shipping", "status": "delivered",
            "line_items": [{ "id": "li_shoes", "quantity": 3 }],
            "carrier": "Parcel Post", "tracking_number": "123456789",
            "tracking_url": "https://parcels.example/123456789",
            "events": [
                { "id": "evt_1", "type": "shipped", "occurred_at": at },
                { "id": "evt_2", "type": "delivered", "occurred_at": at },
            ],
        },
        {
            "id": "ful_2", "type": "shipping", "status": "pending",
            "line_items": [{ "id": "li_shirts", "quantity": 2 }], "events": [],
        },
    ])
}

/// An adjustment of a kind, in a status.
pub(super) fn adjustment(kind: &str, status: &str) -> Value {
    json!({
        "id": format!("adj_{kind}"), "type": kind, "status": status,
        "occurred_at": now().to_string(),
        "line_items": [{ "id": "li_shoes", "quantity": 1 }],
        "amount": 10_760, "currency": "usd", "description": "One pair was defective, tax included",
    })
}

/// Rows of the totals.
pub(super) fn totals(refunded: bool) -> Value {
    let mut rows = vec![
        json!({ "type": "subtotal", "display_text": "Subtotal", "amount": 34_700 }),
        json!({ "type": "fulfillment", "display_text": "Shipping", "amount": 1_200 }),
        json!({ "type": "tax", "display_text": "Tax", "amount": 2_890 }),
        json!({ "type": "total", "display_text": "Total", "amount": 38_790 }),
    ];
    if refunded {
        rows.push(json!({
            "type": "amount_refunded", "display_text": "Refunded", "amount": 10_760,
        }));
    }
    Value::Array(rows)
}

/// An order in the words of the first text of 2026-04-17: `ordered` and `shipped`, no `current`.
pub(super) fn first_form(session: &str) -> Value {
    let order = minimal(SpecVersion::V2026_04_17, session);
    let lines = json!([{
        "id": "li_shoes", "title": "Running Shoes",
        "quantity": { "ordered": 3, "shipped": 2 },
        "unit_price": 9900, "subtotal": 29700, "status": "partial",
    }]);
    let order = with(order, "/line_items", lines);
    with(
        with(order, "/totals", totals(false)),
        "/status",
        json!("shipped"),
    )
}
