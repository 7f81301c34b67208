//! Idempotency of `delegate_payment`, RFC §5; and that its memory gives nothing away.

use comptoir_psp::issuer::test_cards::APPROVE;
use serde_json::json;

use crate::support::{AGENT, OTHER_AGENT, TestPsp, delegation};

// The same key and body give the same bytes again, marked as replayed, and no second token.
#[tokio::test]
async fn replays_byte_for_byte() {
    let psp = TestPsp::start().await;
    let body = delegation(APPROVE, "cs_1");
    let first = psp.delegate_as(AGENT, "k", &body).await;
    psp.advance(5);
    let again = psp.delegate_as(AGENT, "k", &body).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.text, again.text);
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(crate::canaries::cards_kept(&psp).await, 1);
}

// Key order and white space are the same request; another value is a conflict, for good.
#[tokio::test]
async fn meaning_counts() {
    let psp = TestPsp::start().await;
    let body = delegation(APPROVE, "cs_1");
    let first = psp.delegate_as(AGENT, "k", &body).await;
    let pretty = serde_json::to_string_pretty(&body).unwrap();
    let request = psp.post_raw("/agentic_commerce/delegate_payment", AGENT, pretty);
    let again = psp
        .send(
            request
                .header("api-version", "2026-04-17")
                .header("idempotency-key", "k"),
        )
        .await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    let mut other = body.clone();
    other["allowance"]["max_amount"] = json!(5_001);
    for _ in 0..2 {
        let conflict = psp.delegate_as(AGENT, "k", &other).await;
        assert_eq!(
            (conflict.status, conflict.code().as_str()),
            (422, "idempotency_conflict")
        );
    }
    assert_eq!(psp.delegate_as(AGENT, "k", &body).await.text, first.text);
}

// Bodies are compared as JSON values: another spelling of a number is the same request.
#[tokio::test]
async fn a_number_may_be_spelled_otherwise_in_a_repetition() {
    let psp = TestPsp::start().await;
    let body = delegation(APPROVE, "cs_1").to_string();
    let send = |amount: &str, key: &'static str| {
        let body = body.replace(":5000", &format!(":{amount}"));
        let request = psp.post_raw("/agentic_commerce/delegate_payment", AGENT, body);
        psp.send(
            request
                .header("api-version", "2026-04-17")
                .header("idempotency-key", key),
        )
    };
    for [first, again] in [["5000", "5000.0"], ["5000.0", "5e3"], ["5E+3", "5000"]] {
        let key = first;
        let made = send(first, key).await;
        assert_eq!(made.status, 201, "{first}: {made:?}");
        let repeated = send(again, key).await;
        assert_eq!((repeated.status, &repeated.text), (201, &made.text));
        let other = send("5001.0", key).await;
        assert_eq!(other.code(), "idempotency_conflict");
    }
}

// A key belongs to its caller: another agent with the same key and body gets its own token.
#[tokio::test]
async fn keys_are_per_agent() {
    let psp = TestPsp::start().await;
    let body = delegation(APPROVE, "cs_1");
    let mine = psp.delegate_as(AGENT, "k", &body).await.json();
    let theirs = psp.delegate_as(OTHER_AGENT, "k", &body).await.json();
    assert_ne!(mine["id"], theirs["id"]);
}

// A refusal is remembered too: the same request is refused the same way.
#[tokio::test]
async fn refusals_are_replayed() {
    let psp = TestPsp::start().await;
    let mut body = delegation(APPROVE, "cs_1");
    body["allowance"]["merchant_id"] = json!("nobody");
    let first = psp.delegate_as(AGENT, "k", &body).await;
    let again = psp.delegate_as(AGENT, "k", &body).await;
    assert_eq!((first.status, &first.text), (400, &again.text));
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

// Sixty requests with one key at once make one token. Field defect 17.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_once() {
    let directory = tempfile::tempdir().unwrap();
    let clock = crate::support::clock();
    let store = crate::support::open(&directory.path().join("psp.db"));
    let psp = TestPsp::serve(crate::support::config(store, &clock, 1), clock).await;
    let body = delegation(APPROVE, "cs_1");
    let answers =
        futures_util::future::join_all((0..60).map(|_| psp.delegate_as(AGENT, "k", &body))).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 && answer.text == answers[0].text)
    );
    assert_eq!(crate::canaries::cards_kept(&psp).await, 1);
}
