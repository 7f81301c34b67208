//! Sellers that let carts pass, or refuse them, without reason.

use serde_json::json;

use super::{
    carts::{Kind, LANE, kind},
    fault::{Fault, answers, requests},
    proxy::Answered,
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = doors();
    all.extend(wants());
    all.extend(losses());
    all.extend(readers());
    all
}

fn doors() -> Vec<Fault> {
    let heals = |name: &'static str, value: &'static str| {
        requests(move |asked| {
            if kind(asked).is_some() && asked.header(name).is_none_or(|text| text != value) {
                asked.set(name, value);
            }
            None
        })
    };
    vec![
        Fault::new(
            LANE,
            "carts-open-doors",
            "lets everybody in",
            &[
                "carts.auth.missing-create",
                "carts.auth.wrong-get",
                "carts.auth.empty-update",
                "carts.auth.longer-cancel",
            ],
            heals("authorization", "Bearer agent-key-for-the-reference"),
        ),
        Fault::new(
            LANE,
            "carts-any-version",
            "serves calls without API-Version by the newest",
            &[
                "carts.versions.missing-create",
                "carts.versions.missing-get",
                "carts.versions.unknown-update",
                "carts.versions.word-cancel",
            ],
            heals("api-version", "2026-04-17"),
        ),
        Fault::new(
            LANE,
            "carts-no-key-needed",
            "takes a POST without a key",
            &[
                "carts.idempotency.create-needs-key",
                "carts.idempotency.cancel-needs-key",
            ],
            requests(|asked| {
                if kind(asked).is_some() && asked.header("idempotency-key").is_none() {
                    let key = format!("made-up-{}", asked.path.len() * asked.body.len());
                    asked.set("idempotency-key", &key);
                }
                None
            }),
        ),
    ]
}

fn wants() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-401-as-403",
            "answers 403 where nobody is known",
            &["carts.auth.missing-get", "carts.auth.basic-create"],
            answers(|asked, answered| {
                if kind(asked).is_some() && answered.status == 401 {
                    answered.status = 403;
                }
            }),
        ),
        Fault::new(
            LANE,
            "carts-own-keys",
            "knows other keys than checkout",
            &["carts.auth.same-key-as-checkout"],
            requests(|asked| {
                let error =
                    json!({ "type": "invalid_request", "code": "unauthorized", "message": "no" });
                kind(asked).map(|_| Answered::new(401, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-wants-capabilities",
            "asks for capabilities at create",
            &[
                "carts.lifecycle.create-without-negotiation",
                "carts.lifecycle.create-without-hint",
            ],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "capabilities and currency are needed", "param": "$.capabilities" });
                let bare = asked
                    .json()
                    .is_some_and(|json| json.get("capabilities").is_none());
                (kind(asked) == Some(Kind::Create) && bare).then(|| Answered::new(400, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-cancel-needs-body",
            "refuses a cancel without a body",
            &["carts.lifecycle.cancel-without-body"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "a body is needed" });
                let bare = asked.body.is_empty();
                (kind(asked) == Some(Kind::Cancel) && bare).then(|| Answered::new(400, &error))
            }),
        ),
    ]
}

fn losses() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-completes",
            "completes carts",
            &["carts.lifecycle.complete-makes-no-order"],
            requests(|asked| {
                let order = json!({ "id": "cart", "order": { "id": "order_1" } });
                let complete =
                    asked.path.starts_with("/carts/") && asked.path.ends_with("/complete");
                complete.then(|| Answered::new(200, &order))
            }),
        ),
        Fault::new(
            LANE,
            "carts-sessions-need-cart",
            "opens checkout for carts only",
            &["carts.lifecycle.checkout-without-cart"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "cart_id is needed", "param": "$.cart_id" });
                (asked.path == "/checkout_sessions").then(|| Answered::new(400, &error))
            }),
        ),
        Fault::edit(
            LANE,
            "carts-elsewhere",
            "names a base address without carts",
            &["carts.lifecycle.below-base-url"],
            |asked, _| asked.path.contains("acp.json"),
            |json| {
                let base = json["api_base_url"].as_str().unwrap_or_default();
                json["api_base_url"] = json!(format!("{base}/v0"));
            },
        ),
        Fault::new(
            LANE,
            "carts-currency-400",
            "calls a create without buyer malformed",
            &["carts.lifecycle.create-without-hint"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "which currency?", "param": "$.buyer" });
                let bare = asked.json().is_some_and(|json| json.get("buyer").is_none());
                (kind(asked) == Some(Kind::Create) && bare).then(|| Answered::new(400, &error))
            }),
        ),
    ]
}

fn readers() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-put-loses-currency",
            "answers 409 when a PUT takes the buyer away",
            &["carts.lifecycle.update-without-hint"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "conflict", "message": "which currency?" });
                let bare = asked.json().is_some_and(|json| json.get("buyer").is_none());
                (kind(asked) == Some(Kind::Update) && bare).then(|| Answered::new(409, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-takes-no-json",
            "reads any body as if nothing were wrong with it",
            &[
                "carts.errors.create-no-json",
                "carts.errors.create-array",
                "carts.errors.update-truncated",
                "carts.fuzz.create-line_items-type",
            ],
            requests(|asked| {
                let lines = asked.json().map(|json| json["line_items"].is_array());
                let broken = lines != Some(true);
                if matches!(kind(asked), Some(Kind::Create | Kind::Update)) && broken {
                    asked.body = json!({ "line_items": [{ "id": "mug" }] })
                        .to_string()
                        .into();
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "carts-strict-buyer",
            "refuses buyers with a company",
            &["carts.fuzz.create-takes-buyer-company"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "invalid", "message": "no companies", "param": "$.buyer.company" });
                let company = asked
                    .json()
                    .is_some_and(|json| json["buyer"].get("company").is_some());
                (kind(asked).is_some() && company).then(|| Answered::new(400, &error))
            }),
        ),
    ]
}
