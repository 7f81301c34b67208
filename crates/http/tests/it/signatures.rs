//! Signed requests: what a signature binds, and who has to sign.

use comptoir_http::{Principal, SignatureKeys, SignaturePolicy};
use comptoir_signing::request_signature::{
    Coverage, Parts, RequestSigner, RequestVerifier, timestamp_text,
};

use crate::support::{Ask, BOB, SESSIONS, Shop};

fn signing_shop(require: bool) -> (Shop, RequestSigner) {
    let signer = RequestSigner::ed25519(&[7; 32], Coverage::Bound);
    let verifier = RequestVerifier::new(vec![signer.verifying_key()], Coverage::Bound);
    let keys = SignatureKeys::from([(Principal::new("alice"), verifier)]);
    let policy = if require {
        SignaturePolicy::Require(keys)
    } else {
        SignaturePolicy::VerifyIfPresent(keys)
    };
    (Shop::with(|config| config.signatures = policy), signer)
}

fn signed(shop: &Shop, signer: &RequestSigner, path: &str, body: &str, moved_s: i64) -> Ask {
    let now = comptoir_signing::environment::Clock::now(shop.clock.as_ref());
    let timestamp = now + jiff::SignedDuration::from_secs(moved_s);
    let parts = Parts {
        method: "POST",
        path,
        idempotency_key: Some("k"),
        timestamp,
        body: body.as_bytes(),
    };
    Ask::post(SESSIONS)
        .key("k")
        .header("Signature", &signer.sign(&parts).unwrap())
        .header("Timestamp", &timestamp_text(timestamp))
}

// Field defect 23: where a signature is required, a call without one is refused.
#[tokio::test]
async fn signatures_bind_path_body_and_time_where_required() {
    let (shop, signer) = signing_shop(true);
    shop.create("k", "{}")
        .await
        .assert_error(401, "invalid_signature");
    let other_body = signed(&shop, &signer, SESSIONS, "{}", 0).body(r#"{"a":1}"#);
    shop.send(other_body)
        .await
        .assert_error(401, "invalid_signature");
    let other_path = signed(&shop, &signer, "/checkout_sessions/cs_1/cancel", "{}", 0).body("{}");
    shop.send(other_path)
        .await
        .assert_error(401, "invalid_signature");
    let other_key = signed(&shop, &signer, SESSIONS, "{}", 0)
        .instead("idempotency-key", "l")
        .body("{}");
    shop.send(other_key)
        .await
        .assert_error(401, "invalid_signature");
    for moved_s in [-301, 301] {
        let stale = signed(&shop, &signer, SESSIONS, "{}", moved_s).body("{}");
        shop.send(stale)
            .await
            .assert_error(401, "invalid_signature");
    }
    let local = signed(&shop, &signer, SESSIONS, "{}", 0)
        .instead("timestamp", "2026-11-24T10:00:00")
        .body("{}");
    shop.send(local)
        .await
        .assert_error(401, "invalid_signature");
    let twice = signed(&shop, &signer, SESSIONS, "{}", 0)
        .header("signature", "AAAA")
        .body("{}");
    shop.send(twice)
        .await
        .assert_error(401, "invalid_signature");
    assert_eq!(shop.runs(), 0);
    for moved_s in [-300, 300] {
        let good = signed(&shop, &signer, SESSIONS, "{}", moved_s).body("{}");
        assert_eq!(shop.send(good).await.status, 201);
    }
    // Reading needs no signature.
    assert_eq!(
        shop.send(Ask::get("/checkout_sessions/none").empty())
            .await
            .status,
        404
    );
}

// Freshness does not need a signature: a time that is sent is a time near ours.
#[tokio::test]
async fn the_timestamp_of_an_unsigned_request_is_looked_at() {
    let shop = Shop::with(|config| config.signatures = SignaturePolicy::Off);
    let now = comptoir_signing::environment::Clock::now(shop.clock.as_ref());
    let ask =
        |key: &str, timestamp: &str| Ask::post(SESSIONS).key(key).header("Timestamp", timestamp);
    let moved = |seconds| timestamp_text(now + jiff::SignedDuration::from_secs(seconds));
    for bad in [
        moved(-301),
        moved(301),
        "half past nine".to_owned(),
        "2026-11-24T10:00:00".to_owned(),
        now.as_second().to_string(),
        String::new(),
    ] {
        shop.send(ask("bad", &bad).body("{}"))
            .await
            .assert_error(400, "invalid_timestamp");
    }
    let twice = ask("bad", &moved(0)).header("Timestamp", &moved(0));
    shop.send(twice.body("{}"))
        .await
        .assert_error(400, "invalid_timestamp");
    assert_eq!(shop.runs(), 0);
    for (key, good) in [("a", moved(-300)), ("b", moved(0)), ("c", moved(300))] {
        assert_eq!(shop.send(ask(key, &good).body("{}")).await.status, 201);
    }
}

#[tokio::test]
async fn a_caller_without_pinned_keys_cannot_pass_where_signatures_are_required() {
    let (shop, signer) = signing_shop(true);
    let request = signed(&shop, &signer, SESSIONS, "{}", 0).instead("authorization", BOB);
    shop.send(request.body("{}"))
        .await
        .assert_error(401, "invalid_signature");
    let (shop, signer) = signing_shop(false);
    assert_eq!(shop.create("k1", "{}").await.status, 201);
    let wrong = signed(&shop, &signer, SESSIONS, "{}", 0).body(r#"{"a":1}"#);
    shop.send(wrong)
        .await
        .assert_error(401, "invalid_signature");
}
