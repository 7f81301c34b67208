//! Order events of sellers.

use axum::body::Body;
use comptoir_agent::PurchaseState;
use comptoir_signing::{merchant_signature::MerchantSigner, secret::SecretKey};
use comptoir_webhooks::message::{EVENT_SIGNATURE, ORDER_REVISION, WEBHOOK_ID};
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    seller::Complete,
    shop::{OWNER, Shop, WEBHOOK_SECRET},
};

pub(crate) async fn deliver(
    shop: &Shop,
    secret: &[u8],
    id: &str,
    revision: i64,
    status: &str,
) -> (u16, Value) {
    let session = shop.seller.session_id();
    let body = json!({"type": "order_update", "data": {"type": "order", "id": format!("ord_{session}"),
        "checkout_session_id": session, "permalink_url": "https://shop.example/o", "order_number": "A-1001",
        "status": status,
        "adjustments": if status == "canceled" { json!([{"id": "a", "type": "refund", "status": "completed",
            "occurred_at": "2026-11-24T10:00:00Z", "amount": 5160, "currency": "eur"}]) } else { json!([]) }}})
    .to_string();
    let signer = MerchantSigner::new(SecretKey::from_bytes(secret.to_vec()));
    let at = "2026-11-23T12:00:00Z".parse().unwrap();
    // What the event signature covers: identity, revision, body.
    let bound = format!("comptoir-event-v1\n{id}\n{revision}\n{body}");
    let request = Request::post("/agentic_checkout/webhooks/order_events")
        .header("content-type", "application/json")
        .header("merchant-signature", signer.sign(at, body.as_bytes()))
        .header(EVENT_SIGNATURE, signer.sign(at, bound.as_bytes()))
        .header(WEBHOOK_ID, id)
        .header(ORDER_REVISION, revision.to_string())
        .header("request-id", id)
        .body(Body::from(body))
        .unwrap();
    let response = shop.router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn ordered() -> (Shop, String) {
    let shop = Shop::open().await;
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.settled(&id).await;
    (shop, id)
}

async fn status(shop: &Shop, id: &str) -> String {
    shop.agent
        .purchase_status(OWNER, id)
        .await
        .unwrap()
        .order
        .unwrap()
        .status
}

// Proves that events move the order, duplicates and older revisions do not, and all are acknowledged.
#[tokio::test]
async fn newer_revisions_win_and_duplicates_change_nothing() {
    let (shop, id) = ordered().await;
    let (code, answer) = deliver(&shop, WEBHOOK_SECRET, "evt_2", 2, "shipped").await;
    assert_eq!(
        (code, answer),
        (200, json!({"received": true, "request_id": "evt_2"}))
    );
    assert_eq!(status(&shop, &id).await, "shipped");
    assert_eq!(
        deliver(&shop, WEBHOOK_SECRET, "evt_1", 1, "processing")
            .await
            .0,
        200
    );
    assert_eq!(status(&shop, &id).await, "shipped");
    assert_eq!(
        deliver(&shop, WEBHOOK_SECRET, "evt_2", 2, "shipped")
            .await
            .0,
        200
    );
    assert_eq!(
        deliver(&shop, WEBHOOK_SECRET, "evt_3", 3, "canceled")
            .await
            .0,
        200
    );
    let order = shop
        .agent
        .purchase_status(OWNER, &id)
        .await
        .unwrap()
        .order
        .unwrap();
    assert_eq!(
        (order.status.as_str(), order.refunded, order.revision),
        ("canceled", 5160, Some(3))
    );
}

// Proves that a wrong secret is 401 `invalid_signature`, and another seller's secret moves nothing.
#[tokio::test]
async fn forged_and_foreign_events_move_nothing() {
    let (shop, id) = ordered().await;
    let before = status(&shop, &id).await;
    let (code, error) = deliver(&shop, b"guessed", "evt_9", 9, "shipped").await;
    assert_eq!((code, &error["code"]), (401, &json!("invalid_signature")));
    assert_eq!(
        deliver(&shop, b"secret-of-the-other-seller", "evt_9", 9, "shipped")
            .await
            .0,
        200
    );
    assert_eq!(status(&shop, &id).await, before);
}

// Proves that an event before the seller's own answer makes no order by itself, but makes us ask.
#[tokio::test]
async fn an_early_event_makes_us_ask() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::ApproveUnheard]);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.until(&id, PurchaseState::Checking).await;
    assert_eq!(
        deliver(&shop, WEBHOOK_SECRET, "evt_1", 1, "processing")
            .await
            .0,
        200
    );
    let seen = shop.agent.purchase_status(OWNER, &id).await.unwrap();
    assert_eq!((seen.state, seen.order), (PurchaseState::Checking, None));
    shop.agent.recover_due().await.unwrap();
    assert_eq!(status(&shop, &id).await, "processing");
}
