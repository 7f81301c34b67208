//! Create, update, read, cancel, expire.

use comptoir_processors::simulated::Behavior;
use http::StatusCode;
use serde_json::json;

use crate::support::{Shop, create};

// A session without an address is created, shows no options, and cannot be paid.
#[tokio::test]
async fn create_without_address_is_not_payable() {
    let shop = Shop::open();
    let body = json!({
        "currency": "eur", "line_items": [{ "id": "cup" }], "capabilities": {}
    });
    let answer = shop.post("/checkout_sessions", "k", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    assert_eq!(answer.state(), "not_ready_for_payment");
    assert_eq!(answer.json()["fulfillment_options"], json!([]));
    assert!(answer.codes().contains(&"missing".to_owned()));
}

// With an address the options are there and the cheapest is chosen; several items, repeated ids add up.
#[tokio::test]
async fn create_with_address_preselects_the_cheapest_option() {
    let shop = Shop::open();
    let lines = json!([{ "id": "cup" }, { "id": "poster" }, { "id": "cup", "quantity": 2 }]);
    let answer = shop.ready("k", &lines).await;
    let json = answer.json();
    assert_eq!(json["line_items"].as_array().unwrap().len(), 2);
    assert_eq!(json["line_items"][0]["quantity"], 3);
    assert_eq!(
        json["selected_fulfillment_options"][0]["option_id"],
        "standard"
    );
    assert_eq!(answer.total("fulfillment"), Some(490));
    assert_eq!(answer.total("total"), Some(3 * 1_850 + 900 + 490));
}

// The schema's `format: email`, wherever a request has such a field.
#[tokio::test]
async fn a_malformed_email_is_refused_with_its_place() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let path = format!("/checkout_sessions/{}", session.id());
    let group = |email: &str| {
        json!([{ "id": "g", "item_ids": ["cup"], "destination_type": "shipping",
                 "fulfillment_details": { "email": email } }])
    };
    for email in ["", "ada", "no address", "ada@example", "a@b@example.com"] {
        for (field, value, param) in [
            ("buyer", json!({ "email": email }), "$.buyer.email"),
            (
                "fulfillment_details",
                json!({ "email": email }),
                "$.fulfillment_details.email",
            ),
            (
                "fulfillment_groups",
                group(email),
                "$.fulfillment_groups[0].fulfillment_details.email",
            ),
        ] {
            let mut new = create(&json!([{ "id": "cup" }]));
            new[field] = value.clone();
            let mut change = json!({});
            change[field] = value;
            let key = format!("{email}/{field}");
            for (path, body) in [("/checkout_sessions", new), (path.as_str(), change)] {
                let answer = shop.post(path, &key, &body).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
                assert_eq!(answer.text("/code"), "invalid");
                assert_eq!(answer.text("/param"), param);
            }
        }
    }
    assert_eq!(shop.get(&path).await.json(), session.json());
    let good = json!({ "fulfillment_groups": group("ada@example.com") });
    assert_eq!(shop.post(&path, "good", &good).await.status, StatusCode::OK);
}

// Field defect 33: choices are kept, shown on read, and recomputed when the address changes.
#[tokio::test]
async fn fulfillment_choices_survive_and_follow_the_address() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let path = format!("/checkout_sessions/{}", session.id());
    let choice = json!({ "selected_fulfillment_options": [
        { "type": "shipping", "option_id": "express", "item_ids": ["cup"] }
    ]});
    let updated = shop.post(&path, "k2", &choice).await;
    assert_eq!(updated.status, StatusCode::OK, "{}", updated.json());
    assert_eq!(updated.total("fulfillment"), Some(1_200));
    let read = shop.get(&path).await;
    assert_eq!(read.json(), updated.json());
    let moved = json!({ "fulfillment_details": { "name": "Ada", "address": {
        "name": "Ada", "line_one": "1 Unter den Linden", "city": "Berlin", "state": "BE",
        "country": "DE", "postal_code": "10117"
    }}});
    let moved = shop.post(&path, "k3", &moved).await;
    assert_eq!(moved.state(), "ready_for_payment", "{}", moved.json());
    assert_eq!(
        moved.json()["selected_fulfillment_options"][0]["option_id"],
        "express"
    );
}

// An unknown option is said to be wrong, changes nothing else, and blocks payment.
#[tokio::test]
async fn unknown_option_is_named() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let choice = json!({ "selected_fulfillment_options": [
        { "type": "shipping", "option_id": "teleport", "item_ids": ["cup"] }
    ]});
    let updated = shop
        .post(
            &format!("/checkout_sessions/{}", session.id()),
            "k2",
            &choice,
        )
        .await;
    assert_eq!(updated.state(), "not_ready_for_payment");
    assert!(
        updated.codes().contains(&"invalid".to_owned()),
        "{}",
        updated.json()
    );
}

// Null clears, absent leaves: a cleared address makes the session unpayable.
#[tokio::test]
async fn null_clears_and_absent_leaves() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let path = format!("/checkout_sessions/{}", session.id());
    let same = shop
        .post(&path, "k2", &json!({ "order_notes": "ring twice" }))
        .await;
    assert_eq!(same.state(), "ready_for_payment");
    let cleared = shop
        .post(&path, "k3", &json!({ "fulfillment_details": null }))
        .await;
    assert_eq!(
        cleared.state(),
        "not_ready_for_payment",
        "{}",
        cleared.json()
    );
}

// Cancel works once; afterwards cancel is 405 and update and complete are refused.
#[tokio::test]
async fn cancel_is_final() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let token = shop.token(&session, Behavior::Approve);
    let path = format!("/checkout_sessions/{}", session.id());
    let canceled = shop.post(&format!("{path}/cancel"), "k2", &json!({})).await;
    assert_eq!(canceled.status, StatusCode::OK, "{}", canceled.json());
    assert_eq!(canceled.state(), "canceled");
    let again = shop.post(&format!("{path}/cancel"), "k3", &json!({})).await;
    assert_eq!(again.status, StatusCode::METHOD_NOT_ALLOWED);
    let update = shop.post(&path, "k4", &json!({ "order_notes": "x" })).await;
    assert_eq!(update.status, StatusCode::CONFLICT);
    let complete = shop.complete(&session.id(), &token, "k5").await;
    assert_eq!(complete.status, StatusCode::CONFLICT);
    assert_eq!(shop.captured(&session.id()), 0);
    assert_eq!(shop.stock("cup"), (10, 0, 0));
}

// A bad intent trace must not block the cancellation.
#[tokio::test]
async fn odd_intent_trace_does_not_block_cancel() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let body = json!({ "intent_trace": { "reason_code": 7, "metadata": [] } });
    let path = format!("/checkout_sessions/{}/cancel", session.id());
    let canceled = shop.post(&path, "k2", &body).await;
    assert_eq!(canceled.state(), "canceled", "{}", canceled.json());
}

// An untouched session lapses, lets its stock go, and cannot be paid. Field defect 29.
#[tokio::test]
async fn sessions_expire_and_release_stock() {
    let shop = Shop::open();
    let session = shop
        .ready("k", &json!([{ "id": "cup", "quantity": 4 }]))
        .await;
    let token = shop.token(&session, Behavior::Approve);
    assert_eq!(shop.stock("cup"), (10, 4, 0));
    shop.advance(3_601);
    shop.seller.sweep().await;
    let read = shop
        .get(&format!("/checkout_sessions/{}", session.id()))
        .await;
    assert_eq!(read.state(), "expired");
    assert_eq!(shop.stock("cup"), (10, 0, 0));
    let complete = shop.complete(&session.id(), &token, "k2").await;
    assert_eq!(complete.status, StatusCode::CONFLICT);
    assert_eq!(shop.captured(&session.id()), 0);
}

// Bad input names its field and stores nothing.
#[tokio::test]
async fn bad_input_names_its_field() {
    let shop = Shop::open();
    let cases = [
        (
            json!({ "currency": "eur", "capabilities": {} }),
            "$.line_items",
        ),
        (
            json!({ "line_items": [{ "id": "cup" }], "capabilities": {} }),
            "$.currency",
        ),
        (
            json!({ "currency": "xxz", "line_items": [{ "id": "cup" }], "capabilities": {} }),
            "$.currency",
        ),
        (
            create(&json!([{ "id": "cup", "quantity": 0 }])),
            "$.line_items[0].quantity",
        ),
        (
            create(&json!([{ "id": "cup", "quantity": -1 }])),
            "$.line_items[0].quantity",
        ),
        (
            create(&json!([{ "id": "cup", "quantity": 1.5 }])),
            "$.line_items[0].quantity",
        ),
        (
            create(&json!([{ "id": "cup", "quantity": 1_000_000_000 }])),
            "$.line_items[0].quantity",
        ),
        (create(&json!([{ "id": 7 }])), "$.line_items[0].id"),
        (
            create(&json!([{ "id": "cup", "status": "completed" }])),
            "$.line_items[0].status",
        ),
    ];
    for (index, (body, param)) in cases.into_iter().enumerate() {
        let answer = shop
            .post("/checkout_sessions", &format!("k{index}"), &body)
            .await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{body} gave {}",
            answer.json()
        );
        assert_eq!(
            answer.text("/param"),
            param,
            "{body} gave {}",
            answer.json()
        );
    }
}

// S-11: what only the merchant decides cannot be sent.
#[tokio::test]
async fn mass_assignment_is_refused() {
    let shop = Shop::open();
    for field in ["status", "totals", "order", "id", "messages"] {
        let mut body = create(&json!([{ "id": "cup" }]));
        body[field] = json!("completed");
        let answer = shop.post("/checkout_sessions", field, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.text("/param"), format!("$.{field}"));
    }
}

// Discovery is public, cacheable and says nothing about merchants' accounts.
#[tokio::test]
async fn discovery_is_public() {
    let shop = Shop::open();
    let answer = shop
        .send(http::Method::GET, "/.well-known/acp.json", "", None, None)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["cache-control"], "public, max-age=3600");
    assert_eq!(answer.text("/protocol/version"), "2026-04-17");
    assert!(
        !String::from_utf8(answer.bytes)
            .unwrap()
            .contains("merchant_id")
    );
}
