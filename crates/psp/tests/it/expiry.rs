//! T-07: expiry against redemption, in every order, with the clock in hand.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use comptoir_psp::issuer::{simulated::SimulatedIssuer, test_cards};
use jiff::SignedDuration;

use crate::{
    slow_issuer::SlowIssuer,
    support::{TestPsp, charge},
};

async fn slow_psp() -> (TestPsp, Arc<AtomicI64>) {
    let clock = crate::support::clock();
    let seconds = Arc::new(AtomicI64::new(0));
    let mut config = crate::support::config(comptoir_store::Store::in_memory().unwrap(), &clock, 1);
    let inner = SimulatedIssuer::new(config.store.clone(), config.environment.clone());
    config.issuer = Arc::new(SlowIssuer {
        simulated: true,
        inner,
        clock: Arc::clone(&clock),
        seconds: Arc::clone(&seconds),
    });
    (TestPsp::serve(config, clock).await, seconds)
}

// Expiry is decided once, at the reservation: a microsecond before it passes, at it refuses.
#[tokio::test]
async fn t07_decided_at_reservation() {
    let psp = TestPsp::start().await;
    let end: jiff::Timestamp = "2026-05-01T13:00:00Z".parse().unwrap();
    for (offset, status, code) in [
        (-1, 201, ""),
        (0, 410, "token_expired"),
        (1, 410, "token_expired"),
    ] {
        psp.clock.set(crate::support::NOW.parse().unwrap());
        let session = format!("cs_{offset}");
        let token = psp.token(test_cards::APPROVE, &session).await;
        psp.clock.set(end + SignedDuration::from_micros(offset));
        let answer = psp.charge(&token, &session, 1).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{answer:?}"
        );
        assert_eq!(psp.captures(&session).await, usize::from(offset < 0));
    }
}

// Reserved before the expiry and captured after it: the capture stands within the lease of 30
// seconds, and is voided after it, which leaves the token expired and no money moved.
#[tokio::test]
async fn t07_capture_within_the_lease_or_void() {
    for (delay, status, captures, token_status) in [
        (1, "succeeded", 1, "consumed"),
        (30, "succeeded", 1, "consumed"),
        (31, "declined", 0, "expired"),
        (7_200, "declined", 0, "expired"),
    ] {
        let (psp, seconds) = slow_psp().await;
        let token = psp.token(test_cards::APPROVE, "cs_1").await;
        psp.clock.set("2026-05-01T12:59:59.999Z".parse().unwrap());
        seconds.store(delay, Ordering::Relaxed);
        let answer = psp.charge(&token, "cs_1", 1).await;
        assert_eq!(answer.json()["status"], status, "{delay}: {answer:?}");
        assert_eq!(psp.captures("cs_1:").await, captures, "{delay}");
        assert_eq!(psp.token_status(&token).await, token_status, "{delay}");
    }
}

// A capture that came too late for its lease, far from the expiry, frees the token for a new attempt.
#[tokio::test]
async fn t07_late_capture_frees_the_token() {
    let (psp, seconds) = slow_psp().await;
    let token = psp.token(test_cards::APPROVE, "cs_1").await;
    seconds.store(31, Ordering::Relaxed);
    assert_eq!(
        psp.charge(&token, "cs_1", 1).await.json()["status"],
        "declined"
    );
    assert_eq!(psp.token_status(&token).await, "active");
    seconds.store(0, Ordering::Relaxed);
    assert_eq!(
        psp.charge(&token, "cs_1", 2).await.json()["status"],
        "succeeded"
    );
    assert_eq!(psp.captures("cs_1:").await, 1);
}

// A token whose time is over is expired by the sweeper, its card deleted, and stays expired.
#[tokio::test]
async fn tokens_expire() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::APPROVE, "cs_1").await;
    assert_eq!(crate::canaries::cards_kept(&psp).await, 1);
    psp.advance(3_600);
    assert_eq!(psp.token_status(&token).await, "expired");
    assert_eq!(psp.psp.sweep().await.unwrap().tokens, 1);
    assert_eq!(crate::canaries::cards_kept(&psp).await, 0);
    psp.clock.set(crate::support::NOW.parse().unwrap());
    let answer = psp
        .post(
            "/v1/charges",
            crate::support::MERCHANT,
            &charge(&token, "cs_1", 1),
        )
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (410, "token_expired")
    );
}
