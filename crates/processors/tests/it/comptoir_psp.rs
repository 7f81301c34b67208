//! The adapter against a hostile or broken PSP. The contract itself is run against the real one in
//! the tests of `comptoir-psp`.

use std::time::Duration;

use comptoir_processors::{
    ChargeOutcome, DeclineReason, Lookup, Processor, RefundLookup, RefundOutcome,
    comptoir_psp::{ComptoirPsp, ComptoirPspConfig},
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path, query_param},
};

use crate::{charge_request, refund_request};

fn adapter(base_url: String) -> ComptoirPsp {
    ComptoirPsp::new(ComptoirPspConfig {
        base_url,
        bearer: "merchant_key".to_owned().into(),
        merchant_id: "merchant_1".to_owned(),
        timeout: Duration::from_millis(500),
    })
    .unwrap()
}

async fn answering(verb: &str, answer: ResponseTemplate) -> (MockServer, ComptoirPsp) {
    let server = MockServer::start().await;
    // Exactly one call: a charge is never retried blindly.
    Mock::given(method(verb))
        .respond_with(answer)
        .expect(1)
        .mount(&server)
        .await;
    let adapter = adapter(server.uri());
    (server, adapter)
}

fn charge(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({
        "id": "ch_1", "object": "charge", "charge_key": "cs_1:1", "status": "succeeded", "amount": 4_200,
        "currency": "eur", "amount_refunded": 0, "checkout_session_id": "cs_1", "simulated": true,
        "created": "2026-05-01T12:00:00Z",
    });
    change(&mut body);
    body
}

async fn charged(answer: ResponseTemplate) -> ChargeOutcome {
    let (server, adapter) = answering("POST", answer).await;
    let outcome = adapter.charge(&charge_request()).await;
    server.verify().await;
    outcome
}

// An honest answer is an approval, and the request carries bearer and idempotency key.
#[tokio::test]
async fn approves() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/charges"))
        .and(header("authorization", "Bearer merchant_key"))
        .and(header("idempotency-key", "cs_1:1"))
        .respond_with(ResponseTemplate::new(201).set_body_json(charge(|_| ())))
        .mount(&server)
        .await;
    let outcome = adapter(server.uri()).charge(&charge_request()).await;
    assert!(
        matches!(outcome, ChargeOutcome::Approved { charge_id } if charge_id.as_str() == "ch_1")
    );
}

// Answers that are not about exactly this charge are unknown, never approved and never declined.
#[tokio::test]
async fn hostile_answers_are_unknown() {
    let ok = || ResponseTemplate::new(201);
    let answers = [
        ok().set_body_string("<html><body>200 OK</body></html>"),
        ok().set_body_string(""),
        ok().set_body_string("null"),
        ok().set_body_json(json!({})),
        ok().set_body_json(json!([charge(|_| ())])),
        ok().set_body_json(charge(|body| body["amount"] = json!(4_201))),
        ok().set_body_json(charge(|body| body["amount"] = json!(4_200.5))),
        ok().set_body_json(charge(|body| body["amount"] = json!("4200"))),
        ok().set_body_json(charge(|body| body["currency"] = json!("usd"))),
        ok().set_body_json(charge(|body| body["charge_key"] = json!("cs_2:1"))),
        ok().set_body_json(charge(|body| body["checkout_session_id"] = json!("cs_2"))),
        ok().set_body_json(charge(|body| body["status"] = json!("paid"))),
        ok().set_body_json(charge(|body| body["status"] = json!("pending"))),
        ok().set_body_json(charge(|body| body["id"] = json!(""))),
        ok().set_body_string("x".repeat(100_000)),
        ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
        ResponseTemplate::new(409)
            .set_body_json(json!({"code": "idempotency_in_flight", "message": "in flight"})),
        ResponseTemplate::new(400).set_body_json(json!({"code": "never_heard_of", "message": "?"})),
        ResponseTemplate::new(404).set_body_string("no such route"),
        ResponseTemplate::new(422)
            .set_body_json(json!({"code": "charge_key_reused", "message": "other parameters"})),
        ResponseTemplate::new(500).set_body_json(json!({"code": "token_consumed", "message": "?"})),
        ResponseTemplate::new(502).set_body_string("<html>bad gateway</html>"),
        ResponseTemplate::new(503)
            .set_body_json(json!({"code": "service_unavailable", "message": "later"})),
    ];
    for (index, answer) in answers.into_iter().enumerate() {
        let outcome = charged(answer).await;
        assert!(
            matches!(outcome, ChargeOutcome::Unknown { .. }),
            "answer {index}: {outcome:?}"
        );
    }
}

// A PSP that answers too late, or not at all, leaves the outcome unknown after one attempt.
#[tokio::test]
async fn silence_is_unknown() {
    let late = ResponseTemplate::new(201)
        .set_body_json(charge(|_| ()))
        .set_delay(Duration::from_secs(3));
    assert!(matches!(charged(late).await, ChargeOutcome::Unknown { .. }));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let nobody = adapter(format!("http://{address}"));
    assert!(matches!(
        nobody.charge(&charge_request()).await,
        ChargeOutcome::Unknown { .. }
    ));
    assert!(matches!(
        nobody.lookup_charge("cs_1:1").await,
        Lookup::Unknown { .. }
    ));
    assert!(matches!(
        nobody.refund(&refund_request()).await,
        RefundOutcome::Unknown { .. }
    ));
    assert!(matches!(
        nobody.lookup_refund("r").await,
        RefundLookup::Unknown { .. }
    ));
}

// Every refusal of the PSP becomes the shared reason.
#[tokio::test]
async fn refusals_are_normalised() {
    for (status, code, expected) in [
        (409, "token_consumed", DeclineReason::TokenConsumed),
        (410, "token_expired", DeclineReason::TokenExpired),
        (410, "token_revoked", DeclineReason::TokenRevoked),
        (404, "token_not_found", DeclineReason::TokenUnknown),
        (
            422,
            "amount_exceeds_allowance",
            DeclineReason::AmountExceedsAllowance,
        ),
        (422, "currency_mismatch", DeclineReason::CurrencyMismatch),
        (403, "merchant_mismatch", DeclineReason::MerchantMismatch),
        (403, "session_mismatch", DeclineReason::SessionMismatch),
        (429, "rate_limit_exceeded", DeclineReason::RateLimited),
        (401, "unauthorized", DeclineReason::Misconfigured),
    ] {
        let answer = ResponseTemplate::new(status)
            .set_body_json(json!({"type": "invalid_request", "code": code, "message": "no"}));
        let outcome = charged(answer).await;
        assert!(
            matches!(&outcome, ChargeOutcome::Declined { reason, .. } if *reason == expected),
            "{code}: {outcome:?}"
        );
    }
    for reason in DeclineReason::ALL {
        let body = charge(|body| {
            body["status"] = json!("declined");
            body["decline_reason"] = json!(reason.as_str());
        });
        let outcome = charged(ResponseTemplate::new(201).set_body_json(body)).await;
        assert!(
            matches!(&outcome, ChargeOutcome::Declined { reason: found, .. } if *found == reason),
            "{outcome:?}"
        );
    }
}

// Absence is believed only when the PSP itself says so about this key.
#[tokio::test]
async fn lookup_believes_only_the_psp() {
    let absent = json!({"code": "charge_not_found", "message": "no such charge"});
    for (answer, expected) in [
        (ResponseTemplate::new(404).set_body_json(absent), "Absent"),
        (
            ResponseTemplate::new(404).set_body_string("<html>404</html>"),
            "Unknown",
        ),
        (
            ResponseTemplate::new(404)
                .set_body_json(json!({"code": "not_found", "message": "no such route"})),
            "Unknown",
        ),
        (
            ResponseTemplate::new(200)
                .set_body_json(charge(|body| body["charge_key"] = json!("cs_9:1"))),
            "Unknown",
        ),
        (
            ResponseTemplate::new(200)
                .set_body_json(charge(|body| body["status"] = json!("reversed"))),
            "Reversed",
        ),
        (
            ResponseTemplate::new(200).set_body_json(charge(|_| ())),
            "Approved",
        ),
    ] {
        let (_server, adapter) = answering("GET", answer).await;
        let found = format!("{:?}", adapter.lookup_charge("cs_1:1").await);
        assert!(found.starts_with(expected), "{found}");
    }
}

// A key with characters that mean something in an address arrives as it is.
#[tokio::test]
async fn keys_are_escaped() {
    let server = MockServer::start().await;
    let key = "cs_1&charge_key=cs_2:1#x";
    Mock::given(method("GET"))
        .and(path("/v1/charges"))
        .and(query_param("charge_key", key))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(charge(|body| body["charge_key"] = json!(key))),
        )
        .mount(&server)
        .await;
    assert!(matches!(
        adapter(server.uri()).lookup_charge(key).await,
        Lookup::Approved { .. }
    ));
}

// Refund answers are held to the same standard.
#[tokio::test]
async fn refunds_are_checked() {
    let refund = json!({
        "id": "re_1", "refund_key": "cs_1:refund:1", "charge_id": "ch_1", "status": "succeeded", "amount": 200, "currency": "eur",
    });
    let mut other = refund.clone();
    other["amount"] = json!(201);
    for (status, body, expected) in [
        (201, refund, "Succeeded"),
        (201, other, "Unknown"),
        (
            422,
            json!({"code": "amount_exceeds_charge", "message": "no"}),
            "Failed",
        ),
        (
            429,
            json!({"code": "rate_limit_exceeded", "message": "no"}),
            "Unknown",
        ),
        (500, json!({"code": "internal", "message": "no"}), "Unknown"),
    ] {
        let (_server, adapter) =
            answering("POST", ResponseTemplate::new(status).set_body_json(body)).await;
        let outcome = format!("{:?}", adapter.refund(&refund_request()).await);
        assert!(outcome.starts_with(expected), "{outcome}");
    }
}
