//! Receivers of order events that answer wrongly.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::Fault,
    message::{Passing, SECRET, passing, replied, signature},
    webhook_receiver::parts,
};

pub(crate) fn faults() -> Vec<Fault> {
    passing(Lane::WebhookReceiver, &[ANSWERS])
}

const ANSWERS: &[Passing] = &[
    replied(
        "receiver-answers-202",
        "answers 202",
        |_, m| {
            if m.status == 200 {
                m.status = 202;
            }
        },
        &[
            "webhook-receiver.webhooks.minimal-create",
            "webhook-receiver.lifecycle.without-request-id",
        ],
    ),
    replied(
        "receiver-answers-an-empty-body",
        "answers an empty body",
        |_, m| {
            if m.status == 200 {
                m.body.clear();
            }
        },
        &[
            "webhook-receiver.webhooks.minimal-create",
            "webhook-receiver.idempotency.replay-same-bytes",
        ],
    ),
    replied(
        "receiver-says-received-false",
        "says received: false",
        |_, m| {
            if m.status == 200 {
                m.edit(|json| json["received"] = json!(false));
            }
        },
        &["webhook-receiver.webhooks.rich-update"],
    ),
    replied(
        "receiver-forgets-request-id",
        "forgets request_id",
        |_, m| {
            if m.status == 200 {
                m.edit(|json| json["request_id"] = json!("another"));
            }
        },
        &["webhook-receiver.lifecycle.request-id-repeated"],
    ),
    replied(
        "receiver-answers-403-to-forgeries",
        "answers 403 to forgeries",
        |_, m| {
            if m.status == 401 {
                m.status = 403;
            }
        },
        &[
            "webhook-receiver.signatures.other-secret",
            "webhook-receiver.signatures.missing",
            "webhook-receiver.expiry.old-hour",
        ],
    ),
    replied(
        "receiver-calls-forgeries-unauthorized",
        "calls forgeries unauthorized",
        |_, m| {
            if m.status == 401 {
                m.edit(|json| json["code"] = json!("unauthorized"));
            }
        },
        &[
            "webhook-receiver.signatures.other-secret",
            "webhook-receiver.signatures.missing",
            "webhook-receiver.signatures.v1-short",
        ],
    ),
    replied(
        "receiver-answers-forgeries-in-html",
        "answers forgeries in HTML",
        |_, m| {
            if m.status == 401 {
                m.body = b"<h1>401</h1>".to_vec();
            }
        },
        &["webhook-receiver.signatures.other-secret"],
    ),
    replied(
        "receiver-answers-200-to-broken-json",
        "answers 200 to broken JSON",
        |_, m| {
            if m.status == 400 {
                m.answer(200, &json!({"received": true}));
            }
        },
        &[
            "webhook-receiver.errors.brace",
            "webhook-receiver.errors.no-data",
            "webhook-receiver.errors.type-number",
        ],
    ),
    replied(
        "receiver-answers-422-to-broken-json",
        "answers 422 to broken JSON",
        |_, m| {
            if m.status == 400 {
                m.status = 422;
            }
        },
        &[
            "webhook-receiver.errors.brace",
            "webhook-receiver.errors.no-type",
        ],
    ),
    replied(
        "receiver-tells-the-right-signature",
        "tells the right signature",
        |ask, m| {
            if m.status == 401 {
                let (t, _) = parts(ask);
                let right = signature(SECRET, &t, &ask.body);
                m.edit(|json| json["message"] = json!(format!("expected {right}")));
            }
        },
        &["webhook-receiver.leaks.refusal-tells-no-signature"],
    ),
    replied(
        "receiver-takes-get-for-an-event",
        "takes GET for an event",
        |ask, m| {
            if ask.method == "GET" {
                m.answer(200, &json!({"received": true}));
            }
        },
        &["webhook-receiver.errors.method-get"],
    ),
];
