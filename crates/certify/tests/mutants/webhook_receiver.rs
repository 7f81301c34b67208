//! Receivers of order events that verify, read or answer wrongly.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::Fault,
    message::{Message, Passing, SECRET, asked, echo, passing, route, signature},
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = passing(Lane::WebhookReceiver, &[EVENTS]);
    all.push(Fault::new(
        Lane::WebhookReceiver,
        "receiver-verifies-nothing",
        "takes every event, however it is signed",
        &["webhook-receiver.signatures.*"],
        || route(|message| sign(message, now()), echo),
    ));
    all.push(
        Fault::new(
            Lane::WebhookReceiver,
            "receiver-narrow-window",
            "takes events of the last minute alone",
            &[
                "webhook-receiver.expiry.old-290",
                "webhook-receiver.expiry.ahead-299",
            ],
            || route(narrow, echo),
        )
        .warned(),
    );
    all
}

fn narrow(message: &mut Message) {
    let t: i64 = parts(message).0.parse().unwrap_or_default();
    if (now() - t).abs() > 60 {
        message.set("merchant-signature", "t=1,v1=x");
    }
}

pub(crate) fn now() -> i64 {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    now.try_into().unwrap()
}

pub(crate) fn sign(message: &mut Message, t: i64) {
    let value = signature(SECRET, &t.to_string(), &message.body);
    message.set("merchant-signature", &value);
}

pub(crate) fn parts(message: &Message) -> (String, String) {
    let header = message.header("merchant-signature").to_owned();
    let part = |name: &str| {
        let mut parts = header.split(',').map(str::trim);
        parts
            .find_map(|part| part.strip_prefix(name))
            .unwrap_or_default()
            .to_owned()
    };
    (part("t="), part("v1="))
}

/// Whether the header holds for these bytes, whatever its `t`.
fn holds(message: &Message, body: &[u8]) -> bool {
    let (t, v1) = parts(message);
    signature(SECRET, &t, body) == format!("t={t},v1={v1}")
}

fn refuse_text(message: &mut Message, text: &str) {
    if String::from_utf8_lossy(&message.body).contains(text) {
        let error =
            json!({"type": "invalid_request", "code": "invalid", "message": "unknown value"});
        message.answer(400, &error);
    }
}

const EVENTS: &[Passing] = &[
    asked(
        "receiver-takes-any-age",
        "takes any age",
        |m| {
            if holds(m, &m.body.clone()) {
                sign(m, now());
            }
        },
        &[
            "webhook-receiver.expiry.old-hour",
            "webhook-receiver.expiry.ahead-year",
            "webhook-receiver.expiry.old-day",
            "webhook-receiver.signatures.time-zero",
            "webhook-receiver.signatures.time-milliseconds",
        ],
    ),
    asked(
        "receiver-signs-what-it-parsed",
        "signs what it parsed",
        |m| {
            let again = m.json().to_string();
            if holds(m, again.as_bytes()) {
                sign(m, now());
            }
        },
        &[
            "webhook-receiver.signatures.body-blank",
            "webhook-receiver.signatures.body-line-break",
            "webhook-receiver.signatures.body-escaped",
        ],
    ),
    asked(
        "receiver-takes-the-digits-alone",
        "takes the digits alone",
        |m| {
            let header = m.header("merchant-signature").to_owned();
            if header.len() == 64 {
                sign(m, now());
            }
        },
        &["webhook-receiver.signatures.digits-alone"],
    ),
    asked(
        "receiver-takes-v0",
        "takes v0",
        |m| {
            if m.header("merchant-signature").contains("v0=") {
                sign(m, now());
            }
        },
        &["webhook-receiver.signatures.v0"],
    ),
    asked(
        "receiver-takes-what-is-over-the-body-alone",
        "takes what is over the body alone",
        |m| {
            let (t, v1) = parts(m);
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
            if hex::encode(aws_lc_rs::hmac::sign(&key, &m.body)) == v1 {
                sign(m, t.parse().unwrap());
            }
        },
        &["webhook-receiver.signatures.over-body"],
    ),
    asked(
        "receiver-takes-unsigned-events",
        "takes unsigned events",
        |m| {
            if m.header("merchant-signature").is_empty() {
                sign(m, now());
            }
        },
        &[
            "webhook-receiver.signatures.missing",
            "webhook-receiver.signatures.empty",
            "webhook-receiver.signatures.other-header",
        ],
    ),
    asked(
        "receiver-takes-any-of-several-digits",
        "takes any of several digits",
        |m| {
            let header = m.header("merchant-signature").to_owned();
            if header.matches("v1=").count() > 1 {
                sign(m, now());
            }
        },
        &[
            "webhook-receiver.signatures.two-digits",
            "webhook-receiver.signatures.right-then-wrong",
        ],
    ),
    asked(
        "receiver-refuses-upper-case-digits",
        "refuses upper-case digits",
        |m| {
            if m.header("merchant-signature")
                .contains(['A', 'B', 'C', 'D', 'E', 'F'])
            {
                m.set("merchant-signature", "t=1,v1=x");
            }
        },
        &["webhook-receiver.lifecycle.signature-upper-case"],
    ),
    asked(
        "receiver-refuses-unknown-statuses",
        "refuses unknown statuses",
        |m| refuse_text(m, "awaiting_moonrise"),
        &["webhook-receiver.webhooks.status-unknown"],
    ),
    asked(
        "receiver-refuses-unknown-line-statuses",
        "refuses unknown line statuses",
        |m| refuse_text(m, "gift_wrapping"),
        &["webhook-receiver.webhooks.line-status-unknown"],
    ),
    asked(
        "receiver-refuses-unknown-fulfilment-statuses",
        "refuses unknown fulfilment statuses",
        |m| refuse_text(m, "by_balloon"),
        &["webhook-receiver.webhooks.fulfillment-status-unknown"],
    ),
    asked(
        "receiver-refuses-unknown-event-types",
        "refuses unknown event types",
        |m| refuse_text(m, "seen_from_afar"),
        &["webhook-receiver.webhooks.fulfillment-event-unknown"],
    ),
    asked(
        "receiver-refuses-unknown-adjustments",
        "refuses unknown adjustments",
        |m| refuse_text(m, "apology"),
        &["webhook-receiver.webhooks.adjustment-type-unknown"],
    ),
    asked(
        "receiver-refuses-unknown-adjustment-statuses",
        "refuses unknown adjustment statuses",
        |m| refuse_text(m, "in_the_post"),
        &["webhook-receiver.webhooks.adjustment-status-unknown"],
    ),
    asked(
        "receiver-refuses-unknown-events",
        "refuses unknown events",
        |m| refuse_text(m, "order_archived"),
        &["webhook-receiver.webhooks.event-type-unknown"],
    ),
    asked(
        "receiver-refuses-old-values",
        "refuses old values",
        |m| refuse_text(m, "chargeback"),
        &["webhook-receiver.webhooks.adjustment-chargeback"],
    ),
    asked(
        "receiver-refuses-the-first-form",
        "refuses the first form",
        |m| {
            if m.json()
                .pointer("/data/line_items/0/quantity/shipped")
                .is_some()
            {
                refuse_text(m, "shipped");
            }
        },
        &["webhook-receiver.webhooks.first-form"],
    ),
    asked(
        "receiver-needs-fulfilled",
        "needs fulfilled",
        |m| {
            if m.json()
                .pointer("/data/line_items/0/quantity")
                .is_some_and(|quantity| quantity.get("fulfilled").is_none())
            {
                refuse_text(m, "quantity");
            }
        },
        &[
            "webhook-receiver.webhooks.line-without-fulfilled",
            "webhook-receiver.webhooks.line-without-prices",
        ],
    ),
    asked(
        "receiver-needs-lines",
        "needs lines",
        |m| {
            if m.json().pointer("/data/line_items").is_none() {
                refuse_text(m, "order");
            }
        },
        &[
            "webhook-receiver.webhooks.minimal-create",
            "webhook-receiver.webhooks.minimal-update",
            "webhook-receiver.webhooks.order-grows-richer",
        ],
    ),
    asked(
        "receiver-breaks-on-null",
        "breaks on null",
        |m| {
            if m.json().pointer("/data").is_some_and(Value::is_null) {
                m.answer(500, &json!({"message": "null pointer"}));
            }
        },
        &["webhook-receiver.errors.data-null"],
    ),
    asked(
        "receiver-breaks-on-a-wrong-type",
        "breaks on a wrong type",
        |m| {
            if m.json()
                .pointer("/data/totals")
                .is_some_and(Value::is_object)
            {
                m.answer(500, &json!({}));
            }
        },
        &["webhook-receiver.fuzz.totals"],
    ),
    asked(
        "receiver-breaks-on-broken-json",
        "breaks on broken JSON",
        |m| {
            if m.json().is_null() {
                m.answer(500, &json!({}));
            }
        },
        &[
            "webhook-receiver.errors.brace",
            "webhook-receiver.errors.empty",
            "webhook-receiver.errors.no-utf8",
        ],
    ),
];
