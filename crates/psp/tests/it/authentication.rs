//! T-17 to T-19: 3-D Secure.

use comptoir_processors::AuthenticationOutcome;
use comptoir_psp::issuer::test_cards::{APPROVE, AUTHENTICATION_REQUIRED};
use serde_json::{Value, json};

use crate::support::{MERCHANT, TestPsp, charge};

fn with_result(
    token: &str,
    session: &str,
    attempt: u32,
    outcome: &str,
    transaction: &str,
) -> Value {
    let mut body = charge(token, session, attempt);
    body["authentication"] = json!({
        "outcome": outcome,
        "three_ds_cryptogram": "AAECAwQFBgcICQoLDA0ODxAREhM=",
        "electronic_commerce_indicator": "05",
        "transaction_id": transaction,
        "version": "2.2.0",
    });
    body
}

// T-17: a card that needs 3-D Secure is not charged without its result, and is with it.
#[tokio::test]
async fn t17_result_is_required() {
    let psp = TestPsp::start().await;
    let token = psp.token(AUTHENTICATION_REQUIRED, "cs_1").await;
    let bare = psp.charge(&token, "cs_1", 1).await;
    assert_eq!(
        (bare.status, bare.json()["status"].as_str().unwrap()),
        (201, "authentication_required")
    );
    assert_eq!(psp.captures("").await, 0);
    assert_eq!(psp.token_status(&token).await, "active");
    let proven = psp
        .post(
            "/v1/charges",
            MERCHANT,
            &with_result(&token, "cs_1", 2, "authenticated", "ds_1"),
        )
        .await;
    assert_eq!(proven.json()["status"], "succeeded", "{proven:?}");
    assert_eq!(psp.captures("").await, 1);
}

// T-17: an outcome that claims a proof must bring one.
#[tokio::test]
async fn t17_proof_is_complete() {
    let psp = TestPsp::start().await;
    let token = psp.token(AUTHENTICATION_REQUIRED, "cs_1").await;
    let mut body = with_result(&token, "cs_1", 1, "authenticated", "ds_1");
    body["authentication"]
        .as_object_mut()
        .unwrap()
        .remove("three_ds_cryptogram");
    let answer = psp.post("/v1/charges", MERCHANT, &body).await;
    assert_eq!(
        (answer.status, answer.error().2.as_str()),
        (400, "$.authentication.three_ds_cryptogram")
    );
    let unknown = psp
        .post(
            "/v1/charges",
            MERCHANT,
            &with_result(&token, "cs_1", 1, "fine", "ds_1"),
        )
        .await;
    assert_eq!(
        (unknown.status, unknown.error().2.as_str()),
        (400, "$.authentication.outcome")
    );
}

// T-18: the proof of one purchase does not pay another.
#[tokio::test]
async fn t18_proofs_are_not_replayed() {
    let psp = TestPsp::start().await;
    for (session, status) in [("cs_1", "succeeded"), ("cs_2", "declined")] {
        let token = psp.token(AUTHENTICATION_REQUIRED, session).await;
        let answer = psp
            .post(
                "/v1/charges",
                MERCHANT,
                &with_result(&token, session, 1, "authenticated", "ds_same"),
            )
            .await;
        assert_eq!(answer.json()["status"], status, "{answer:?}");
    }
    assert_eq!(psp.captures("").await, 1);
}

// T-19: none of the outcomes that prove nothing leads to a capture, whatever the card.
#[tokio::test]
async fn t19_all_outcomes() {
    let psp = TestPsp::start().await;
    for outcome in AuthenticationOutcome::ALL {
        for card in [APPROVE, AUTHENTICATION_REQUIRED] {
            let session = format!("cs_{}_{}", outcome.as_str(), &card[12..]);
            let token = psp.token(card, &session).await;
            let answer = psp
                .post(
                    "/v1/charges",
                    MERCHANT,
                    &with_result(&token, &session, 1, outcome.as_str(), &session),
                )
                .await;
            let expected = if outcome.permits_charge() {
                "succeeded"
            } else {
                "declined"
            };
            assert_eq!(answer.json()["status"], expected, "{answer:?}");
            assert_eq!(
                psp.captures(&session).await,
                usize::from(outcome.permits_charge())
            );
        }
    }
}
