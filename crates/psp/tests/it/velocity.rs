//! T-11 and T-12: guessing and card testing are slowed down.

use comptoir_psp::{Limit, VelocityLimits, issuer::test_cards::APPROVE};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{AGENT, OTHER_AGENT, TestPsp, charge, delegation};

fn limits(per_agent: u32, per_card: u32, unknown: u32) -> VelocityLimits {
    let limit = |events_max| Limit {
        events_max,
        window: SignedDuration::from_secs(60),
    };
    VelocityLimits {
        delegations_per_agent: limit(per_agent),
        delegations_per_card: limit(per_card),
        unknown_tokens_per_merchant: limit(unknown),
    }
}

/// A different valid number for each index.
fn number(index: u32) -> String {
    let stem = format!("4{index:014}");
    (0..10)
        .map(|digit| format!("{stem}{digit}"))
        .find(|number| comptoir_psp::card::is_card_number(number))
        .unwrap()
}

// T-12: many cards with small amounts: no more than the limit pass, and the answer says when to come back.
// Field defect 24: limits count the proven caller.
#[tokio::test]
async fn t12_many_cards() {
    let psp = TestPsp::start_with(|config| config.velocity = limits(20, 1_000, 1_000)).await;
    let mut passed = 0;
    for index in 0..200 {
        let mut body = delegation(&number(index), "cs_1");
        body["allowance"]["max_amount"] = json!(1);
        let answer = psp.delegate(&body).await;
        match answer.status {
            201 => passed += 1,
            429 => {
                assert_eq!(answer.json()["type"], "rate_limit_exceeded", "{answer:?}");
                assert!(
                    answer.headers["retry-after"]
                        .to_str()
                        .unwrap()
                        .parse::<u32>()
                        .unwrap()
                        <= 61
                );
            }
            _ => panic!("{answer:?}"),
        }
    }
    assert_eq!(passed, 20);
    // Another agent is not punished for it, and the window ends.
    assert_eq!(
        psp.delegate_as(OTHER_AGENT, "k", &delegation(APPROVE, "cs_1"))
            .await
            .status,
        201
    );
    psp.advance(60);
    assert_eq!(psp.delegate(&delegation(APPROVE, "cs_1")).await.status, 201);
}

// T-12: one card through many agents is recognised by its keyed fingerprint.
#[tokio::test]
async fn t12_one_card() {
    let psp = TestPsp::start_with(|config| config.velocity = limits(1_000, 5, 1_000)).await;
    for index in 0..8 {
        let agent = if index % 2 == 0 { AGENT } else { OTHER_AGENT };
        let answer = psp
            .delegate_as(agent, &format!("k{index}"), &delegation(APPROVE, "cs_1"))
            .await;
        assert_eq!(
            answer.status,
            if index < 5 { 201 } else { 429 },
            "{answer:?}"
        );
    }
    // A refusal for the pace is not remembered: the same key works later.
    psp.advance(60);
    assert_eq!(
        psp.delegate_as(AGENT, "k6", &delegation(APPROVE, "cs_1"))
            .await
            .status,
        201
    );
}

// T-11: a merchant that guesses tokens is stopped, and its real tokens still work.
#[tokio::test]
async fn t11_guessing() {
    let psp = TestPsp::start_with(|config| config.velocity = limits(1_000, 1_000, 10)).await;
    let token = psp.token(APPROVE, "cs_1").await;
    for attempt in 0..15 {
        let guess = format!("vt_{attempt:040}");
        let answer = psp
            .post(
                "/v1/charges",
                crate::support::MERCHANT,
                &charge(&guess, "cs_1", attempt),
            )
            .await;
        let expected = if attempt < 10 {
            (404, "token_not_found")
        } else {
            (429, "rate_limit_exceeded")
        };
        assert_eq!((answer.status, answer.code().as_str()), expected);
    }
    assert_eq!(
        psp.charge(&token, "cs_1", 99).await.json()["status"],
        "succeeded"
    );
}
