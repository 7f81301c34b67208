//! `POST /agentic_commerce/delegate_payment`: every rule, and answers as the official schema says.

use std::{fmt::Write, sync::Arc};

use comptoir_psp::{
    Mode, PspError,
    issuer::{simulated::SimulatedIssuer, test_cards},
};
use serde_json::{Value, json};

use crate::slow_issuer::SlowIssuer;
use crate::support::{AGENT, MERCHANT, TestPsp, clock, config, delegation, fresh_key};

/// Sets the value at a JSON pointer; `Value::Null` with `remove` takes the field away.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = delegation(test_cards::APPROVE, "cs_1");
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    match parent {
        Value::Object(map) => {
            map.insert(name.to_owned(), value);
        }
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => panic!("{pointer}"),
    }
    body
}

fn without(pointer: &str) -> Value {
    let mut body = delegation(test_cards::APPROVE, "cs_1");
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(name)
        .unwrap();
    body
}

fn jsonpath(pointer: &str) -> String {
    let mut path = "$".to_owned();
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(index) => write!(path, "[{index}]").unwrap(),
            Err(_) => write!(path, ".{step}").unwrap(),
        }
    }
    path
}

// A valid request gives 201 with an opaque token and the correlation data of RFC §2.4.
#[tokio::test]
async fn tokenizes() {
    let psp = TestPsp::start().await;
    let answer = psp
        .delegate_as(
            AGENT,
            "idem_abc123",
            &delegation(test_cards::APPROVE, "cs_1"),
        )
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let body = answer.json();
    assert!(body["id"].as_str().unwrap().starts_with("vt_"));
    assert_eq!(body["created"], "2026-05-01T12:00:00Z");
    let echoed = json!({
        "campaign": "q4", "merchant_id": "merchant_1", "idempotency_key": "idem_abc123",
        "comptoir.simulated": "true",
    });
    assert_eq!(body["metadata"], echoed);
}

// What the PSP adds to the metadata stands in nobody's way.
#[tokio::test]
async fn metadata_of_the_caller_stays_as_it_is() {
    let psp = TestPsp::start().await;
    let own = json!({
        "simulated": "mine", "merchant_id": "mine", "idempotency_key": "mine",
        "comptoir.simulated": "mine",
    });
    let answer = psp.delegate(&with("/metadata", own.clone())).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["metadata"], own);
}

// Whatever the schema leaves out may be left out.
#[tokio::test]
async fn optional_fields_are_optional() {
    let psp = TestPsp::start().await;
    for pointer in [
        "/billing_address",
        "/billing_address/line_two",
        "/payment_method/virtual",
        "/payment_method/name",
        "/payment_method/cvc",
        "/payment_method/checks_performed",
        "/payment_method/iin",
        "/payment_method/display_last4",
    ] {
        let answer = psp.delegate(&without(pointer)).await;
        assert_eq!(answer.status, 201, "{pointer}: {answer:?}");
    }
    let mut no_expiry = without("/payment_method/exp_month");
    no_expiry["payment_method"]
        .as_object_mut()
        .unwrap()
        .remove("exp_year");
    assert_eq!(psp.delegate(&no_expiry).await.status, 201);
    assert_eq!(
        psp.delegate(&with("/risk_signals", json!([]))).await.status,
        201
    );
    assert_eq!(
        psp.delegate(&with("/payment_method/metadata", json!({})))
            .await
            .status,
        201
    );
}

// Required fields are required, and the answer says which one is missing.
#[tokio::test]
async fn missing_fields_are_named() {
    let psp = TestPsp::start().await;
    for pointer in [
        "/payment_method",
        "/allowance",
        "/risk_signals",
        "/metadata",
        "/payment_method/type",
        "/payment_method/card_number_type",
        "/payment_method/number",
        "/payment_method/display_card_funding_type",
        "/payment_method/metadata",
        "/allowance/reason",
        "/allowance/max_amount",
        "/allowance/currency",
        "/allowance/checkout_session_id",
        "/allowance/merchant_id",
        "/allowance/expires_at",
        "/billing_address/name",
        "/billing_address/line_one",
        "/billing_address/city",
        "/billing_address/state",
        "/billing_address/country",
        "/billing_address/postal_code",
    ] {
        let answer = psp.delegate(&without(pointer)).await;
        assert_eq!(
            answer.error(),
            (400, "invalid_card".to_owned(), jsonpath(pointer)),
            "{answer:?}"
        );
    }
}

// Every rule about the card, one violation each.
#[tokio::test]
async fn card_rules() {
    let psp = TestPsp::start().await;
    for (field, value) in [
        ("type", json!("wallet")),
        ("card_number_type", json!("pan")),
        ("number", json!("4242424242424241")),
        ("number", json!("4242 4242 4242 4242")),
        ("number", json!("42424242424")),
        ("number", json!("")),
        ("number", json!(4_242_424_242_424_242_i64)),
        ("exp_month", json!("00")),
        ("exp_month", json!("13")),
        ("exp_month", json!("1")),
        ("exp_month", json!("+1")),
        ("exp_month", json!("011")),
        ("exp_year", json!("28")),
        ("exp_year", json!("20288")),
        ("exp_year", json!("202x")),
        ("exp_year", json!("2025")),
        ("exp_year", json!("2099")),
        ("cvc", json!("12")),
        ("cvc", json!("1234")),
        ("cvc", json!("12345")),
        ("cvc", json!("abc")),
        ("cvc", json!(123)),
        ("iin", json!("4242424")),
        ("iin", json!("411111")),
        ("iin", json!("42424")),
        ("iin", json!("424242424")),
        ("eci_value", json!("050")),
        ("display_last4", json!("4243")),
        ("display_last4", json!("42")),
        ("display_brand", json!("mastercard")),
        ("display_card_funding_type", json!("charge")),
        ("checks_performed", json!(["pin"])),
        ("metadata", json!({"k": 1})),
        ("metadata", Value::Null),
        ("name", Value::Null),
        ("name", json!("4242 4242 4242 4242")),
        ("name", json!("x".repeat(257))),
        ("virtual", json!("no")),
        ("surprise", json!(true)),
    ] {
        let body = with(&format!("/payment_method/{field}"), value.clone());
        // A seven-digit IIN that belongs to the number is legal.
        let answer = psp.delegate(&body).await;
        if (field, &value) == ("iin", &json!("4242424")) {
            assert_eq!(answer.status, 201);
            continue;
        }
        let (status, code, param) = answer.error();
        assert_eq!(
            (status, code.as_str()),
            (400, "invalid_card"),
            "{field} {value}: {answer:?}"
        );
        assert!(
            param.starts_with(&format!("$.payment_method.{field}")),
            "{field} {value}: {param}"
        );
    }
}

// Field defect 13: an expired card is not tokenised, to the month.
#[tokio::test]
async fn expired_cards_are_refused() {
    let psp = TestPsp::start().await;
    for (month, year, status) in [
        ("04", "2026", 400),
        ("12", "2025", 400),
        ("05", "2026", 201),
        ("01", "2027", 201),
    ] {
        let mut body = with("/payment_method/exp_month", json!(month));
        body["payment_method"]["exp_year"] = json!(year);
        assert_eq!(psp.delegate(&body).await.status, status, "{month}/{year}");
    }
    let half = without("/payment_method/exp_year");
    assert_eq!(
        psp.delegate(&half).await.error().2,
        "$.payment_method.exp_year"
    );
}

// American Express has fifteen digits and a code of four.
#[tokio::test]
async fn networks_differ() {
    let psp = TestPsp::start().await;
    assert_eq!(
        psp.delegate(&delegation(test_cards::APPROVE_AMEX, "cs_1"))
            .await
            .status,
        201
    );
    assert_eq!(
        psp.delegate(&delegation(test_cards::APPROVE_MASTERCARD, "cs_1"))
            .await
            .status,
        201
    );
    let mut short = delegation(test_cards::APPROVE_AMEX, "cs_1");
    short["payment_method"]["cvc"] = json!("123");
    assert_eq!(psp.delegate(&short).await.error().2, "$.payment_method.cvc");
    let mut brand = delegation(test_cards::APPROVE_AMEX, "cs_1");
    brand["payment_method"]["display_brand"] = json!("American Express");
    assert_eq!(psp.delegate(&brand).await.status, 201);
}

// A network token stands for a card with other digits: last four and IIN are not compared.
#[tokio::test]
async fn network_tokens_show_their_card() {
    let psp = TestPsp::start().await;
    let mut body = with("/payment_method/card_number_type", json!("network_token"));
    body["payment_method"]["display_last4"] = json!("9424");
    body["payment_method"]["iin"] = json!("411111");
    body["payment_method"]["cryptogram"] = json!("AAECAwQFBgcICQoLDA0ODxAREhM=");
    body["payment_method"]["eci_value"] = json!("07");
    assert_eq!(psp.delegate(&body).await.status, 201);
}

// T-09: an amount is a whole number from 1 to 10^12, however it is written, and nothing else.
#[tokio::test]
async fn t09_amounts() {
    let psp = TestPsp::start().await;
    for amount in ["1", "1000000000000", "1.0", "1e3", "1E+12", "10e-1"] {
        let text = delegation(test_cards::APPROVE, "cs_1")
            .to_string()
            .replace(":5000", &format!(":{amount}"));
        assert_eq!(send(&psp, text).await.status, 201, "{amount}");
    }
    for amount in [
        "0",
        "-1",
        "1000000000001",
        "9223372036854775807",
        "9223372036854775808",
        "1.1e12",
        "1e-3",
        "-0.0",
        "10.5",
        "\"100\"",
        "null",
        "true",
        "[]",
    ] {
        let text = delegation(test_cards::APPROVE, "cs_1")
            .to_string()
            .replace(":5000", &format!(":{amount}"));
        let answer = send(&psp, text).await;
        assert_eq!(
            (answer.status, answer.error().2.as_str()),
            (400, "$.allowance.max_amount"),
            "{amount}: {answer:?}"
        );
    }
}

async fn send(psp: &TestPsp, body: String) -> crate::support::Answer {
    let request = psp.post_raw("/agentic_commerce/delegate_payment", AGENT, body);
    psp.send(
        request
            .header("api-version", "2026-04-17")
            .header("idempotency-key", fresh_key()),
    )
    .await
}

// T-08: an expiry is a strict RFC 3339 time in the next 24 hours.
#[tokio::test]
async fn t08_expiries() {
    let psp = TestPsp::start().await;
    for good in [
        "2026-05-01T12:00:01Z",
        "2026-05-02T12:00:00Z",
        "2026-05-01T15:00:00.52+02:00",
    ] {
        assert_eq!(
            psp.delegate(&with("/allowance/expires_at", json!(good)))
                .await
                .status,
            201,
            "{good}"
        );
    }
    for bad in [
        json!("2026-05-01T12:00:00Z"),
        json!("2026-05-01T11:59:59Z"),
        json!("2025-10-09T07:20:50.52Z"),
        json!("2026-05-02T12:00:00.000001Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("2026-05-01T13:00:00"),
        json!("2026-05-01 13:00:00Z"),
        json!("2026-05-01"),
        json!("2026-05-01T23:59:60Z"),
        json!("2026-05-01T13:00:00Z[Europe/Paris]"),
        json!("tomorrow"),
        json!(""),
        json!(1_777_640_400),
    ] {
        let answer = psp
            .delegate(&with("/allowance/expires_at", bad.clone()))
            .await;
        assert_eq!(
            (answer.status, answer.error().2.as_str()),
            (400, "$.allowance.expires_at"),
            "{bad}: {answer:?}"
        );
    }
}

// The other rules of the allowance: one use, a lower-case currency that exists, a known merchant.
#[tokio::test]
async fn allowance_rules() {
    let psp = TestPsp::start().await;
    for (field, value) in [
        ("reason", json!("recurring")),
        ("currency", json!("EUR")),
        ("currency", json!("zzz")),
        ("currency", json!("euro")),
        ("merchant_id", json!("nobody")),
        ("merchant_id", json!("")),
        ("merchant_id", json!("m".repeat(257))),
        ("checkout_session_id", json!("")),
        ("checkout_session_id", json!("4242424242424242")),
        ("surprise", json!(1)),
    ] {
        let answer = psp
            .delegate(&with(&format!("/allowance/{field}"), value.clone()))
            .await;
        let (status, _, param) = answer.error();
        assert_eq!(
            (status, param),
            (400, format!("$.allowance.{field}")),
            "{field} {value}: {answer:?}"
        );
    }
}

// The billing address keeps the schema's limits, at the limit and one past it.
#[tokio::test]
async fn address_limits() {
    let psp = TestPsp::start().await;
    for (field, limit) in [
        ("name", 256),
        ("line_one", 60),
        ("line_two", 60),
        ("city", 60),
        ("postal_code", 20),
    ] {
        let pointer = format!("/billing_address/{field}");
        assert_eq!(
            psp.delegate(&with(&pointer, json!("é".repeat(limit))))
                .await
                .status,
            201,
            "{field}"
        );
        let answer = psp
            .delegate(&with(&pointer, json!("é".repeat(limit + 1))))
            .await;
        assert_eq!((answer.status, answer.error().2), (400, jsonpath(&pointer)));
    }
    for country in ["U", "USA", "us", "1U", ""] {
        let answer = psp
            .delegate(&with("/billing_address/country", json!(country)))
            .await;
        assert_eq!(answer.error().2, "$.billing_address.country", "{country}");
    }
}

// T-13: a signal can only lower what is possible; `blocked` refuses, `authorized` lifts nothing.
#[tokio::test]
async fn t13_risk_signals_only_lower() {
    let psp = TestPsp::start().await;
    let signal = |action: &str| json!({"type": "card_testing", "score": 1, "action": action});
    let blocked = psp
        .delegate(&with(
            "/risk_signals",
            json!([signal("authorized"), signal("blocked")]),
        ))
        .await;
    assert_eq!(
        blocked.error(),
        (
            422,
            "invalid_card".to_owned(),
            "$.risk_signals[1].action".to_owned()
        )
    );
    let mut forged = with("/risk_signals", json!([signal("authorized")]));
    forged["allowance"]["max_amount"] = json!(1_000_000_000_001_i64);
    assert_eq!(
        psp.delegate(&forged).await.error().2,
        "$.allowance.max_amount"
    );
    for (field, value) in [
        ("type", json!("fraud")),
        ("score", json!("10")),
        ("action", json!("allow")),
    ] {
        let answer = psp
            .delegate(&with(&format!("/risk_signals/0/{field}"), value))
            .await;
        assert_eq!(answer.error().2, format!("$.risk_signals[0].{field}"));
    }
}

// Metadata is a bounded map of strings, and no hiding place for a card number.
#[tokio::test]
async fn metadata_rules() {
    let psp = TestPsp::start().await;
    let many = |count: usize| {
        (0..count)
            .map(|index| (format!("k{index}"), json!("v")))
            .collect::<serde_json::Map<_, _>>()
    };
    assert_eq!(
        psp.delegate(&with("/metadata", Value::Object(many(50))))
            .await
            .status,
        201
    );
    for bad in [
        Value::Object(many(51)),
        json!({"k": 1}),
        json!({"k": null}),
        json!({"k": {"nested": "v"}}),
        json!({"k": "x".repeat(1_001)}),
        json!({"k".repeat(65): "v"}),
        json!({"note": "card 4242-4242-4242-4242"}),
        json!({"4242424242424242": "v"}),
        json!([]),
    ] {
        let answer = psp.delegate(&with("/metadata", bad.clone())).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(
            answer.error().2.starts_with("$.metadata"),
            "{bad}: {answer:?}"
        );
        assert!(!answer.text.contains("4242"), "{answer:?}");
    }
}

// T-20: live mode refuses test cards and network tokens, and never runs on a simulated issuer.
#[tokio::test]
async fn t20_live_mode() {
    let clock = clock();
    let mut live = config(comptoir_store::Store::in_memory().unwrap(), &clock, 1);
    live.mode = Mode::Live;
    assert_eq!(
        comptoir_psp::Psp::new(live).err(),
        Some(PspError::SimulatedIssuerInLiveMode)
    );
}

// T-20: with a real issuer, live mode refuses every documented test card and network tokens.
#[tokio::test]
async fn t20_test_cards_in_live_mode() {
    let psp = TestPsp::start_with(|config| {
        config.mode = Mode::Live;
        let inner = SimulatedIssuer::new(config.store.clone(), config.environment.clone());
        config.issuer = Arc::new(SlowIssuer {
            simulated: false,
            inner,
            clock: clock(),
            seconds: Arc::default(),
        });
    })
    .await;
    for number in [
        test_cards::APPROVE,
        test_cards::DECLINE,
        test_cards::LATE_FAILURE,
    ] {
        let answer = psp.delegate(&delegation(number, "cs_1")).await;
        assert_eq!(
            answer.error(),
            (
                400,
                "invalid_card".to_owned(),
                "$.payment_method.number".to_owned()
            )
        );
    }
    let mut token = delegation("4000056655665556", "cs_1");
    assert_eq!(psp.delegate(&token).await.status, 201);
    token["payment_method"]["card_number_type"] = json!("network_token");
    assert_eq!(
        psp.delegate(&token).await.error().2,
        "$.payment_method.card_number_type"
    );
}

// Headers of the protocol: version, bearer and idempotency key are required, in the flat form.
#[tokio::test]
async fn headers_are_required() {
    let psp = TestPsp::start().await;
    let body = delegation(test_cards::APPROVE, "cs_1").to_string();
    let path = "/agentic_commerce/delegate_payment";
    let no_version = psp
        .send(
            psp.post_raw(path, AGENT, body.clone())
                .header("idempotency-key", "k1"),
        )
        .await;
    assert_eq!(no_version.status, 400);
    assert!(no_version.json()["supported_versions"].is_array());
    let no_key = psp
        .send(
            psp.post_raw(path, AGENT, body.clone())
                .header("api-version", "2026-04-17"),
        )
        .await;
    assert_eq!(
        (no_key.status, no_key.code().as_str()),
        (400, "idempotency_key_required")
    );
    for stranger in ["nobody", MERCHANT, ""] {
        let request = psp.post_raw(path, stranger, body.clone());
        let answer = psp
            .send(
                request
                    .header("api-version", "2026-04-17")
                    .header("idempotency-key", "k2"),
            )
            .await;
        assert_eq!(answer.status, 401, "{answer:?}");
    }
}

// Answers and errors are what the official schema of 2026-04-17 describes.
#[tokio::test]
async fn answers_validate_against_the_official_schema() {
    let Some(schema) = schema() else { return };
    let psp = TestPsp::start().await;
    let validate = |name: &str, body: &Value| {
        let mut root = schema.clone();
        root["$ref"] = json!(format!("#/$defs/{name}"));
        root.as_object_mut().unwrap().remove("$id");
        let validator = jsonschema::validator_for(&root).unwrap();
        assert!(validator.is_valid(body), "{name}: {body}");
    };
    validate(
        "DelegatePaymentRequest",
        &delegation(test_cards::APPROVE, "cs_1"),
    );
    let good = delegation(test_cards::APPROVE, "cs_1");
    validate(
        "DelegatePaymentResponse",
        &psp.delegate_as(AGENT, "k", &good).await.json(),
    );
    validate("Error", &psp.delegate(&without("/metadata")).await.json());
    validate(
        "Error",
        &psp.delegate(&with("/allowance/currency", json!("EUR")))
            .await
            .json(),
    );
    validate(
        "Error",
        &psp.delegate_as(AGENT, "k", &delegation(test_cards::APPROVE, "cs_2"))
            .await
            .json(),
    );
}

fn schema() -> Option<Value> {
    let shared = std::env::var("COMPTOIR_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let path = format!("{shared}/acp-spec/2026-04-17/json-schema/schema.delegate_payment.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "the specification is missing"
        );
        eprintln!("skipped: the specification is not there");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}
