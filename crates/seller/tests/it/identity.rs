//! Who may see and change what, and idempotency that belongs to one caller and path.

use http::{Method, StatusCode};
use serde_json::json;

use crate::support::{Shop, create};

// Field defect 21, S-10: another agent's session does not exist for anybody else, on every route.
#[tokio::test]
async fn foreign_sessions_do_not_exist() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let path = format!("/checkout_sessions/{}", session.id());
    let unknown = shop
        .send(
            Method::GET,
            "/checkout_sessions/cs_unknown",
            "bob-key",
            None,
            None,
        )
        .await;
    let foreign = shop.send(Method::GET, &path, "bob-key", None, None).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.bytes, unknown.bytes);
    for (index, tail) in ["", "/cancel", "/complete"].iter().enumerate() {
        let body = if *tail == "/complete" {
            crate::support::payment("t")
        } else {
            json!({})
        };
        let key = format!("b{index}");
        let answer = shop
            .send(
                Method::POST,
                &format!("{path}{tail}"),
                "bob-key",
                Some(&key),
                Some(&body),
            )
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{tail}");
    }
    assert_eq!(shop.get(&path).await.json(), session.json());
}

// Agents' keys do not open the operators' surface, nor the other way round.
#[tokio::test]
async fn surfaces_have_their_own_keys() {
    let shop = Shop::open();
    let orders = shop
        .send(Method::GET, "/operator/orders", "alice-key", None, None)
        .await;
    assert_eq!(orders.status, StatusCode::UNAUTHORIZED);
    let body = create(&json!([{ "id": "cup" }]));
    let create = shop
        .send(
            Method::POST,
            "/checkout_sessions",
            "operator-key",
            Some("k"),
            Some(&body),
        )
        .await;
    assert_eq!(create.status, StatusCode::UNAUTHORIZED);
}

// Field defects 14 and 15: a stranger with key and body gets nothing; another caller's key is free.
#[tokio::test]
async fn idempotency_belongs_to_caller_and_path() {
    let shop = Shop::open();
    let body = create(&json!([{ "id": "cup" }]));
    let mine = shop.post("/checkout_sessions", "same", &body).await;
    let stranger = shop
        .send(
            Method::POST,
            "/checkout_sessions",
            "nobody",
            Some("same"),
            Some(&body),
        )
        .await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let bob = shop
        .send(
            Method::POST,
            "/checkout_sessions",
            "bob-key",
            Some("same"),
            Some(&body),
        )
        .await;
    assert_eq!(bob.status, StatusCode::CREATED);
    assert_ne!(bob.id(), mine.id());
    let cancel = shop
        .post(
            &format!("/checkout_sessions/{}/cancel", mine.id()),
            "same",
            &json!({}),
        )
        .await;
    assert_eq!(cancel.state(), "canceled");
    let again = shop.post("/checkout_sessions", "same", &body).await;
    assert_eq!(again.bytes, mine.bytes);
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

// Field defects 16 and 17: meaning counts, not bytes; 16 parallel identical creates make one session.
#[tokio::test(flavor = "multi_thread")]
async fn identical_creates_make_one_session() {
    let shop = std::sync::Arc::new(Shop::open());
    let body = create(&json!([{ "id": "cup" }]));
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (shop, body) = (std::sync::Arc::clone(&shop), body.clone());
        racers.spawn(async move { shop.post("/checkout_sessions", "k", &body).await.id() });
    }
    let mut ids: Vec<String> = racers.join_all().await;
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(shop.stock("cup").1, 1);
    // The same meaning in other bytes is the same request.
    let spelled = format!(
        "{{ \"capabilities\": {}, {}",
        body["capabilities"],
        &body.to_string()[1..].replace(&format!("\"capabilities\":{},", body["capabilities"]), "")
    );
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&spelled).unwrap(),
        body
    );
    let request = http::Request::post("/checkout_sessions")
        .header("authorization", "Bearer alice-key")
        .header("api-version", "2026-04-17")
        .header("idempotency-key", "k")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(spelled))
        .unwrap();
    let answer = tower::ServiceExt::oneshot(shop.seller.router(), request)
        .await
        .unwrap();
    assert_eq!(answer.headers()["idempotent-replayed"], "true");
    assert_eq!(shop.stock("cup").1, 1);
    let mut other = body.clone();
    other["line_items"][0]["quantity"] = json!(2);
    let conflict = shop.post("/checkout_sessions", "k", &other).await;
    assert_eq!(conflict.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(conflict.text("/code"), "idempotency_conflict");
    assert_eq!(shop.stock("cup").1, 1);
}

// Field defect 22: the version is read, and an unknown one is answered with those we speak.
#[tokio::test]
async fn only_spoken_versions_are_accepted() {
    let shop = Shop::open();
    let answer = shop.get("/checkout_sessions/cs_x").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let request = http::Request::builder()
        .uri("/checkout_sessions/cs_x")
        .header("authorization", "Bearer alice-key")
        .header("api-version", "2025-09-12")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = tower::ServiceExt::oneshot(shop.seller.router(), request)
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let bytes = axum::body::to_bytes(answer.into_body(), 10_000)
        .await
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["supported_versions"], json!(["2026-04-17"]));
}
