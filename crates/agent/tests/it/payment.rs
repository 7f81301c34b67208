//! The order button and what follows.

use std::time::Duration;

use comptoir_agent::{Confirmed, Notice, PurchaseError, PurchaseState};
use comptoir_commerce::consent::SignedReceipt;
use comptoir_store::{Collection, ReadTx, StoreError, TenantId};
use serde_json::json;

use crate::{
    payment_provider::Mood,
    seller::Complete,
    shop::{OWNER, PAN, Shop},
};

// Proves the whole road: one token worth exactly the agreed total, one complete, one order.
#[tokio::test]
async fn an_order_is_placed_for_exactly_what_was_shown() {
    let shop = Shop::open().await;
    let (id, card) = shop.reviewed().await;
    // 2 × 18.00, express 12.00, tax 3.60.
    assert_eq!(card.total(), 5160);
    assert_eq!(card.seller_name, "Atelier Terre");
    assert_eq!(shop.confirm(&id, &card).await.unwrap(), Confirmed::Started);
    let status = shop.settled(&id).await;
    assert_eq!(status.state, PurchaseState::Ordered);
    assert_eq!(status.order.unwrap().number, "A-1001");
    let calls = shop.provider.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(
        calls[0].1["allowance"],
        json!({"reason": "one_time", "max_amount": 5160, "currency": "eur", "checkout_session_id": "cs_1",
            "merchant_id": "merchant_1", "expires_at": "2026-11-23T12:10:00Z"})
    );
    assert_eq!(shop.seller.completes().len(), 1);
    assert_eq!(shop.seller.orders(), 1);
}

// Proves the disclosure matrix: items first, then the address, contact only with the order, never a card.
#[tokio::test]
async fn the_seller_learns_no_more_than_each_phase_needs() {
    let shop = Shop::open().await;
    let (id, card) = shop.reviewed().await;
    let before = shop.seller.requests("");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(
        before[0].json(),
        json!({"line_items": [{"id": "mug-blue", "quantity": 2}], "currency": "eur",
            "capabilities": {"interventions": {"supported": []}}, "locale": "en"})
    );
    for request in &before {
        assert!(
            !text(&request.body).contains("ada@example.org")
                && !text(&request.body).contains("+336")
        );
    }
    shop.confirm(&id, &card).await.unwrap();
    shop.settled(&id).await;
    let complete = &shop.seller.completes()[0];
    assert_eq!(complete.json()["buyer"]["email"], "ada@example.org");
    assert_eq!(
        complete.json()["payment_data"]["instrument"]["credential"]["token"],
        "vt_1"
    );
    // Both calls name the seller's handler (RFC payment handlers §5.2, §6).
    let handler = complete.json()["payment_data"]["handler_id"].clone();
    let instrument = complete.json()["payment_data"]["instrument"].clone();
    assert_eq!(instrument["handler_id"], handler);
    assert!(
        instrument["id"]
            .as_str()
            .unwrap()
            .starts_with("instrument_")
    );
    assert_eq!(
        shop.provider.calls()[0].1["metadata"]["handler_id"],
        handler
    );
    for request in shop.seller.requests("") {
        assert!(!text(&request.body).contains(PAN) && !text(&request.body).contains("987"));
    }
}

// Proves that pressing twice, one after the other and at the same time, pays once.
#[tokio::test]
async fn a_second_press_does_nothing() {
    let shop = Shop::open().await;
    let (id, card) = shop.reviewed().await;
    let (first, second) = tokio::join!(shop.confirm(&id, &card), shop.confirm(&id, &card));
    let mut outcomes = [first.unwrap(), second.unwrap()];
    outcomes.sort_by_key(|outcome| *outcome != Confirmed::Started);
    assert_eq!(outcomes[0], Confirmed::Started);
    assert_ne!(outcomes[1], Confirmed::Started);
    shop.settled(&id).await;
    assert_eq!(
        shop.confirm(&id, &card).await.unwrap(),
        Confirmed::AlreadyOrdered
    );
    assert_eq!(
        (shop.provider.calls().len(), shop.seller.completes().len()),
        (1, 1)
    );
}

// Proves that a declined card leaves the session payable with another (field defect 7).
#[tokio::test]
async fn after_a_decline_another_card_works() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::Decline, Complete::Approve]);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    let status = shop.settled(&id).await;
    assert_eq!(
        (status.state, status.notice),
        (PurchaseState::Open, Some(Notice::Declined))
    );
    let card = shop.agent.review(OWNER, &id).await.unwrap();
    shop.confirm(&id, &card).await.unwrap();
    assert_eq!(shop.settled(&id).await.state, PurchaseState::Ordered);
    let completes = shop.seller.completes();
    assert_ne!(completes[0].key, completes[1].key);
    assert_eq!(shop.provider.calls().len(), 2);
}

// Proves that a card the provider refuses costs nothing and says so.
#[tokio::test]
async fn a_refused_card_never_reaches_the_seller() {
    let shop = Shop::open().await;
    shop.provider.feels(Mood::InvalidCard);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    assert_eq!(shop.settled(&id).await.notice, Some(Notice::CardRefused));
    assert!(shop.seller.completes().is_empty());
}

// Proves that a provider that is down is asked again with the same bytes and key, then given up.
#[tokio::test]
async fn a_provider_that_is_down_is_asked_with_one_key() {
    let shop = Shop::open().await;
    shop.provider.feels(Mood::Down);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    assert_eq!(
        shop.settled(&id).await.notice,
        Some(Notice::ProviderUnavailable)
    );
    let calls = shop.provider.calls();
    assert!(calls.len() > 1);
    assert!(calls.iter().all(|call| *call == calls[0]));
}

// Proves that a price that changes after the card was shown is never charged (P-04, both ways).
#[tokio::test]
async fn a_changed_price_needs_a_new_confirmation() {
    for add in [100, -100] {
        let shop = Shop::open().await;
        let (id, card) = shop.reviewed().await;
        shop.seller.lie(|lies| lies.price_add = add);
        assert!(matches!(
            shop.confirm(&id, &card).await,
            Err(PurchaseError::ReviewChanged)
        ));
        assert!(shop.provider.calls().is_empty());
        let card = shop.agent.review(OWNER, &id).await.unwrap();
        assert_eq!(
            (card.changes[0].shown, card.changes[0].now),
            (1800, 1800 + add)
        );
        shop.confirm(&id, &card).await.unwrap();
        assert_eq!(shop.settled(&id).await.state, PurchaseState::Ordered);
        assert_eq!(
            shop.provider.calls()[0].1["allowance"]["max_amount"],
            card.total()
        );
    }
}

// Proves that "completed" without an order is not believed (field defect 11).
#[tokio::test]
async fn completed_without_an_order_is_not_ordered() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::WithoutOrder]);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.until(&id, PurchaseState::Checking).await;
    assert_eq!(
        shop.agent.purchase_status(OWNER, &id).await.unwrap().order,
        None
    );
}

// Proves that a refused complete ends the attempt without an order.
#[tokio::test]
async fn a_refused_complete_is_no_order() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::Refuse]);
    shop.seller.lie(|lies| lies.wrapped_refusal = true);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    let status = shop.settled(&id).await;
    assert_eq!(
        (status.state, status.notice),
        (PurchaseState::Open, Some(Notice::NotConfirmed))
    );
}

// Proves that no byte of number or code is on the disk, in any encoding we write, after a purchase,
// a decline, and a number typed into every text field (V-01, V-02, V-09, I11).
#[tokio::test]
async fn no_card_is_on_the_disk() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::Decline, Complete::Approve]);
    let id = shop.buy("mug-blue", 1).await.unwrap();
    let mut destination = crate::shop::destination();
    destination.notes = format!("please charge {PAN} code 987");
    destination.line_two = "4242 4242 4242 4242".to_owned();
    shop.agent
        .set_address(OWNER, &id, destination)
        .await
        .unwrap();
    shop.agent
        .choose_shipping(OWNER, &id, "standard")
        .await
        .unwrap();
    for _ in 0..2 {
        let card = shop.agent.review(OWNER, &id).await.unwrap();
        shop.confirm(&id, &card).await.unwrap();
        shop.settled(&id).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    for (path, bytes) in shop.disk() {
        for needle in [PAN, "4242 4242", "NDI0MjQyNDI", "34323432343234323432"] {
            let found = bytes
                .windows(needle.len())
                .any(|window| window == needle.as_bytes());
            assert!(!found, "{needle} in {}", path.display());
        }
        // The token is sealed as well.
        assert!(
            !bytes.windows(6).any(|window| window == b"\"vt_1\""),
            "{}",
            path.display()
        );
    }
}

// Proves that trying many cards on one purchase ends (card testing).
#[tokio::test]
async fn the_sixth_card_is_not_tried() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::Decline; 6]);
    let (id, _) = shop.reviewed().await;
    for _ in 0..5 {
        let card = shop.agent.review(OWNER, &id).await.unwrap();
        shop.confirm(&id, &card).await.unwrap();
        shop.settled(&id).await;
    }
    let card = shop.agent.review(OWNER, &id).await.unwrap();
    assert!(matches!(
        shop.confirm(&id, &card).await,
        Err(PurchaseError::TooManyAttempts)
    ));
    assert_eq!(shop.provider.calls().len(), 5);
}

// Proves that every payment has a sealed receipt over exactly what was shown, and its limit is the total
// (I13, decision 4).
#[tokio::test]
async fn the_receipt_covers_what_was_shown() {
    let shop = Shop::open().await;
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.settled(&id).await;
    let reference = format!("{id}:1");
    let record = shop
        .store
        .read_blocking("test", move |tx: &dyn ReadTx| -> Result<_, StoreError> {
            tx.record_by_unique_ref(Collection::Consents, TenantId::DEFAULT, &reference)
        })
        .unwrap()
        .unwrap();
    let signed: SignedReceipt = serde_json::from_slice(&record.document).unwrap();
    let now = "2026-11-23T12:00:01Z".parse().unwrap();
    signed
        .verify(&shop.agent.consent_public_key(), &card.summary, now)
        .unwrap();
    assert_eq!(signed.receipt.token_limit.get(), card.total());
    let mut other = card.summary.clone();
    other.lines.clear();
    assert!(
        signed
            .verify(&shop.agent.consent_public_key(), &other, now)
            .is_err()
    );
}
