//! Sellers whose order events tell of lines, fulfillments, adjustments or statuses wrongly.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::Fault,
    message::{Passing, asked, passing},
    webhook_sender::{edit, is_update, order, remove},
};

pub(crate) fn faults() -> Vec<Fault> {
    passing(Lane::WebhookSender, &[STATUSES, PARTS])
}

const STATUSES: &[Passing] = &[
    asked(
        "sender-fulfilled-lines",
        "calls lines fulfilled before they were sent",
        |m| order(m, "/line_items/0/status", json!("fulfilled")),
        &["webhook-sender.webhooks.line-fulfilled"],
    ),
    asked(
        "sender-partial-lines",
        "calls lines partly fulfilled before they were sent",
        |m| order(m, "/line_items/0/status", json!("partial")),
        &["webhook-sender.webhooks.line-partial"],
    ),
    asked(
        "sender-processing-lines",
        "calls sent lines processing",
        |m| order(m, "/line_items/0/status", json!("processing")),
        &["webhook-sender.webhooks.line-processing"],
    ),
    asked(
        "sender-created-for-ever",
        "keeps the status created after shipping",
        |m| order(m, "/status", json!("created")),
        &[
            "webhook-sender.webhooks.status-created",
            "webhook-sender.webhooks.status-after-shipping",
        ],
    ),
    asked(
        "sender-confirmed-for-ever",
        "keeps the status confirmed after shipping",
        |m| order(m, "/status", json!("confirmed")),
        &["webhook-sender.webhooks.status-confirmed"],
    ),
    asked(
        "sender-in-review-for-ever",
        "says manual_review without a review",
        |m| order(m, "/status", json!("manual_review")),
        &["webhook-sender.webhooks.status-manual-review"],
    ),
    asked(
        "sender-processing-for-ever",
        "keeps the status processing after shipping",
        |m| order(m, "/status", json!("processing")),
        &["webhook-sender.webhooks.status-processing"],
    ),
    asked(
        "sender-shipped-at-once",
        "says shipped before anything was sent",
        |m| order(m, "/status", json!("shipped")),
        &["webhook-sender.webhooks.status-shipped"],
    ),
    asked(
        "sender-completed-at-once",
        "says completed before everything was delivered",
        |m| order(m, "/status", json!("completed")),
        &["webhook-sender.webhooks.status-completed"],
    ),
    asked(
        "sender-canceled-at-once",
        "says canceled without a cancellation",
        |m| order(m, "/status", json!("canceled")),
        &["webhook-sender.webhooks.status-canceled"],
    ),
];

const PARTS: &[Passing] = &[
    asked(
        "sender-digital-parcels",
        "calls a parcel a digital delivery",
        |m| order(m, "/fulfillments/0/type", json!("digital")),
        &["webhook-sender.webhooks.parcel-members"],
    ),
    asked(
        "sender-parcels-with-keys",
        "sends a licence key with a parcel",
        |m| {
            edit(m, |event| {
                event["data"]["fulfillments"][0]["digital_delivery"] = json!({"license_key": "A"});
            });
        },
        &["webhook-sender.webhooks.digital-members"],
    ),
    asked(
        "sender-drones",
        "sends a type of fulfillment that does not exist",
        |m| order(m, "/fulfillments/0/type", json!("drone")),
        &["webhook-sender.webhooks.fulfillment-types"],
    ),
    asked(
        "sender-parcels-ready-for-pickup",
        "calls a parcel ready for pickup",
        |m| order(m, "/fulfillments/0/status", json!("ready_for_pickup")),
        &["webhook-sender.webhooks.status-of-shipping"],
    )
    .warned(),
    asked(
        "sender-pickups-in-transit",
        "calls a pickup in transit",
        |m| {
            edit(m, |event| {
                event["data"]["fulfillments"][0]["type"] = json!("pickup");
                event["data"]["fulfillments"][0]["status"] = json!("in_transit");
            });
        },
        &["webhook-sender.webhooks.status-of-pickup"],
    )
    .warned(),
    asked(
        "sender-downloads-in-transit",
        "calls a download in transit",
        |m| {
            edit(m, |event| {
                event["data"]["fulfillments"][0]["type"] = json!("digital");
                event["data"]["fulfillments"][0]["status"] = json!("in_transit");
            });
        },
        &["webhook-sender.webhooks.status-of-digital"],
    )
    .warned(),
    asked(
        "sender-unknown-references",
        "refers to a line that does not exist",
        |m| order(m, "/fulfillments/0/line_items/0/id", json!("li_none")),
        &["webhook-sender.webhooks.references"],
    ),
    asked(
        "sender-events-of-tomorrow",
        "sends events of fulfillment with a time to come",
        |m| {
            order(
                m,
                "/fulfillments/0/events/0/occurred_at",
                json!("2999-01-01T00:00:00Z"),
            );
        },
        &["webhook-sender.webhooks.event-times"],
    ),
    asked(
        "sender-event-ids-twice",
        "sends two events of fulfillment with one id",
        |m| {
            edit(m, |event| {
                if let Some(events) = event["data"]["fulfillments"][0]["events"].as_array_mut() {
                    let copy = events.first().cloned();
                    events.extend(copy);
                }
            });
        },
        &["webhook-sender.webhooks.event-ids"],
    ),
    asked(
        "sender-status-against-events",
        "says delivered without an event of delivery",
        |m| {
            if is_update(m) {
                order(m, "/fulfillments/0/status", json!("delivered"));
            }
        },
        &["webhook-sender.webhooks.status-follows-events"],
    ),
    asked(
        "sender-no-fulfilments",
        "sends no fulfillment after shipping",
        |m| order(m, "/fulfillments", json!([])),
        &["webhook-sender.webhooks.shipping-is-a-fulfillment"],
    ),
    asked(
        "sender-members-vanish",
        "leaves out members that it sent before",
        |m| {
            if is_update(m) {
                remove(m, "fulfillments");
            }
        },
        &["webhook-sender.webhooks.members-stay"],
    ),
    asked(
        "sender-adjustments-before",
        "sends an adjustment before there is one",
        |m| {
            order(
                m,
                "/adjustments",
                json!([{"id": "a", "type": "refund", "status": "completed", "occurred_at": "2026-01-01T00:00:00Z", "amount": 1}]),
            );
        },
        &["webhook-sender.webhooks.no-adjustment-before"],
    ),
    asked(
        "sender-no-adjustments",
        "sends no adjustment after a refund",
        |m| order(m, "/adjustments", json!([])),
        &[
            "webhook-sender.webhooks.adjustment-after-refund",
            "webhook-sender.webhooks.refund-type",
        ],
    ),
    asked(
        "sender-refund-by-its-old-name",
        "calls a refund `partial_refund`",
        |m| order(m, "/adjustments/0/type", json!("partial_refund")),
        &[
            "webhook-sender.webhooks.refund-type",
            "webhook-sender.webhooks.adjustment-old-names",
        ],
    ),
    asked(
        "sender-negative-refund",
        "sends a negative refund",
        |m| order(m, "/adjustments/0/amount", json!(-1)),
        &[
            "webhook-sender.webhooks.refund-amount",
            "webhook-sender.arithmetic.adjustment-amounts",
        ],
    ),
    asked(
        "sender-refund-in-the-future",
        "sends a refund with a time to come",
        |m| {
            order(
                m,
                "/adjustments/0/occurred_at",
                json!("2999-01-01T00:00:00Z"),
            );
        },
        &["webhook-sender.webhooks.adjustment-times"],
    ),
    asked(
        "sender-refund-in-another-currency",
        "sends a refund in another currency",
        |m| order(m, "/adjustments/0/currency", json!("jpy")),
        &["webhook-sender.webhooks.refund-currency"],
    )
    .warned(),
    asked(
        "sender-attribution-shown",
        "sends affiliate attribution with the order",
        |m| {
            edit(m, |event| {
                event["data"]["affiliate_attribution"] = json!({"provider": "x"});
            });
        },
        &["webhook-sender.leaks.no-affiliate-data"],
    ),
    asked(
        "sender-keys-shown",
        "sends its bearer key with the order",
        |m| {
            edit(m, |event| {
                event["data"]["note"] = json!("agent-key-for-the-reference");
            });
        },
        &["webhook-sender.leaks.no-payment-data"],
    ),
];
