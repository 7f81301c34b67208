//! Answers that are wrong.

use comptoir_certify::Lane;
use http::Method;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    pair::{error, keyed, tell},
    proxy::{Answered, Bend},
    stage::Stage,
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = listed(Lane::Seller, &[HEADERS, REPLAYS, SESSIONS]);
    all.push(
        Fault::new(
            Lane::Seller,
            "seller-breakdowns-stored",
            "replays a breakdown under its key",
            &["seller.idempotency.breakdown-not-replayed"],
            stored_breakdown,
        )
        .on(Stage::Breakdown),
    );
    all
}

fn is_replay(answered: &Answered) -> bool {
    answered.headers.contains_key("idempotent-replayed")
}

const HEADERS: &[Row] = &[
    Row::new(
        "seller-keys-not-echoed",
        "does not repeat the Idempotency-Key",
        &[
            "seller.idempotency.key-echo-create",
            "seller.idempotency.key-echo-refused-update",
        ],
        || {
            tell(|_, answered| {
                answered.headers.remove("idempotency-key");
            })
        },
    ),
    Row::new(
        "seller-request-id-not-echoed",
        "does not repeat the Request-Id",
        &[
            "seller.errors.request-id-create",
            "seller.errors.request-id-refused-retrieve",
        ],
        || {
            tell(|_, answered| {
                answered.headers.remove("request-id");
            })
        },
    ),
    Row::new(
        "seller-replays-not-marked",
        "does not mark replays",
        &[
            "seller.idempotency.replay-create",
            "seller.idempotency.replay-complete",
        ],
        || {
            tell(|_, answered| {
                answered.headers.remove("idempotent-replayed");
            })
        },
    )
    .warned(),
    Row::new(
        "seller-all-marked-as-replays",
        "marks every answer as a replay",
        &[
            "seller.idempotency.first-unmarked-create",
            "seller.concurrency.creates-many-keys",
        ],
        || tell(|_, answered| answered.set("idempotent-replayed", "true")),
    ),
];

const REPLAYS: &[Row] = &[
    Row::new(
        "seller-replayed-create-200",
        "answers a replayed create with 200",
        &["seller.idempotency.replay-create"],
        || {
            tell(move |_, answered| {
                if is_replay(answered) {
                    answered.status = 200;
                }
            })
        },
    ),
    Row::new(
        "seller-replay-differs",
        "answers a replay with another document",
        &[
            "seller.idempotency.replay-update",
            "seller.idempotency.replay-makes-one-order",
        ],
        || {
            tell(move |_, answered| {
                if is_replay(answered) {
                    answered.edit(|json| json["again"] = json!(true));
                }
            })
        },
    ),
    Row::new(
        "seller-replay-written-anew",
        "writes the bytes of a replay anew",
        &["seller.idempotency.replay-create"],
        || {
            tell(move |_, answered| {
                if is_replay(answered) {
                    let json: Value = serde_json::from_slice(&answered.body).unwrap();
                    answered.body = format!("{json:#}").into();
                }
            })
        },
    )
    .warned(),
    Row::new(
        "seller-conflicts-409",
        "answers idempotency conflicts with 409",
        &["seller.idempotency.conflict-create-other-text"],
        || {
            tell(|_, answered| {
                if answered.status == 422 {
                    answered.status = 409;
                }
            })
        },
    ),
    Row::new(
        "seller-conflicts-other-code",
        "answers idempotency conflicts with another code",
        &["seller.idempotency.conflict-update-other-text"],
        || {
            tell(|_, answered| {
                if answered.status == 422 {
                    answered.edit(|json| json["code"] = json!("conflict"));
                }
            })
        },
    ),
];

const SESSIONS: &[Row] = &[
    Row::new(
        "seller-decline-402",
        "answers a declined payment with 402",
        &[
            "seller.errors.business-declined",
            "seller.idempotency.decline-replayed",
        ],
        || {
            tell(|_, answered| {
                if String::from_utf8_lossy(&answered.body).contains("payment_declined") {
                    answered.status = 402;
                    answered.body = error("payment_declined", "declined").to_string().into();
                }
            })
        },
    ),
    Row::new(
        "seller-stock-never-told",
        "never says that an item is out of stock",
        &[
            "seller.errors.business-out-of-stock",
            "seller.errors.business-out-of-stock-later",
        ],
        || {
            tell(|_, answered| {
                answered.edit(|json| {
                    if json["messages"].is_array() {
                        json["messages"] = json!([]);
                    }
                });
            })
        },
    ),
    Row::new(
        "seller-refused-update-changes",
        "changes the session in a refused update",
        &[
            "seller.errors.body-array-update",
            "seller.fuzz.update-buyer-type",
        ],
        || {
            let mut spoilt = false;
            tell(move |asked, answered| {
                spoilt |= asked.method == Method::POST && answered.status == 400;
                if spoilt && asked.method == Method::GET {
                    answered.edit(|json| json["status"] = json!("canceled"));
                }
            })
        },
    ),
    Row::new(
        "seller-order-per-answer",
        "makes an order for every answer to complete",
        &[
            "seller.concurrency.completes-one-key",
            "seller.idempotency.replay-makes-one-order",
        ],
        || {
            let mut count = 0;
            tell(move |_, answered| {
                answered.edit(|json| {
                    if json["order"].is_object() {
                        count += 1;
                        json["order"]["id"] = json!(format!("order-{count}"));
                    }
                });
            })
        },
    ),
];

/// The third answer is a breakdown, and its key replays it.
fn stored_breakdown() -> Box<dyn Bend> {
    let mut count = 0;
    let mut broken = None;
    tell(move |asked, answered| {
        count += 1;
        let key = keyed(asked);
        if count == 3 {
            broken.clone_from(&key);
        }
        if key.is_some() && key == broken {
            *answered = breakdown();
            if count > 3 {
                answered.set("idempotent-replayed", "true");
            }
        }
    })
}

/// An outage, well told.
pub(crate) fn breakdown() -> Answered {
    let error = json!({ "type": "processing_error", "code": "broken", "message": "broken" });
    Answered::new(500, &error)
}
