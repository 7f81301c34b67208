//! Every answer validates against the official schema of the protocol.

use std::path::PathBuf;

use comptoir_processors::simulated::Behavior;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{Shop, create};

/// The official schema of one definition; none, said aloud, where the files are missing.
fn schema(definition: &str) -> Option<Validator> {
    let shared = std::env::var("COMPTOIR_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join("acp-spec/2026-04-17/json-schema/schema.agentic_checkout.json");
    let Ok(text) = std::fs::read(&path) else {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "{} is missing",
            path.display()
        );
        eprintln!("skipped: {} is missing", path.display());
        return None;
    };
    let mut whole: Value = serde_json::from_slice(&text).unwrap();
    // The discount extension lives in a file of its own and is not used here.
    whole["$ref"] = json!(format!("#/$defs/{definition}"));
    for key in ["oneOf", "anyOf", "allOf"] {
        whole.as_object_mut().unwrap().remove(key);
    }
    Some(jsonschema::draft202012::new(&whole).unwrap())
}

fn check(validator: &Validator, value: &Value) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?} in {value:#}");
}

// Field defect 32: no nulls, and no word of what is in stock or what it cost the shop.
#[tokio::test]
async fn answers_hold_no_nulls_and_no_trade_secrets() {
    let shop = Shop::open();
    let bare =
        json!({ "currency": "eur", "line_items": [{ "id": "nothing" }], "capabilities": {} });
    let bare = shop.post("/checkout_sessions", "k0", &bare).await;
    let ready = shop
        .ready("k1", &json!([{ "id": "cup" }, { "id": "ebook" }]))
        .await;
    let (done, order) = shop.bought(&json!([{ "id": "cup" }])).await;
    let read = shop.get(&format!("/checkout_sessions/{}", done.id())).await;
    let shipped = shop
        .operate(&order, "ship", &json!({ "carrier": "Simulated Post" }))
        .await;
    for answer in [bare, ready, done, read, shipped] {
        assert!(answer.status.is_success(), "{}", answer.json());
        without_nulls_or_secrets(&answer.json(), "$");
    }
}

fn without_nulls_or_secrets(value: &Value, place: &str) {
    assert!(!value.is_null(), "null at {place}");
    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
        without_nulls_or_secrets(element, &format!("{place}[{index}]"));
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        for secret in ["stock", "on_hand", "reserved", "margin", "cost", "owner"] {
            assert!(!name.contains(secret), "{name} at {place}");
        }
        without_nulls_or_secrets(member, &format!("{place}.{name}"));
    }
}

// Field defect 32: no nulls, no extra fields, in every state of a session and of an order.
#[tokio::test]
async fn every_session_and_order_validates() {
    let (Some(session), Some(with_order), Some(order)) = (
        schema("CheckoutSession"),
        schema("CheckoutSessionWithOrder"),
        schema("Order"),
    ) else {
        return;
    };
    let shop = Shop::open();
    let empty =
        json!({ "currency": "eur", "line_items": [{ "id": "nothing" }], "capabilities": {} });
    check(
        &session,
        &shop.post("/checkout_sessions", "k0", &empty).await.json(),
    );
    let scarce = create(&json!([{ "id": "poster", "quantity": 2 }, { "id": "ebook" }]));
    check(
        &session,
        &shop.post("/checkout_sessions", "k1", &scarce).await.json(),
    );
    let ready = shop
        .ready("k2", &json!([{ "id": "cup", "quantity": 2 }]))
        .await;
    check(&session, &ready.json());
    let asks = shop.token(&ready, Behavior::RequireAuthentication);
    check(
        &session,
        &shop.complete(&ready.id(), &asks, "k3").await.json(),
    );
    let canceled = shop
        .post(
            &format!("/checkout_sessions/{}/cancel", ready.id()),
            "k4",
            &json!({}),
        )
        .await;
    check(&session, &canceled.json());
    let (done, id) = shop
        .bought(&json!([{ "id": "cup", "quantity": 2 }, { "id": "ebook" }]))
        .await;
    check(&with_order, &done.json());
    let body = json!({ "carrier": "Simulated Post", "lines": [{ "id": "li_1", "quantity": 1 }] });
    check(&order, &shop.operate(&id, "ship", &body).await.json());
    check(
        &order,
        &shop
            .operate(&id, "refund", &json!({ "amount": 100, "reason": "late" }))
            .await
            .json(),
    );
    let read = shop.get(&format!("/checkout_sessions/{}", done.id())).await;
    check(&with_order, &read.json());
}
