//! Outcomes that nobody knows, and who finds them out.

use comptoir_processors::simulated::Behavior;
use http::StatusCode;
use serde_json::json;

use crate::support::Shop;

// R-03, I-07: a lost answer is unknown, never charged again; the sweeper finds the charge.
#[tokio::test]
async fn a_lost_answer_is_looked_up() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let token = shop.token(&session, Behavior::TimeoutAfterCharge);
    let unknown = shop.complete(&session.id(), &token, "c1").await;
    assert_eq!(unknown.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(unknown.headers.contains_key("retry-after"));
    let path = format!("/checkout_sessions/{}", session.id());
    assert_eq!(shop.get(&path).await.state(), "complete_in_progress");
    // I-11: nothing can be changed while money may be moving.
    let update = shop
        .post(&path, "u", &json!({ "line_items": [{ "id": "ebook" }] }))
        .await;
    assert_eq!(update.status, StatusCode::CONFLICT);
    let cancel = shop.post(&format!("{path}/cancel"), "x", &json!({})).await;
    assert_eq!(cancel.status, StatusCode::CONFLICT);
    // A retry with a new key joins; it does not charge.
    let retry = shop.complete(&session.id(), &token, "c2").await;
    assert_eq!(retry.status, StatusCode::SERVICE_UNAVAILABLE);
    shop.advance(21);
    shop.seller.sweep().await;
    let read = shop.get(&path).await;
    assert_eq!(read.state(), "completed");
    assert_eq!(shop.captured(&session.id()), 1);
    let joined = shop.complete(&session.id(), &token, "c3").await;
    assert_eq!(joined.json(), read.json());
    // The first key gets the answer that its request would have had.
    let first = shop.complete(&session.id(), &token, "c1").await;
    assert_eq!(first.state(), "completed");
}

// R-03, the other world: the charge never happened; the session is payable again.
#[tokio::test]
async fn a_charge_that_never_happened_frees_the_session() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let token = shop.token(&session, Behavior::TimeoutBeforeCharge);
    let unknown = shop.complete(&session.id(), &token, "c1").await;
    assert_eq!(unknown.status, StatusCode::SERVICE_UNAVAILABLE);
    shop.advance(21);
    shop.seller.sweep().await;
    let path = format!("/checkout_sessions/{}", session.id());
    assert_eq!(shop.get(&path).await.state(), "ready_for_payment");
    assert_eq!(shop.captured(&session.id()), 0);
    // I-08: the very same request is tried afresh, under its old key.
    let again = shop.complete(&session.id(), &token, "c1").await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE);
    shop.advance(21);
    shop.seller.sweep().await;
    let good = shop.token(&session, Behavior::Approve);
    assert_eq!(
        shop.complete(&session.id(), &good, "c2").await.state(),
        "completed"
    );
    assert_eq!(shop.captured(&session.id()), 1);
}

// The time of a session may run out while its charge is unknown: the charge is settled first.
#[tokio::test]
async fn expiry_waits_for_an_unknown_charge() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let token = shop.token(&session, Behavior::TimeoutAfterCharge);
    shop.complete(&session.id(), &token, "c1").await;
    shop.advance(4_000);
    shop.seller.sweep().await;
    let read = shop
        .get(&format!("/checkout_sessions/{}", session.id()))
        .await;
    assert_eq!(read.state(), "completed");
    assert_eq!(shop.stock("cup"), (9, 0, 1));
}
