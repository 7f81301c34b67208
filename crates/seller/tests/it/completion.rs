//! Paying: at most once, exactly what was shown, and never without a token that covers it.

use std::sync::Arc;

use comptoir_acp::{currency::Currency, id::CheckoutSessionId, money::MinorUnits};
use comptoir_processors::{
    DeclineReason,
    simulated::{Behavior, TokenSpec},
};
use http::StatusCode;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::{Shop, amount, payment};

// One payment: a completed session, one order with the same amounts, one charge, stock sold (field
// defect 9).
#[tokio::test]
async fn completing_makes_one_order() {
    let shop = Shop::open();
    let lines = json!([{ "id": "cup", "quantity": 2 }, { "id": "ebook" }]);
    let (done, order) = shop.bought(&lines).await;
    assert_eq!(done.status, StatusCode::OK);
    assert_eq!(shop.captured(&done.id()), 1);
    assert_eq!(shop.stock("cup"), (8, 0, 2));
    let total = done.total("total");
    assert_eq!(amount(&done.json()["order"]["totals"], "total"), total);
    assert!(done.text("/order/permalink_url").ends_with(&order));
}

// Field defect 1: a made-up token, or none at all, buys nothing.
#[tokio::test]
async fn made_up_or_missing_tokens_buy_nothing() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let declined = shop.complete(&session.id(), "tok_made_up", "k2").await;
    assert_eq!(declined.status, StatusCode::OK);
    assert_eq!(declined.state(), "ready_for_payment");
    assert!(declined.codes().contains(&"payment_declined".to_owned()));
    let path = format!("/checkout_sessions/{}/complete", session.id());
    // T-16: a purchase order number alone is no payment.
    let bodies = [
        json!({}),
        json!({ "payment_data": {} }),
        json!({ "payment_data": { "purchase_order_number": "PO-1" } }),
        payment(""),
    ];
    for (index, body) in bodies.iter().enumerate() {
        let answer = shop.post(&path, &format!("none-{index}"), body).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{body}: {}",
            answer.json()
        );
    }
    assert_eq!(shop.captured(&session.id()), 0);
    assert_eq!(shop.orders(&session.id()).await, 0);
    assert_eq!(shop.stock("cup").2, 0);
}

// Field defects 2, T-03, T-04, T-06: over by one unit, other currency, other session: refused, unchanged.
#[tokio::test]
async fn tokens_are_held_to_their_allowance() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let total = session.total("total").unwrap();
    let other = shop.ready("other", &json!([{ "id": "cup" }])).await;
    let specs = [
        (total - 1, "eur", session.id()),
        (total, "usd", session.id()),
        (total, "eur", other.id()),
    ];
    for (index, (max, currency, bound)) in specs.into_iter().enumerate() {
        let token = shop.processor.issue_token(TokenSpec {
            max_amount: MinorUnits::new(max),
            currency: Currency::from_code(currency).unwrap(),
            checkout_session_id: CheckoutSessionId::parse(bound).unwrap(),
            behavior: Behavior::Approve,
        });
        let answer = shop
            .complete(&session.id(), token.expose_secret(), &format!("c{index}"))
            .await;
        assert_eq!(answer.state(), "ready_for_payment", "case {index}");
        assert!(answer.codes().contains(&"payment_declined".to_owned()));
    }
    assert_eq!(shop.captured(&session.id()), 0);
    let token = shop.token(&session, Behavior::Approve);
    assert_eq!(
        shop.complete(&session.id(), &token, "good").await.state(),
        "completed"
    );
}

// Field defect 7: after a decline the same session is payable with another token.
#[tokio::test]
async fn a_decline_does_not_brick_the_session() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let bad = shop.token(
        &session,
        Behavior::Decline(DeclineReason::InsufficientFunds),
    );
    let declined = shop.complete(&session.id(), &bad, "c1").await;
    assert_eq!(declined.status, StatusCode::OK);
    assert_eq!(declined.state(), "ready_for_payment");
    // The reason is for the merchant alone: no help for whoever tests cards.
    assert!(
        !String::from_utf8(declined.bytes.clone())
            .unwrap()
            .contains("insufficient")
    );
    // The decline is the answer under its key, for good.
    let again = shop.complete(&session.id(), &bad, "c1").await;
    assert_eq!(again.bytes, declined.bytes);
    let good = shop.token(&session, Behavior::Approve);
    let done = shop.complete(&session.id(), &good, "c2").await;
    assert_eq!(done.state(), "completed", "{}", done.json());
    assert_eq!(shop.captured(&session.id()), 1);
}

// Field defects 3 and 4, I-05, I-06: parallel completes with one key and with many: one charge.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_completes_charge_once() {
    for keys in [1, 8] {
        let shop = Arc::new(Shop::open());
        let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
        let token = shop.token(&session, Behavior::Approve);
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..8 {
            let (shop, id, token) = (Arc::clone(&shop), session.id(), token.clone());
            let key = format!("race-{}", racer % keys);
            racers.spawn(async move { shop.complete(&id, &token, &key).await });
        }
        while let Some(answer) = racers.join_next().await {
            let answer = answer.unwrap();
            let status = answer.status.as_u16();
            assert!(
                matches!(status, 200 | 409 | 503),
                "{status} {}",
                answer.json()
            );
        }
        let read = shop
            .get(&format!("/checkout_sessions/{}", session.id()))
            .await;
        assert_eq!(read.state(), "completed");
        assert_eq!(shop.captured(&session.id()), 1);
        assert_eq!(shop.orders(&session.id()).await, 1);
        assert_eq!(shop.stock("cup"), (9, 0, 1));
    }
}

// The same payment repeated under a new key gets the completed session; another payment is refused.
#[tokio::test]
async fn a_completed_session_cannot_be_paid_again() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let (first, second) = (
        shop.token(&session, Behavior::Approve),
        shop.token(&session, Behavior::Approve),
    );
    let done = shop.complete(&session.id(), &first, "c1").await;
    let repeated = shop.complete(&session.id(), &first, "c2").await;
    assert_eq!(repeated.json(), done.json());
    let other = shop.complete(&session.id(), &second, "c3").await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(shop.captured(&session.id()), 1);
}

// T-17: when the issuer asks for 3-D Secure, completing without a result is refused by field.
#[tokio::test]
async fn authentication_is_demanded_by_field() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let token = shop.token(&session, Behavior::RequireAuthentication);
    let asked = shop.complete(&session.id(), &token, "c1").await;
    assert_eq!(asked.state(), "authentication_required", "{}", asked.json());
    assert!(asked.json()["authentication_metadata"]["acquirer_details"].is_object());
    let without = shop.complete(&session.id(), &token, "c2").await;
    assert_eq!(
        without.status,
        StatusCode::BAD_REQUEST,
        "{}",
        without.json()
    );
    assert_eq!(without.text("/code"), "requires_3ds");
    assert_eq!(without.text("/param"), "$.authentication_result");
    // T-19: a denied authentication is never charged.
    let mut denied = payment(&token);
    denied["authentication_result"] = json!({ "outcome": "denied" });
    let path = format!("/checkout_sessions/{}/complete", session.id());
    let answer = shop.post(&path, "c3", &denied).await;
    assert!(
        answer.codes().contains(&"payment_declined".to_owned()),
        "{}",
        answer.json()
    );
    assert_eq!(shop.captured(&session.id()), 0);
}

// The error carries the right code when a token in plain sight would leak: it is never echoed.
#[tokio::test]
async fn tokens_are_never_echoed() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let token = shop.token(&session, Behavior::Approve);
    let done = shop.complete(&session.id(), &token, "c1").await;
    assert!(!String::from_utf8(done.bytes).unwrap().contains(&token));
}
