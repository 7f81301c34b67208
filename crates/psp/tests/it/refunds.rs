//! T-15: refunds never exceed the charge, however they are asked for.

use comptoir_psp::issuer::test_cards::{APPROVE, DECLINE};
use serde_json::{Value, json};

use crate::support::{Answer, MERCHANT, OTHER_MERCHANT, TestPsp, charge};

async fn charged(psp: &TestPsp, session: &str) -> String {
    let token = psp.token(APPROVE, session).await;
    psp.charge(&token, session, 1).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn refund(key: &str, charge: &str, amount: i64) -> Value {
    json!({"refund_key": key, "charge_id": charge, "amount": amount, "currency": "eur", "reason": "returned"})
}

async fn send(psp: &TestPsp, body: &Value) -> Answer {
    psp.post("/v1/refunds", MERCHANT, body).await
}

// Partial refunds add up to the charge and not one unit further.
#[tokio::test]
async fn t15_sums() {
    let psp = TestPsp::start().await;
    let charge = charged(&psp, "cs_1").await;
    for (key, amount, status, code) in [
        ("a", 3_000, 201, ""),
        ("b", 2_001, 422, "amount_exceeds_charge"),
        ("c", 2_000, 201, ""),
        ("d", 1, 422, "amount_exceeds_charge"),
        ("e", 9_007_199_254_740_991, 422, "amount_exceeds_charge"),
        ("f", 0, 400, "invalid"),
        ("g", -5, 400, "invalid"),
    ] {
        let answer = send(&psp, &refund(key, &charge, amount)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{key}: {answer:?}"
        );
    }
    let found = psp
        .get(&format!("/v1/charges/{charge}"), MERCHANT)
        .await
        .json();
    assert_eq!(found["amount_refunded"], 5_000);
    assert_eq!(psp.ledger("cs_1:").await[0]["amount_refunded"], 5_000);
}

// One refund key refunds once; with other parameters it is refused.
#[tokio::test]
async fn t15_twice_is_once() {
    let psp = TestPsp::start().await;
    let charge = charged(&psp, "cs_1").await;
    let first = send(&psp, &refund("a", &charge, 2_000)).await;
    let again = send(&psp, &refund("a", &charge, 2_000)).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.text, again.text);
    let other = send(&psp, &refund("a", &charge, 2_001)).await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (422, "refund_key_reused")
    );
    let found = psp.get("/v1/refunds?refund_key=a", MERCHANT).await;
    assert_eq!((found.status, &found.text), (200, &first.text));
    assert_eq!(psp.ledger("cs_1:").await[0]["amount_refunded"], 2_000);
}

// Twenty refunds of 500 at once on a charge of 5000: ten pass.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t15_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let clock = crate::support::clock();
    let store = crate::support::open(&directory.path().join("psp.db"));
    let psp = TestPsp::serve(crate::support::config(store, &clock, 1), clock).await;
    let charge = charged(&psp, "cs_1").await;
    let bodies: Vec<Value> = (0..20)
        .map(|index| refund(&format!("r{index}"), &charge, 500))
        .collect();
    let answers = futures_util::future::join_all(bodies.iter().map(|body| send(&psp, body))).await;
    let passed = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers
        .iter()
        .filter(|answer| answer.code() == "amount_exceeds_charge")
        .count();
    assert_eq!((passed, refused), (10, 10), "{answers:?}");
    assert_eq!(psp.ledger("cs_1:").await[0]["amount_refunded"], 5_000);
}

// What holds no money cannot be refunded, nor what is another merchant's, nor in another currency.
#[tokio::test]
async fn refusals() {
    let psp = TestPsp::start().await;
    let token = psp.token(DECLINE, "cs_d").await;
    let declined = psp.charge(&token, "cs_d", 1).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        send(&psp, &refund("a", &declined, 1)).await.code(),
        "charge_not_refundable"
    );
    let charge = charged(&psp, "cs_1").await;
    let theirs = psp
        .post("/v1/refunds", OTHER_MERCHANT, &refund("a", &charge, 1))
        .await;
    assert_eq!(
        (theirs.status, theirs.code().as_str()),
        (404, "charge_not_found")
    );
    let mut foreign = refund("b", &charge, 1);
    foreign["currency"] = json!("usd");
    assert_eq!(send(&psp, &foreign).await.code(), "currency_mismatch");
    assert_eq!(
        psp.get("/v1/refunds?refund_key=none", MERCHANT)
            .await
            .code(),
        "refund_not_found"
    );
    assert_eq!(psp.get("/v1/refunds", MERCHANT).await.status, 400);
}

// Charge and refund keys are a merchant's own: two merchants may use the same.
#[tokio::test]
async fn keys_are_per_merchant() {
    let psp = TestPsp::start().await;
    charged(&psp, "cs_1").await;
    let mut body = crate::support::delegation(APPROVE, "cs_1");
    body["allowance"]["merchant_id"] = json!("merchant_2");
    let token = psp.delegate(&body).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let theirs = psp
        .post("/v1/charges", OTHER_MERCHANT, &charge(&token, "cs_1", 1))
        .await;
    assert_eq!(
        (theirs.status, theirs.json()["status"].as_str().unwrap()),
        (201, "succeeded")
    );
    assert_eq!(psp.captures("cs_1:1").await, 2);
}
