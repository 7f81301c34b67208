//! Feed APIs that take, or refuse, what they should not.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::Fault,
    feed_receiver::{creates, upserts},
    message::{Message, Passing, asked, passing, replied},
};

pub(crate) fn faults() -> Vec<Fault> {
    passing(Lane::FeedReceiver, &[GATES])
}

fn refuse(message: &mut Message, text: &str) {
    if String::from_utf8_lossy(&message.body).contains(text) {
        let error = json!({"type": "invalid_request", "code": "invalid_product_payload", "message": "unknown"});
        message.answer(400, &error);
    }
}

const GATES: &[Passing] = &[
    replied(
        "feeds-accepts-anything",
        "accepts every upsert",
        |ask, m| {
            if upserts(ask) && m.status == 400 {
                m.answer(200, &json!({"id": "x", "accepted": true}));
            }
        },
        &[
            "feed-receiver.fuzz.price-currency-pattern",
            "feed-receiver.fuzz.variant-title-required",
            "feed-receiver.errors.body-brace",
            "feed-receiver.errors.products-empty-array",
            "feed-receiver.lifecycle.empty-changes-nothing",
        ],
    ),
    replied(
        "feeds-breaks-on-bad-input",
        "breaks down on bad upserts",
        |ask, m| {
            if upserts(ask) && m.status == 400 {
                m.status = 500;
            }
        },
        &[
            "feed-receiver.fuzz.price-amount-minimum",
            "feed-receiver.errors.body-null",
            "feed-receiver.errors.body-no-utf8",
        ],
    ),
    replied(
        "feeds-any-country",
        "takes any target country",
        |ask, m| {
            if creates(ask) && m.status == 400 {
                m.answer(201, &json!({"id": "feed_1"}));
            }
        },
        &[
            "feed-receiver.errors.country-lower-case",
            "feed-receiver.errors.country-name",
            "feed-receiver.fuzz.create-feed-request-target-country-pattern",
        ],
    ),
    replied(
        "feeds-another-code-for-countries",
        "refuses countries with another code",
        |ask, m| {
            if creates(ask) && m.status == 400 {
                m.edit(|json| json["code"] = json!("bad"));
            }
        },
        &["feed-receiver.errors.country-lower-case"],
    )
    .warned(),
    replied(
        "feeds-another-error-type",
        "answers errors of an unknown type",
        |_, m| {
            if m.status >= 400 {
                m.edit(|json| json["type"] = json!("error"));
            }
        },
        &[
            "feed-receiver.errors.country-lower-case",
            "feed-receiver.errors.unknown-feed-get",
        ],
    ),
    replied(
        "feeds-nested-errors",
        "wraps errors in `error`",
        |_, m| {
            if m.status >= 400 {
                m.edit(|json| *json = json!({"error": json.clone()}));
            }
        },
        &[
            "feed-receiver.errors.country-lower-case",
            "feed-receiver.errors.unknown-feed-products",
            "feed-receiver.auth.get-missing",
            "feed-receiver.versions.get-missing",
        ],
    ),
    replied(
        "feeds-unknown-feeds-are-400",
        "answers 400 for unknown feeds",
        |_, m| {
            if m.status == 404 {
                m.status = 400;
            }
        },
        &[
            "feed-receiver.errors.unknown-feed-get",
            "feed-receiver.errors.unknown-feed-products",
            "feed-receiver.errors.unknown-feed-upsert",
        ],
    ),
    replied(
        "feeds-another-code-for-unknown-feeds",
        "refuses unknown feeds with another code",
        |_, m| {
            if m.status == 404 {
                m.edit(|json| json["code"] = json!("missing"));
            }
        },
        &["feed-receiver.errors.unknown-feed-get"],
    )
    .warned(),
    asked(
        "feeds-anybody-may-call",
        "takes any bearer key",
        |m| m.set("authorization", "Bearer agent-key-for-the-reference"),
        &[
            "feed-receiver.auth.create-missing",
            "feed-receiver.auth.get-unknown",
            "feed-receiver.auth.products-basic",
            "feed-receiver.auth.upsert-longer",
            "feed-receiver.auth.foreign-upsert",
        ],
    ),
    asked(
        "feeds-any-version",
        "takes any API-Version",
        |m| m.set("api-version", "2026-04-17"),
        &[
            "feed-receiver.versions.create-missing",
            "feed-receiver.versions.get-word",
            "feed-receiver.versions.products-future",
            "feed-receiver.versions.upsert-empty",
        ],
    ),
    asked(
        "feeds-no-idempotency",
        "ignores idempotency keys",
        |m| {
            m.headers.remove("idempotency-key");
        },
        &[
            "feed-receiver.idempotency.create-replayed",
            "feed-receiver.idempotency.create-conflict",
            "feed-receiver.concurrency.create-at-once",
        ],
    )
    .warned(),
    asked(
        "feeds-one-key-for-all",
        "makes one feed for all creates",
        |m| {
            if creates(m) {
                m.set("idempotency-key", "k");
                let body = json!({"target_country": "US"});
                m.body = body.to_string().into_bytes();
            }
        },
        &[
            "feed-receiver.lifecycle.create-distinct",
            "feed-receiver.idempotency.create-other-key",
        ],
    ),
    asked(
        "feeds-unknown-statuses-refused",
        "refuses availabilities that it does not know",
        |m| refuse(m, "made_to_order"),
        &["feed-receiver.lifecycle.availability-unknown"],
    ),
    asked(
        "feeds-unknown-conditions-refused",
        "refuses conditions that it does not know",
        |m| refuse(m, "lightly_sat_upon"),
        &["feed-receiver.lifecycle.condition-unknown"],
    ),
    asked(
        "feeds-unknown-links-refused",
        "refuses types of links that it does not know",
        |m| refuse(m, "repair_guide"),
        &["feed-receiver.lifecycle.link-type-unknown"],
    ),
    asked(
        "feeds-fractions-refused",
        "refuses fractional measures",
        |m| refuse(m, "0.4"),
        &["feed-receiver.lifecycle.measure-fraction"],
    ),
    asked(
        "feeds-ids-cut",
        "compares product ids without case",
        |m| {
            if upserts(m) {
                m.edit(|json| {
                    for one in json["products"].as_array_mut().into_iter().flatten() {
                        if let Some(id) = one["id"].as_str() {
                            let id = id.to_lowercase();
                            one["id"] = json!(id);
                        }
                    }
                });
            }
        },
        &["feed-receiver.lifecycle.id-case"],
    ),
    replied(
        "feeds-tells-traces",
        "shows a panic in errors",
        |_, m| {
            if m.status >= 400 {
                m.edit(|json| json["message"] = json!("panicked at src/feed.rs:7"));
            }
        },
        &["feed-receiver.leaks.refusal-tells-nothing"],
    ),
    asked(
        "feeds-deep-json-breaks-it",
        "breaks down on deep JSON",
        |m| {
            if m.body.starts_with(b"{\"products\":[[[") {
                m.answer(500, &json!({}));
            }
        },
        &["feed-receiver.limits.body-nested"],
    ),
];
