//! Lost answers and stopped processes: never a second charge, never a false "ordered".

use comptoir_agent::{Notice, PurchaseState};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::{
    seller::Complete,
    shop::{OWNER, Shop},
};

// Proves that an order whose answer was lost is found by asking, not by paying again.
// Field defect 11: nothing is called an order before the seller shows one.
#[tokio::test]
async fn a_lost_answer_is_found_completed() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::ApproveUnheard]);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.until(&id, PurchaseState::Checking).await;
    assert_eq!(
        shop.agent.purchase_status(OWNER, &id).await.unwrap().order,
        None
    );
    shop.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(shop.agent.recover_due().await.unwrap(), 1);
    assert_eq!(shop.settled(&id).await.state, PurchaseState::Ordered);
    assert_eq!(
        (shop.seller.completes().len(), shop.provider.calls().len()),
        (1, 1)
    );
}

// Proves that a complete call that failed before it did anything is repeated byte for byte with its key.
#[tokio::test]
async fn a_failed_complete_is_repeated_with_the_same_bytes_and_key() {
    let mut shop = Shop::open().await;
    shop.seller.will(&[Complete::FailBefore, Complete::Approve]);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.until(&id, PurchaseState::Checking).await;
    // The process stops; another one takes over from the store.
    shop.restart();
    shop.clock.advance(SignedDuration::from_secs(5));
    shop.agent.recover_due().await.unwrap();
    assert_eq!(shop.settled(&id).await.state, PurchaseState::Ordered);
    let completes = shop.seller.completes();
    assert_eq!(completes.len(), 2);
    assert_eq!(
        (&completes[0].key, &completes[0].body),
        (&completes[1].key, &completes[1].body)
    );
    assert_eq!(shop.provider.calls().len(), 1);
}

// Proves that after the consent ran out nothing is sent any more, and the buyer gets the word.
#[tokio::test]
async fn an_expired_consent_is_not_used() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::FailBefore, Complete::Approve]);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.until(&id, PurchaseState::Checking).await;
    shop.clock.advance(SignedDuration::from_mins(11));
    shop.agent.recover_due().await.unwrap();
    let status = shop.settled(&id).await;
    assert_eq!(
        (status.state, status.notice),
        (PurchaseState::Open, Some(Notice::NotConfirmed))
    );
    assert_eq!(
        (shop.seller.completes().len(), shop.seller.orders()),
        (1, 0)
    );
}

// Proves that a seller that is still at work is asked again until it knows.
#[tokio::test]
async fn work_in_progress_stays_in_checking() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::InProgress]);
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    for _ in 0..3 {
        shop.until(&id, PurchaseState::Checking).await;
        shop.clock.advance(SignedDuration::from_secs(61));
        shop.agent.recover_due().await.unwrap();
    }
    assert_eq!(
        shop.agent.purchase_status(OWNER, &id).await.unwrap().state,
        PurchaseState::Checking
    );
    assert_eq!(shop.seller.completes().len(), 1);
}

// Proves that the workers take up what is due without being asked.
#[tokio::test]
async fn workers_take_up_what_is_due() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::ApproveUnheard]);
    let halt = CancellationToken::new();
    shop.agent.spawn_workers(halt.clone());
    let (id, card) = shop.reviewed().await;
    shop.confirm(&id, &card).await.unwrap();
    shop.until(&id, PurchaseState::Checking).await;
    shop.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(shop.settled(&id).await.state, PurchaseState::Ordered);
    halt.cancel();
    shop.agent.drain().await;
}
