//! RFC §6: one effect per key, and the same answer again.

use comptoir_http::{ApiError, Call, CallKey, Reply, Surface, idempotency};
use comptoir_store::StoreError;
use http::StatusCode;
use jiff::SignedDuration;

use crate::support::{Ask, BOB, Mood, SESSIONS, Shop};

#[tokio::test]
async fn i02_a_repetition_gets_the_same_bytes_marked_as_replayed() {
    let shop = Shop::new();
    let first = shop.create("k", r#"{"a":1,"b":["x",{"c":null}]}"#).await;
    assert_eq!(
        (first.status, first.header("idempotent-replayed")),
        (201, None)
    );
    for same in [
        r#"{"a":1,"b":["x",{"c":null}]}"#,
        r#"{"b":["x",{"c":null}],"a":1}"#,
        "\n{ \"a\" : 1.0 , \"b\":[\"\\u0078\",{\"c\":null}]}\t",
        r#"{"\u0061":10e-1,"b":["x",{"c":null}]}"#,
    ] {
        let again = shop.create("k", same).await;
        assert_eq!(
            (again.status, &again.body),
            (first.status, &first.body),
            "{same}"
        );
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(again.header("content-type"), first.header("content-type"));
    }
    assert_eq!((shop.runs(), shop.sessions().await), (1, 1));
}

#[tokio::test]
async fn i03_another_meaning_under_the_same_key_is_a_conflict_without_effect() {
    let shop = Shop::new();
    let body = r#"{"a":1,"b":["x","y"],"ext":{"z":1}}"#;
    let old = |key: &str, body: &str| {
        Ask::post(SESSIONS)
            .instead("api-version", "2026-01-30")
            .key(key)
            .body(body.to_owned())
    };
    assert_eq!(shop.create("k", body).await.status, 201);
    assert_eq!(shop.send(old("old", body)).await.status, 201);
    for other in [
        r#"{"a":null,"b":["x","y"],"ext":{"z":1}}"#,
        r#"{"b":["x","y"],"ext":{"z":1}}"#,
        r#"{"a":1,"b":["y","x"],"ext":{"z":1}}"#,
        r#"{"a":1,"b":["x","y"],"ext":{"z":2}}"#,
        r#"{"a":"1","b":["x","y"],"ext":{"z":1}}"#,
        r#"{"a":1,"b":["x","y"],"ext":{"z":1},"c":null}"#,
        "{}",
    ] {
        let answer = shop.create("k", other).await;
        answer.assert_error(422, "idempotency_conflict");
        assert_eq!(answer.json()["type"], "invalid_request");
        let answer = shop.send(old("old", other)).await;
        answer.assert_error(409, "idempotency_conflict");
        assert_eq!(answer.json()["type"], "request_not_idempotent");
    }
    assert_eq!((shop.runs(), shop.sessions().await), (2, 2));
}

#[tokio::test]
async fn delegate_authentication_answers_409_to_a_conflict() {
    let shop = Shop::with(|config| config.surface = Surface::DelegateAuthentication);
    assert_eq!(shop.create("k", "{}").await.status, 201);
    shop.create("k", r#"{"a":1}"#)
        .await
        .assert_error(409, "idempotency_conflict");
}

#[tokio::test]
async fn i04_keys_of_other_callers_paths_and_methods_are_independent() {
    let shop = Shop::new();
    assert_eq!(shop.create("k", "{}").await.status, 201);
    let bob = Ask::post(SESSIONS)
        .instead("authorization", BOB)
        .key("k")
        .body("{}");
    let elsewhere = Ask::post("/checkout_sessions/cs_1/cancel")
        .key("k")
        .body("{}");
    let other = Ask::post("/checkout_sessions/cs_2/cancel")
        .key("k")
        .body("{}");
    let patch = Ask::new(http::Method::PATCH, "/feeds/f/products")
        .header("content-type", "application/json");
    for request in [bob, elsewhere, other, patch.key("k").body("{}")] {
        let answer = shop.send(request).await;
        assert_eq!(
            (answer.status, answer.header("idempotent-replayed")),
            (201, None)
        );
    }
    assert_eq!(shop.runs(), 5);
}

#[tokio::test]
async fn tenants_do_not_share_keys() {
    let shop = Shop::new();
    let other = Shop::on(shop.store.clone(), |config| {
        config.tenant = comptoir_store::TenantId(2);
    });
    assert_eq!(shop.create("k", "{}").await.status, 201);
    other.create("k", "{\"a\":1}").await;
    assert_eq!(other.runs(), 1);
}

#[tokio::test]
async fn i08_a_5xx_is_never_stored_and_the_retry_is_fresh() {
    let shop = Shop::new();
    for mood in [Mood::Unavailable, Mood::Panic] {
        shop.set(mood);
        let failed = shop.create("k", "{}").await;
        assert!(failed.status >= 500, "{}", failed.status);
        assert_eq!(
            shop.sessions().await,
            0,
            "what a failed request did is taken back"
        );
    }
    shop.set(Mood::Good);
    let retried = shop.create("k", "{}").await;
    assert_eq!(
        (retried.status, retried.header("idempotent-replayed")),
        (201, None)
    );
    assert_eq!((shop.runs(), shop.sessions().await), (3, 1));
}

#[tokio::test]
async fn unknown_outcomes_ask_to_come_back() {
    let shop = Shop::new();
    shop.set(Mood::Unavailable);
    let answer = shop.create("k", "{}").await;
    answer.assert_error(503, "service_unavailable");
    assert_eq!(answer.header("retry-after"), Some("2"));
    assert_eq!(answer.json()["type"], "service_unavailable");
}

#[tokio::test]
async fn i09_a_refusal_is_stored_and_its_work_taken_back() {
    let shop = Shop::new();
    shop.set(Mood::Decline);
    let declined = shop.create("k", r#"{"token":"a"}"#).await;
    declined.assert_error(422, "declined");
    shop.set(Mood::Good);
    let again = shop.create("k", r#"{"token":"a"}"#).await;
    assert_eq!((again.status, &again.body), (422, &declined.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    shop.create("k", r#"{"token":"b"}"#)
        .await
        .assert_error(422, "idempotency_conflict");
    assert_eq!((shop.runs(), shop.sessions().await), (1, 0));
    assert_eq!(shop.create("k2", r#"{"token":"b"}"#).await.status, 201);
}

#[tokio::test]
async fn an_answer_that_asks_to_come_back_is_not_stored() {
    let shop = Shop::new();
    shop.set(Mood::Busy);
    let busy = shop.create("k", "{}").await;
    busy.assert_error(409, "in_progress");
    assert_eq!(busy.header("retry-after"), Some("2"));
    shop.set(Mood::Good);
    assert_eq!(shop.create("k", "{}").await.status, 201);
}

#[tokio::test]
async fn i10_after_retention_the_key_is_new() {
    let shop = Shop::new();
    let first = shop.create("k", "{}").await;
    shop.clock
        .advance(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    assert_eq!(shop.create("k", "{}").await.body, first.body);
    shop.create("k", r#"{"a":1}"#)
        .await
        .assert_error(422, "idempotency_conflict");
    shop.clock.advance(SignedDuration::from_secs(1));
    let fresh = shop.create("k", r#"{"a":1}"#).await;
    assert_eq!(
        (fresh.status, fresh.header("idempotent-replayed")),
        (201, None)
    );
    assert_eq!(shop.runs(), 2);
}

#[tokio::test]
async fn expired_records_are_purged_and_others_kept() {
    let shop = Shop::new();
    for index in 0..600 {
        shop.create(&format!("k{index}"), "{}").await;
    }
    shop.clock.advance(SignedDuration::from_hours(23));
    shop.create("young", "{}").await;
    assert_eq!(
        idempotency::purge(&shop.store, &shop.environment)
            .await
            .unwrap(),
        0
    );
    shop.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(
        idempotency::purge(&shop.store, &shop.environment)
            .await
            .unwrap(),
        600
    );
    assert_eq!(
        shop.create("young", "{}")
            .await
            .header("idempotent-replayed"),
        Some("true")
    );
}

/// A call's key without a server around it.
async fn key_of(shop: &Shop, key: &str, body: &str) -> CallKey {
    use axum::extract::FromRequest as _;
    let request = Ask::post("/checkout_sessions/cs_1/complete")
        .key(key)
        .body(body.to_owned());
    Call::from_request(request, shop)
        .await
        .unwrap()
        .key()
        .unwrap()
}

async fn begin(shop: &Shop, key: CallKey, now: i64) -> Result<idempotency::Begin, ApiError> {
    shop.store
        .write("begin", move |tx| idempotency::begin(tx, &key, now, 30))
        .await
}

#[tokio::test]
async fn a_saga_claims_its_key_and_a_dead_node_frees_it_within_30_seconds() {
    let shop = Shop::new();
    let key = key_of(&shop, "k", "{}").await;
    let now = shop.environment.now_micros();
    assert!(matches!(
        begin(&shop, key, now).await,
        Ok(idempotency::Begin::Fresh)
    ));
    let running = begin(&shop, key, now + 29_999_999).await.unwrap_err();
    assert_eq!(
        (running.status().as_u16(), running.code()),
        (409, "idempotency_in_flight")
    );
    assert!(running.to_reply().headers.contains_key("retry-after"));
    let other = key_of(&shop, "k", r#"{"a":1}"#).await;
    assert_eq!(
        begin(&shop, other, now).await.unwrap_err().code(),
        "idempotency_conflict"
    );
    assert!(matches!(
        begin(&shop, key, now + 30_000_000).await,
        Ok(idempotency::Begin::Fresh)
    ));
    // A longer lease cannot be had.
    let long = key_of(&shop, "long", "{}").await;
    let claimed = shop
        .store
        .write("begin", move |tx| {
            idempotency::begin(tx, &long, now, 86_400)
        })
        .await;
    assert!(matches!(claimed, Ok(idempotency::Begin::Fresh)));
    assert!(begin(&shop, long, now + 30_000_000).await.is_ok());
}

#[tokio::test]
async fn a_saga_ends_with_its_answer_or_frees_the_key() {
    let shop = Shop::new();
    let key = key_of(&shop, "k", "{}").await;
    let now = shop.environment.now_micros();
    let finish = async |status: StatusCode| {
        let reply = Reply::bytes(status, r#"{"status":"completed"}"#);
        let finished: Result<(), StoreError> = shop
            .store
            .write("finish", move |tx| {
                idempotency::finish(tx, &key, now, &reply)
            })
            .await;
        finished.unwrap();
    };
    begin(&shop, key, now).await.unwrap();
    finish(StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(matches!(
        begin(&shop, key, now).await,
        Ok(idempotency::Begin::Fresh)
    ));
    finish(StatusCode::OK).await;
    let Ok(idempotency::Begin::Replay(reply)) = begin(&shop, key, now).await else {
        panic!("not replayed");
    };
    assert!(reply.is_replayed());
    assert_eq!(reply.body.as_ref(), br#"{"status":"completed"}"#);
}

#[tokio::test]
async fn a_sweeper_finishes_by_scope_and_never_twice() {
    let shop = Shop::new();
    let key = key_of(&shop, "k", "{}").await;
    let now = shop.environment.now_micros();
    begin(&shop, key, now).await.unwrap();
    let scope = key.scope().unwrap();
    for body in ["first", "second"] {
        let reply = Reply::bytes(StatusCode::OK, body);
        let finished: Result<(), StoreError> = shop
            .store
            .write("sweep", move |tx| {
                idempotency::finish_scope(tx, &scope, &reply)
            })
            .await;
        finished.unwrap();
    }
    let Ok(idempotency::Begin::Replay(reply)) = begin(&shop, key, now).await else {
        panic!("not replayed");
    };
    assert_eq!(reply.body.as_ref(), b"first");
    let abandoned: Result<(), StoreError> = shop
        .store
        .write("abandon", move |tx| idempotency::abandon(tx, &key))
        .await;
    abandoned.unwrap();
    assert!(matches!(
        begin(&shop, key, now).await,
        Ok(idempotency::Begin::Fresh)
    ));
}

#[tokio::test]
async fn answers_about_money_can_be_kept_for_a_week() {
    let shop = Shop::new();
    let now = shop.environment.now_micros();
    let key = key_of(&shop, "k", "{}")
        .await
        .kept_for(idempotency::RETENTION_LONG_S);
    let reply = Reply::bytes(StatusCode::OK, "{}");
    let finished: Result<(), StoreError> = shop
        .store
        .write("finish", move |tx| {
            idempotency::finish(tx, &key, now, &reply)
        })
        .await;
    finished.unwrap();
    let days = |days: i64| now + days * 86_400_000_000 - 1;
    assert!(matches!(
        begin(&shop, key, days(7)).await,
        Ok(idempotency::Begin::Replay(_))
    ));
    assert!(matches!(
        begin(&shop, key, days(8)).await,
        Ok(idempotency::Begin::Fresh)
    ));
}

#[tokio::test]
async fn refusals_before_the_handler_are_never_stored() {
    let shop = Shop::new();
    for request in [
        Ask::post(SESSIONS)
            .key("k")
            .instead("authorization", "Bearer x"),
        Ask::post(SESSIONS).key("k").instead("api-version", "x"),
        Ask::post(SESSIONS)
            .key("k")
            .instead("content-type", "text/plain"),
    ] {
        let status = shop.send(request.body("{}")).await.status;
        assert!((400..500).contains(&status));
    }
    let malformed = shop.create("k", "{").await;
    malformed.assert_error(400, "invalid_json");
    let answer = shop.create("k", "{}").await;
    assert_eq!(
        (answer.status, answer.header("idempotent-replayed")),
        (201, None)
    );
}
