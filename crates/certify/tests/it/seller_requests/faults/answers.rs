//! Answers that are wrong.

use http::Method;
use serde_json::{Value, json};

use super::{
    super::bend::{Answered, Bend},
    Fault, error, keyed, must, should, tell,
};

pub(super) fn all() -> Vec<Fault> {
    let groups = [
        headers(),
        replays(),
        forms(),
        contents(),
        versions(),
        sessions(),
    ];
    groups.into_iter().flatten().collect()
}

fn is_replay(answered: &Answered) -> bool {
    answered.headers.contains_key("idempotent-replayed")
}

fn headers() -> Vec<Fault> {
    vec![
        must(
            "keys are not echoed",
            &[
                "seller.idempotency.key-echo-create",
                "seller.idempotency.key-echo-refused-update",
            ],
            tell(|_, answered| {
                answered.headers.remove("idempotency-key");
            }),
        ),
        must(
            "Request-Id is not echoed",
            &[
                "seller.errors.request-id-create",
                "seller.errors.request-id-refused-retrieve",
            ],
            tell(|_, answered| {
                answered.headers.remove("request-id");
            }),
        ),
        should(
            "replays are not marked",
            &[
                "seller.idempotency.replay-create",
                "seller.idempotency.replay-complete",
            ],
            tell(|_, answered| {
                answered.headers.remove("idempotent-replayed");
            }),
        ),
        must(
            "every answer is marked as a replay",
            &[
                "seller.idempotency.first-unmarked-create",
                "seller.concurrency.creates-many-keys",
            ],
            tell(|_, answered| answered.set("idempotent-replayed", "true")),
        ),
    ]
}

fn replays() -> Vec<Fault> {
    vec![
        must(
            "a replayed create is 200",
            &["seller.idempotency.replay-create"],
            tell(move |_, answered| {
                if is_replay(answered) {
                    answered.status = 200;
                }
            }),
        ),
        must(
            "a replay shows another document",
            &[
                "seller.idempotency.replay-update",
                "seller.idempotency.replay-makes-one-order",
            ],
            tell(move |_, answered| {
                if is_replay(answered) {
                    answered.edit(|json| json["again"] = json!(true));
                }
            }),
        ),
        should(
            "a replay is written anew",
            &["seller.idempotency.replay-create"],
            tell(move |_, answered| {
                if is_replay(answered) {
                    let json: Value = serde_json::from_slice(&answered.body).unwrap();
                    answered.body = format!("{json:#}").into();
                }
            }),
        ),
        must(
            "conflicts are 409",
            &["seller.idempotency.conflict-create-other-text"],
            tell(|_, answered| {
                if answered.status == 422 {
                    answered.status = 409;
                }
            }),
        ),
        must(
            "conflicts have another code",
            &["seller.idempotency.conflict-update-other-text"],
            tell(|_, answered| {
                if answered.status == 422 {
                    answered.edit(|json| json["code"] = json!("conflict"));
                }
            }),
        ),
    ]
}

fn forms() -> Vec<Fault> {
    vec![
        must(
            "errors are wrapped",
            &[
                "seller.errors.body-truncated-create",
                "seller.errors.unknown-session-retrieve",
                "seller.auth.missing-create",
            ],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| *json = json!({ "error": json.clone() }));
                }
            }),
        ),
        must(
            "errors are pages",
            &[
                "seller.errors.body-array-update",
                "seller.errors.unknown-session-cancel",
            ],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.set("content-type", "text/html");
                    answered.body = "<html>Bad Request</html>".into();
                }
            }),
        ),
        must(
            "errors say text/plain",
            &["seller.errors.body-null-create"],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.set("content-type", "text/plain");
                }
            }),
        ),
        must(
            "errors show a stack trace",
            &["seller.errors.body-nan-create"],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| {
                        json["message"] = json!("Traceback (most recent call last): shop.py");
                    });
                }
            }),
        ),
    ]
}

fn contents() -> Vec<Fault> {
    vec![
        must(
            "refusals blame the server",
            &[
                "seller.errors.body-empty-create",
                "seller.auth.wrong-update",
            ],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["type"] = json!("processing_error"));
                }
            }),
        ),
        must(
            "malformed JSON is 500",
            &[
                "seller.errors.body-truncated-create",
                "seller.errors.body-html-cancel",
            ],
            tell(|_, answered| {
                if answered.status == 400 {
                    answered.status = 500;
                }
            }),
        ),
        must(
            "param is a dotted path",
            &["seller.fuzz.create-currency-type"],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["param"] = json!("currency"));
                }
            }),
        ),
        should(
            "param is never given",
            &[
                "seller.fuzz.create-currency-type",
                "seller.fuzz.update-buyer-type",
            ],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| {
                        json.as_object_mut().unwrap().remove("param");
                    });
                }
            }),
        ),
    ]
}

fn versions() -> Vec<Fault> {
    vec![
        must(
            "supported_versions runs from old to new",
            &["seller.errors.version-unknown-create"],
            tell(|_, answered| {
                answered.edit(|json| {
                    if let Some(list) = json["supported_versions"].as_array_mut() {
                        list.reverse();
                    }
                });
            }),
        ),
        should(
            "supported_versions is missing",
            &["seller.errors.version-missing-create"],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| {
                        json.as_object_mut().unwrap().remove("supported_versions");
                    });
                }
            }),
        ),
        must(
            "supported_versions is everywhere",
            &[
                "seller.errors.supported-versions-only-there",
                "seller.errors.body-array-create",
            ],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["supported_versions"] = json!(["2026-04-17"]));
                }
            }),
        ),
        must(
            "supported_versions holds words",
            &["seller.errors.version-unknown-create"],
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["supported_versions"] = json!(["new"]));
                }
            }),
        ),
    ]
}

fn sessions() -> Vec<Fault> {
    vec![
        must(
            "a decline is an error",
            &[
                "seller.errors.business-declined",
                "seller.idempotency.decline-replayed",
            ],
            tell(|_, answered| {
                if String::from_utf8_lossy(&answered.body).contains("payment_declined") {
                    answered.status = 402;
                    answered.body = error("payment_declined", "declined").into();
                }
            }),
        ),
        must(
            "nobody says out of stock",
            &[
                "seller.errors.business-out-of-stock",
                "seller.errors.business-out-of-stock-later",
            ],
            tell(|_, answered| {
                answered.edit(|json| {
                    if json["messages"].is_array() {
                        json["messages"] = json!([]);
                    }
                });
            }),
        ),
        must(
            "a refused update changes the session",
            &[
                "seller.errors.body-array-update",
                "seller.fuzz.update-buyer-type",
            ],
            {
                let mut spoilt = false;
                tell(move |asked, answered| {
                    spoilt |= asked.method == Method::POST && answered.status == 400;
                    if spoilt && asked.method == Method::GET {
                        answered.edit(|json| json["status"] = json!("canceled"));
                    }
                })
            },
        ),
        must(
            "every completion has an order of its own",
            &[
                "seller.concurrency.completes-one-key",
                "seller.idempotency.replay-makes-one-order",
            ],
            {
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
        must(
            "breakdowns are stored",
            &["seller.idempotency.breakdown-not-replayed"],
            Bend::stored_breakdown(),
        ),
    ]
}

impl Bend {
    /// The third create breaks, and its key replays the breakdown.
    fn stored_breakdown() -> Self {
        let mut count = 0;
        let mut broken = None;
        Self::tell(move |asked, answered| {
            count += 1;
            let key = keyed(asked);
            if count == 3 {
                broken.clone_from(&key);
            }
            if key.is_some() && key == broken {
                answered.status = 500;
                let body =
                    json!({ "type": "processing_error", "code": "broken", "message": "broken" });
                answered.body = body.to_string().into();
                if count > 3 {
                    answered.set("idempotent-replayed", "true");
                }
            }
        })
    }
}
