//! Sellers that send, sign or repeat order events wrongly.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::Fault,
    message::{Message, Passing, SECRET, asked, passing, route, same, signature},
    stage::Stage,
    webhook_sender::{edit, is_update},
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = passing(Lane::WebhookSender, &[TRANSPORT]);
    all.push(
        Fault::new(
            Lane::WebhookSender,
            "sender-gives-up",
            "gives up after the first failed attempt",
            &[
                "webhook-sender.webhooks.answer-500",
                "webhook-sender.webhooks.connection-closed",
            ],
            // Every event is taken, whatever the judge answers.
            || route(same, |_, answer| answer.status = 200),
        )
        .warned()
        .on(Stage::BriefRetries),
    );
    all
}

fn signed_at(message: &mut Message, t: &str) {
    let value = signature(SECRET, t, &message.body);
    message.set("merchant-signature", &value);
}

const TRANSPORT: &[Passing] = &[
    asked(
        "sender-sends-nothing",
        "sends no event",
        |m| m.answer(200, &json!({"received": true})),
        &["webhook-sender.webhooks.emit-order-create"],
    ),
    asked(
        "sender-sends-no-update",
        "sends no update of an order",
        |m| {
            if is_update(m) {
                m.answer(200, &json!({"received": true}));
            }
        },
        &[
            "webhook-sender.webhooks.emit-order-update-shipped",
            "webhook-sender.webhooks.emit-order-update-refunded",
        ],
    ),
    asked(
        "sender-another-path",
        "sends events to another path",
        |m| "/hooks".clone_into(&mut m.path),
        &["webhook-sender.webhooks.path"],
    ),
    asked(
        "sender-another-method",
        "sends events by PUT",
        |m| m.method = http::Method::PUT,
        &["webhook-sender.webhooks.method"],
    ),
    asked(
        "sender-another-content-type",
        "sends events as text/plain",
        |m| m.set("content-type", "text/plain"),
        &["webhook-sender.webhooks.content-type"],
    ),
    asked(
        "sender-a-wrong-timestamp",
        "writes no time into Timestamp",
        |m| m.set("timestamp", "yesterday"),
        &["webhook-sender.webhooks.timestamp"],
    ),
    asked(
        "sender-one-request-id",
        "sends the same Request-Id with every event",
        |m| m.set("request-id", "always"),
        &["webhook-sender.webhooks.request-id-unique"],
    ),
    asked(
        "sender-another-event-name",
        "calls the first event `order_created`",
        |m| edit(m, |event| event["type"] = json!("order_created")),
        &[
            "webhook-sender.webhooks.event-type",
            "webhook-sender.webhooks.create-first",
            "webhook-sender.webhooks.emit-order-create",
        ],
    ),
    asked(
        "sender-creates-again",
        "sends every event as order_create",
        |m| edit(m, |event| event["type"] = json!("order_create")),
        &[
            "webhook-sender.webhooks.one-create",
            "webhook-sender.webhooks.emit-order-update-shipped",
        ],
    ),
    asked(
        "sender-no-signature",
        "sends events without a signature",
        |m| {
            m.headers.remove("merchant-signature");
        },
        &[
            "webhook-sender.signatures.present",
            "webhook-sender.signatures.format",
            "webhook-sender.signatures.content",
        ],
    ),
    asked(
        "sender-another-secret",
        "signs events with another secret",
        |m| {
            let value = signature("other", "1", &m.body);
            m.set("merchant-signature", &value);
        },
        &[
            "webhook-sender.signatures.content",
            "webhook-sender.signatures.fresh",
        ],
    ),
    asked(
        "sender-signed-long-ago",
        "signs events with a time long past",
        |m| signed_at(m, "1700000000"),
        &["webhook-sender.signatures.fresh"],
    ),
    asked(
        "sender-signed-in-milliseconds",
        "signs with a time in milliseconds",
        |m| signed_at(m, "1700000000000"),
        &["webhook-sender.signatures.seconds"],
    ),
    asked(
        "sender-digits-alone",
        "sends the digits of the signature alone",
        |m| {
            let value = m
                .header("merchant-signature")
                .split("v1=")
                .nth(1)
                .unwrap()
                .to_owned();
            m.set("merchant-signature", &value);
        },
        &["webhook-sender.signatures.format"],
    ),
    asked(
        "sender-signs-a-copy",
        "sends other bytes than it signed",
        |m| {
            m.body = String::from_utf8(m.body.clone())
                .unwrap()
                .replacen(':', ": ", 1)
                .into_bytes();
        },
        &[
            "webhook-sender.signatures.content",
            "webhook-sender.signatures.not-of-parsed",
        ],
    ),
];
