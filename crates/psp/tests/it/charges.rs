//! The saga of a charge: identities, unknown outcomes, restarts.

use std::sync::Arc;

use comptoir_psp::{Sweep, issuer::test_cards};
use serde_json::json;

use crate::support::{
    AGENT, MERCHANT, OTHER_MERCHANT, TestPsp, charge, clock, config, delegation, open,
};

// A charge shows exactly what the documented surface says.
#[tokio::test]
async fn view() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::APPROVE, "cs_1").await;
    let mut body = charge(&token, "cs_1", 1);
    body["order_ref"] = json!("order 17");
    let answer = psp.post("/v1/charges", MERCHANT, &body).await;
    let mut view = answer.json();
    let id = view.as_object_mut().unwrap().remove("id").unwrap();
    assert!(id.as_str().unwrap().starts_with("ch_"));
    assert_eq!(
        view,
        json!({
            "object": "charge", "charge_key": "cs_1:1", "status": "succeeded", "amount": 5000, "currency": "eur",
            "amount_refunded": 0, "checkout_session_id": "cs_1", "order_ref": "order 17", "simulated": true,
            "created": "2026-05-01T12:00:00Z",
        })
    );
    let by_id = psp
        .get(&format!("/v1/charges/{}", id.as_str().unwrap()), MERCHANT)
        .await;
    assert_eq!(
        (by_id.status, &by_id.text),
        (200, &psp.find_charge("cs_1:1").await.text)
    );
}

// The same key gives the same charge with 200; other parameters are refused; others see nothing.
#[tokio::test]
async fn one_key_one_charge() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::APPROVE, "cs_1").await;
    let first = psp.charge(&token, "cs_1", 1).await;
    let again = psp.charge(&token, "cs_1", 1).await;
    assert_eq!(
        (first.status, again.status, &first.text),
        (201, 200, &again.text)
    );
    let mut other = charge(&token, "cs_1", 1);
    other["amount"] = json!(4_999);
    let reused = psp.post("/v1/charges", MERCHANT, &other).await;
    assert_eq!(
        (reused.status, reused.code().as_str()),
        (422, "charge_key_reused")
    );
    let theirs = psp
        .get("/v1/charges?charge_key=cs_1:1", OTHER_MERCHANT)
        .await;
    assert_eq!(
        (theirs.status, theirs.code().as_str()),
        (404, "charge_not_found")
    );
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        psp.get(&format!("/v1/charges/{id}"), OTHER_MERCHANT)
            .await
            .status,
        404
    );
    assert_eq!(psp.captures("cs_1:").await, 1);
}

// An Idempotency-Key is accepted, and cannot freeze a pending charge: the charge key decides.
#[tokio::test]
async fn idempotency_key_is_accepted() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::TIMEOUT_AFTER, "cs_1").await;
    let send = || {
        psp.post_raw(
            "/v1/charges",
            MERCHANT,
            charge(&token, "cs_1", 1).to_string(),
        )
        .header("idempotency-key", "k")
    };
    assert_eq!(psp.send(send()).await.json()["status"], "pending");
    assert_eq!(psp.send(send()).await.json()["status"], "succeeded");
    assert_eq!(psp.captures("cs_1:").await, 1);
}

// Forty requests with one charge key at once: one charge.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_key_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let clock = clock();
    let psp = TestPsp::serve(
        config(open(&directory.path().join("psp.db")), &clock, 1),
        clock,
    )
    .await;
    let token = psp.token(test_cards::APPROVE, "cs_1").await;
    let answers =
        futures_util::future::join_all((0..40).map(|_| psp.charge(&token, "cs_1", 1))).await;
    let id = psp.find_charge("cs_1:1").await.json()["id"].clone();
    assert!(
        answers.iter().all(|answer| answer.json()["id"] == id),
        "{answers:?}"
    );
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
    assert_eq!(psp.ledger("cs_1:").await.len(), 1);
}

// Declines come with their reason; the token can be tried again with another attempt.
#[tokio::test]
async fn declines() {
    let psp = TestPsp::start().await;
    for (card, reason) in [
        (test_cards::DECLINE, "generic_decline"),
        (test_cards::INSUFFICIENT_FUNDS, "insufficient_funds"),
        (test_cards::EXPIRED, "expired_card"),
        (test_cards::LOST_OR_STOLEN, "lost_or_stolen_card"),
        (test_cards::INCORRECT_CVC, "incorrect_cvc"),
        ("4000056655665556", "generic_decline"),
    ] {
        let session = format!("cs_{card}");
        let session = session.replace(card, &card[8..]);
        let token = psp.token(card, &session).await;
        for attempt in 1..=2 {
            let answer = psp.charge(&token, &session, attempt).await;
            let view = answer.json();
            assert_eq!(
                (answer.status, view["status"].as_str().unwrap()),
                (201, "declined")
            );
            assert_eq!(view["decline_reason"], reason);
        }
        assert_eq!(psp.token_status(&token).await, "active");
    }
    assert_eq!(psp.captures("").await, 0);
}

// Time-out after success: pending, then found by look-up, by the sweeper, or by the same request.
#[tokio::test]
async fn timeout_after_success() {
    for way in ["lookup", "sweep", "again"] {
        let psp = TestPsp::start().await;
        let token = psp.token(test_cards::TIMEOUT_AFTER, "cs_1").await;
        let answer = psp.charge(&token, "cs_1", 1).await;
        assert_eq!(
            (answer.status, answer.json()["status"].as_str().unwrap()),
            (201, "pending")
        );
        assert_eq!(psp.token_status(&token).await, "reserved");
        match way {
            "lookup" => assert_eq!(
                psp.find_charge("cs_1:1").await.json()["status"],
                "succeeded"
            ),
            "again" => assert_eq!(
                psp.charge(&token, "cs_1", 1).await.json()["status"],
                "succeeded"
            ),
            _ => {
                assert_eq!(
                    psp.psp.sweep().await.unwrap().charges,
                    0,
                    "the lease is not over"
                );
                psp.advance(31);
                assert_eq!(psp.psp.sweep().await.unwrap().charges, 1);
            }
        }
        assert_eq!(
            psp.find_charge("cs_1:1").await.json()["status"],
            "succeeded"
        );
        assert_eq!(psp.token_status(&token).await, "consumed");
        assert_eq!(psp.captures("cs_1:").await, 1);
        assert_eq!(psp.psp.sweep().await.unwrap(), Sweep::default());
    }
}

// Time-out before anything happened: pending for the lease, then declined, and the token is free.
#[tokio::test]
async fn timeout_before_anything() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::TIMEOUT_BEFORE, "cs_1").await;
    assert_eq!(
        psp.charge(&token, "cs_1", 1).await.json()["status"],
        "pending"
    );
    assert_eq!(psp.find_charge("cs_1:1").await.json()["status"], "pending");
    let busy = psp.charge(&token, "cs_1", 2).await;
    assert_eq!((busy.status, busy.code().as_str()), (409, "token_reserved"));
    let revoke = psp
        .post(&format!("/v1/tokens/{token}/revoke"), AGENT, &json!({}))
        .await;
    assert_eq!(
        (revoke.status, revoke.code().as_str()),
        (409, "token_reserved")
    );
    psp.advance(31);
    assert_eq!(psp.find_charge("cs_1:1").await.json()["status"], "declined");
    assert_eq!(psp.token_status(&token).await, "active");
    assert_eq!(psp.captures("").await, 0);
}

// T-14: an approval that the issuer takes back later becomes visible as reversed, once.
#[tokio::test]
async fn t14_late_failure() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::LATE_FAILURE, "cs_1").await;
    let charged = psp.charge(&token, "cs_1", 1).await.json();
    assert_eq!(charged["status"], "succeeded");
    psp.advance(59);
    assert_eq!(psp.psp.sweep().await.unwrap().reversals, 0);
    psp.advance(1);
    assert_eq!(psp.psp.sweep().await.unwrap().reversals, 1);
    assert_eq!(psp.psp.sweep().await.unwrap().reversals, 0);
    assert_eq!(psp.find_charge("cs_1:1").await.json()["status"], "reversed");
    let refund =
        json!({"refund_key": "r", "charge_id": charged["id"], "amount": 1, "currency": "eur"});
    assert_eq!(
        psp.post("/v1/refunds", MERCHANT, &refund).await.code(),
        "charge_not_refundable"
    );
    assert_eq!(psp.captures("").await, 0);
}

// After a restart charges, tokens and the issuer's book are as they were, and a charge whose process
// died is settled at once: found when the issuer captured, voided when it never heard of it.
#[tokio::test]
async fn restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("psp.db");
    let clock = clock();
    let psp = TestPsp::serve(config(open(&path), &clock, 1), Arc::clone(&clock)).await;
    let done = psp.token(test_cards::APPROVE, "cs_done").await;
    let lost = psp.token(test_cards::TIMEOUT_AFTER, "cs_lost").await;
    let never = psp.token(test_cards::TIMEOUT_BEFORE, "cs_never").await;
    for (token, session) in [(&done, "cs_done"), (&lost, "cs_lost"), (&never, "cs_never")] {
        assert_eq!(psp.charge(token, session, 1).await.status, 201);
    }
    let store = psp.store.clone();
    drop(psp);
    store.shutdown();
    psp_after_restart(&path, &clock, &done, &lost, &never).await;
}

async fn psp_after_restart(
    path: &std::path::Path,
    clock: &Arc<comptoir_signing::environment::ManualClock>,
    done: &str,
    lost: &str,
    never: &str,
) {
    clock.advance(jiff::SignedDuration::from_secs(1));
    let psp = TestPsp::serve(config(open(path), clock, 2), Arc::clone(clock)).await;
    assert_eq!(psp.psp.sweep().await.unwrap().charges, 2);
    for (session, status) in [
        ("cs_done", "succeeded"),
        ("cs_lost", "succeeded"),
        ("cs_never", "declined"),
    ] {
        assert_eq!(
            psp.find_charge(&format!("{session}:1")).await.json()["status"],
            status,
            "{session}"
        );
    }
    assert_eq!(psp.captures("").await, 2);
    for (token, status) in [(done, "consumed"), (lost, "consumed"), (never, "active")] {
        assert_eq!(psp.token_status(token).await, status);
    }
    // A retry of the key that was voided does not charge after all.
    assert_eq!(
        psp.charge(never, "cs_never", 1).await.json()["status"],
        "declined"
    );
    assert_eq!(psp.captures("").await, 2);
}

// A client that hangs up cancels its answer, not the charge.
#[tokio::test]
async fn hanging_up_does_not_lose_the_charge() {
    let directory = tempfile::tempdir().unwrap();
    let clock = clock();
    let psp = TestPsp::serve(
        config(open(&directory.path().join("psp.db")), &clock, 1),
        clock,
    )
    .await;
    for round in 0..20 {
        let session = format!("cs_{round}");
        let token = psp.token(test_cards::APPROVE, &session).await;
        let request = psp.post_raw(
            "/v1/charges",
            MERCHANT,
            charge(&token, &session, 1).to_string(),
        );
        let wait = std::time::Duration::from_micros(round * 150);
        let _ = tokio::time::timeout(wait, request.send()).await;
        // Whether the request arrived or not, the same request settles it with one capture. While
        // the first is still at work the answer is pending, and never declined.
        let mut status = json!("pending");
        while status == "pending" {
            status = psp.charge(&token, &session, 1).await.json()["status"].clone();
        }
        assert_eq!(status, "succeeded", "{round}");
        assert_eq!(psp.captures(&format!("{session}:")).await, 1);
    }
}

// Requests that do not fit the surface are refused with the place.
#[tokio::test]
async fn malformed() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::APPROVE, "cs_1").await;
    for (field, value) in [
        ("charge_key", json!("")),
        ("charge_key", json!("with space")),
        ("charge_key", json!("x".repeat(256))),
        ("charge_key", json!("a\nb")),
        ("checkout_session_id", json!("")),
        ("order_ref", json!("x".repeat(256))),
        ("surprise", json!(1)),
        ("token", json!(7)),
    ] {
        let mut body = charge(&token, "cs_1", 1);
        body[field] = value.clone();
        let answer = psp.post("/v1/charges", MERCHANT, &body).await;
        assert_eq!(
            (answer.status, answer.error().2),
            (400, format!("$.{field}")),
            "{value}: {answer:?}"
        );
    }
    for query in [
        "",
        "?",
        "?charge_key=",
        "?charge_key=a&charge_key=b",
        "?other=1",
    ] {
        assert_eq!(
            psp.get(&format!("/v1/charges{query}"), MERCHANT)
                .await
                .status,
            400,
            "{query}"
        );
    }
    assert_eq!(
        psp.get("/v1/charges/ch_none", MERCHANT).await.code(),
        "charge_not_found"
    );
    assert_eq!(
        psp.delegate(&delegation(test_cards::APPROVE, "cs_2"))
            .await
            .status,
        201
    );
}
