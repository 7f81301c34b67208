//! T-01 to T-06, T-10 and T-11: what a token allows, and nothing beyond it.

use std::collections::BTreeSet;

use comptoir_psp::issuer::test_cards::APPROVE;
use serde_json::json;

use crate::support::{AGENT, MERCHANT, OTHER_AGENT, OTHER_MERCHANT, TestPsp, charge, delegation};

// T-01: a token replayed after success is refused, with one capture.
#[tokio::test]
async fn t01_replay_after_success() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    assert_eq!(
        psp.charge(&token, "cs_1", 1).await.json()["status"],
        "succeeded"
    );
    let replay = psp.charge(&token, "cs_1", 2).await;
    assert_eq!(
        (replay.status, replay.code().as_str()),
        (409, "token_consumed")
    );
    assert_eq!(psp.captures("cs_1:").await, 1);
    assert_eq!(psp.token_status(&token).await, "consumed");
}

// T-02: two charges race for one token, 200 times: exactly one wins, the other gets 409.
// Field defect 3.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t02_races() {
    let directory = tempfile::tempdir().unwrap();
    let clock = crate::support::clock();
    let store = crate::support::open(&directory.path().join("psp.db"));
    let psp = TestPsp::serve(crate::support::config(store, &clock, 1), clock).await;
    for round in 0..200 {
        let session = format!("race_{round}");
        let token = psp.token(APPROVE, &session).await;
        let (one, two) = tokio::join!(
            psp.charge(&token, &session, 1),
            psp.charge(&token, &session, 2)
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{one:?} {two:?}");
        let loser = if one.status == 409 { &one } else { &two };
        assert!(
            matches!(loser.code().as_str(), "token_consumed" | "token_reserved"),
            "{loser:?}"
        );
    }
    let entries = psp.ledger("race_").await;
    assert_eq!(entries.len(), 200);
    assert!(
        entries
            .iter()
            .all(|entry| entry["state"] == "captured" && entry["captures"] == 1)
    );
}

// T-02: two merchants race for one token: the one it is for wins, the other gets 403.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t02_two_merchants() {
    let psp = TestPsp::start().await;
    for round in 0..50 {
        let session = format!("cs_{round}");
        let token = psp.token(APPROVE, &session).await;
        let (mine, theirs) = (charge(&token, &session, 1), charge(&token, &session, 2));
        let (mine, theirs) = tokio::join!(
            psp.post("/v1/charges", MERCHANT, &mine),
            psp.post("/v1/charges", OTHER_MERCHANT, &theirs)
        );
        assert_eq!(mine.json()["status"], "succeeded", "{mine:?}");
        assert_eq!(
            (theirs.status, theirs.code().as_str()),
            (403, "merchant_mismatch")
        );
    }
    assert_eq!(psp.captures("cs_").await, 50);
}

// T-03: the limit holds to the minor unit; one above is refused and the token stays active.
#[tokio::test]
async fn t03_amount_above_the_limit() {
    let psp = TestPsp::start().await;
    for (amount, status) in [(4_999, 201), (5_000, 201), (5_001, 422)] {
        let session = format!("cs_{amount}");
        let token = psp.token(APPROVE, &session).await;
        let mut body = charge(&token, &session, 1);
        body["amount"] = json!(amount);
        let answer = psp.post("/v1/charges", MERCHANT, &body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 422 {
            assert_eq!(
                answer.error(),
                (
                    422,
                    "amount_exceeds_allowance".to_owned(),
                    "$.amount".to_owned()
                )
            );
            assert_eq!(psp.token_status(&token).await, "active");
            assert_eq!(psp.charge(&token, &session, 2).await.status, 201);
        }
    }
    // Partial captures cannot sum up above the limit: the second one is already refused.
    let token = psp.token(APPROVE, "cs_sum").await;
    let mut part = charge(&token, "cs_sum", 1);
    part["amount"] = json!(2_500);
    assert_eq!(psp.post("/v1/charges", MERCHANT, &part).await.status, 201);
    part["charge_key"] = json!("cs_sum:2");
    assert_eq!(
        psp.post("/v1/charges", MERCHANT, &part).await.code(),
        "token_consumed"
    );
}

// T-03: amounts that are no amounts are refused with the place.
#[tokio::test]
async fn t03_strange_amounts() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    for amount in [
        json!(0),
        json!(-1),
        json!("5000"),
        json!(50.5),
        json!(null),
        json!(i64::MAX),
    ] {
        let mut body = charge(&token, "cs_1", 1);
        body["amount"] = amount.clone();
        let answer = psp.post("/v1/charges", MERCHANT, &body).await;
        assert!(matches!(answer.status, 400 | 422), "{amount}: {answer:?}");
        assert_eq!(answer.error().2, "$.amount");
    }
    assert_eq!(psp.token_status(&token).await, "active");
    assert!(psp.ledger("cs_1:").await.is_empty());
}

// T-04: every other currency is refused, and the token stays active.
#[tokio::test]
async fn t04_other_currency() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    for code in [
        "usd", "jpy", "kwd", "gbp", "chf", "bhd", "krw", "xof", "clf", "sek",
    ] {
        let mut body = charge(&token, "cs_1", 1);
        body["currency"] = json!(code);
        let answer = psp.post("/v1/charges", MERCHANT, &body).await;
        assert_eq!(
            answer.error(),
            (422, "currency_mismatch".to_owned(), "$.currency".to_owned()),
            "{code}"
        );
    }
    for code in ["EUR", "Eur", "", "euro", "zzz"] {
        let mut body = charge(&token, "cs_1", 1);
        body["currency"] = json!(code);
        assert_eq!(
            psp.post("/v1/charges", MERCHANT, &body).await.status,
            400,
            "{code}"
        );
    }
    assert_eq!(psp.token_status(&token).await, "active");
}

// T-05: another merchant is refused; at the third try the token is revoked. Field defect 2.
#[tokio::test]
async fn t05_other_merchant() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    for attempt in 1..=3 {
        assert_eq!(psp.token_status(&token).await, "active");
        let answer = psp
            .post(
                "/v1/charges",
                OTHER_MERCHANT,
                &charge(&token, "cs_1", attempt),
            )
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "merchant_mismatch")
        );
    }
    assert_eq!(psp.token_status(&token).await, "revoked");
    let answer = psp.charge(&token, "cs_1", 9).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (410, "token_revoked")
    );
    assert_eq!(psp.captures("cs_1:").await, 0);
}

// T-06: the right merchant with another session is refused, and the token stays active.
// Field defect 2.
#[tokio::test]
async fn t06_other_session() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    for session in ["cs_2", "CS_1", "cs_1 ", "cs_11"] {
        let mut body = charge(&token, "cs_1", 1);
        body["checkout_session_id"] = json!(session);
        let answer = psp.post("/v1/charges", MERCHANT, &body).await;
        assert!(matches!(answer.status, 400 | 403), "{session}: {answer:?}");
        assert_eq!(answer.error().2, "$.checkout_session_id");
    }
    assert_eq!(psp.token_status(&token).await, "active");
    assert_eq!(psp.captures("").await, 0);
}

// T-10: a token revoked between consent and charge is refused with 0 captures; revoking twice is fine.
#[tokio::test]
async fn t10_revoked() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    for _ in 0..2 {
        let revoked = psp
            .post(&format!("/v1/tokens/{token}/revoke"), AGENT, &json!({}))
            .await;
        assert_eq!(
            (revoked.status, revoked.json()["status"].as_str().unwrap()),
            (200, "revoked")
        );
    }
    let answer = psp.charge(&token, "cs_1", 1).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (410, "token_revoked")
    );
    assert_eq!(psp.captures("").await, 0);
}

// A revoke after the charge does not undo the payment.
#[tokio::test]
async fn revoke_after_charge() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    psp.charge(&token, "cs_1", 1).await;
    let answer = psp
        .post(&format!("/v1/tokens/{token}/revoke"), AGENT, &json!({}))
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (409, "token_consumed")
    );
    assert_eq!(
        psp.find_charge("cs_1:1").await.json()["status"],
        "succeeded"
    );
}

// T-11: tokens that do not exist look like tokens of others, and are no use. Field defect 1.
#[tokio::test]
async fn t11_unknown_tokens() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    let mut near = token.clone();
    near.replace_range(
        token.len() - 1..,
        if token.ends_with('0') { "1" } else { "0" },
    );
    for guess in [
        near.as_str(),
        "vt_",
        "",
        "null",
        "vt_00000000000000000000000000000000",
        &"v".repeat(10_000),
    ] {
        let answer = psp.charge(guess, "cs_1", 1).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "token_not_found"),
            "{guess}"
        );
    }
    let foreign = psp.get(&format!("/v1/tokens/{token}"), OTHER_AGENT).await;
    let absent = psp.get(&format!("/v1/tokens/{near}"), OTHER_AGENT).await;
    assert_eq!((foreign.status, &foreign.text), (404, &absent.text));
    let revoked = psp
        .post(
            &format!("/v1/tokens/{token}/revoke"),
            OTHER_AGENT,
            &json!({}),
        )
        .await;
    assert_eq!(
        (revoked.status, revoked.code().as_str()),
        (404, "token_not_found")
    );
    assert_eq!(psp.token_status(&token).await, "active");
}

// T-11: tokens do not repeat, and differ in far more places than their time.
#[tokio::test]
async fn t11_tokens_are_random() {
    let psp = TestPsp::start().await;
    let mut tokens = BTreeSet::new();
    let mut seen = vec![BTreeSet::new(); 43];
    for round in 0..300 {
        let token = psp.token(APPROVE, &format!("cs_{round}")).await;
        assert_eq!(token.len(), 43);
        for (place, character) in seen.iter_mut().zip(token.chars()) {
            place.insert(character);
        }
        assert!(tokens.insert(token));
    }
    // 32 symbols (or 16 in the last eight places) in 300 draws: nearly all of them turn up.
    assert!(
        seen[14..35].iter().all(|symbols| symbols.len() >= 25),
        "{seen:?}"
    );
    assert!(
        seen[35..].iter().all(|symbols| symbols.len() >= 14),
        "{seen:?}"
    );
}

// The agent sees limits and use of its token, and nothing of the card but what may be shown.
#[tokio::test]
async fn token_view() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    psp.charge(&token, "cs_1", 1).await;
    let view = psp.get(&format!("/v1/tokens/{token}"), AGENT).await.json();
    assert_eq!(
        view,
        json!({
            "object": "payment_token",
            "status": "consumed",
            "allowance": {
                "reason": "one_time", "max_amount": 5000, "currency": "eur", "checkout_session_id": "cs_1",
                "merchant_id": "merchant_1", "expires_at": "2026-05-01T13:00:00Z",
            },
            "amount_charged": 5000,
            "card": {"brand": "visa", "last4": "4242", "funding_type": "credit"},
            "created": "2026-05-01T12:00:00Z",
        })
    );
}

// A merchant cannot act as an agent, nor an agent as a merchant, nor either read the issuer's book.
#[tokio::test]
async fn callers_are_kept_apart() {
    let psp = TestPsp::start().await;
    let token = psp.token(APPROVE, "cs_1").await;
    assert_eq!(
        psp.get(&format!("/v1/tokens/{token}"), MERCHANT)
            .await
            .status,
        401
    );
    assert_eq!(
        psp.post("/v1/charges", AGENT, &charge(&token, "cs_1", 1))
            .await
            .status,
        401
    );
    for bearer in [AGENT, MERCHANT] {
        assert_eq!(
            psp.get("/simulated_issuer/ledger", bearer).await.status,
            401
        );
    }
    let body = delegation(APPROVE, "cs_1");
    assert_eq!(psp.delegate_as(MERCHANT, "k", &body).await.status, 401);
}
