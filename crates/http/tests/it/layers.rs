//! What surrounds every route.

use http::Method;

use crate::support::{Ask, SESSIONS, Shop};

#[tokio::test]
async fn request_ids_are_taken_over_when_legal_and_made_otherwise() {
    let shop = Shop::new();
    let answer = shop
        .send(
            Ask::post(SESSIONS)
                .key("k")
                .header("Request-Id", "req-of-caller")
                .body("{}"),
        )
        .await;
    assert_eq!(answer.header("request-id"), Some("req-of-caller"));
    assert_eq!(answer.header("idempotency-key"), Some("k"));
    for bad in ["", "a b", &"x".repeat(256)] {
        let answer = shop
            .send(Ask::get("/none").header("Request-Id", bad).empty())
            .await;
        let id = answer.header("request-id").unwrap();
        assert!(id.starts_with("req_") && id.len() == 36, "{id}");
    }
    let twice = Ask::get("/none")
        .header("Request-Id", "a")
        .header("Request-Id", "b")
        .empty();
    assert!(
        shop.send(twice)
            .await
            .header("request-id")
            .unwrap()
            .starts_with("req_")
    );
    let first = shop.send(Ask::get("/none").empty()).await;
    let second = shop.send(Ask::get("/none").empty()).await;
    assert_ne!(first.header("request-id"), second.header("request-id"));
}

#[tokio::test]
async fn s14_panics_and_internal_errors_leak_nothing_but_the_request_id() {
    let shop = Shop::new();
    for path in ["/panic", "/internal"] {
        let answer = shop
            .send(Ask::get(path).header("Request-Id", "req-7").empty())
            .await;
        answer.assert_error(500, "internal_error");
        assert_eq!(answer.json()["type"], "processing_error");
        assert_eq!(
            answer.json()["message"],
            "an internal error occurred in request req-7"
        );
        let text = format!(
            "{:?} {}",
            answer.headers,
            String::from_utf8_lossy(&answer.body)
        );
        for secret in ["canary", "4242", "SELECT"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    // The server is well afterwards.
    assert_eq!(shop.create("k", "{}").await.status, 201);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_flat_errors() {
    let shop = Shop::new();
    shop.send(Ask::get("/nowhere").empty())
        .await
        .assert_error(404, "not_found");
    let answer = shop.send(Ask::get(SESSIONS).empty()).await;
    answer.assert_error(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("POST"));
    for method in [Method::PUT, Method::DELETE, Method::TRACE, Method::OPTIONS] {
        shop.send(Ask::new(method, "/checkout_sessions/cs_1").empty())
            .await
            .assert_error(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn refusals_of_the_router_itself_are_flat_and_pages_stay_pages() {
    let shop = Shop::new();
    shop.send(Ask::get("/number/seven").empty())
        .await
        .assert_error(400, "invalid");
    let page = shop.send(Ask::get("/page").empty()).await;
    assert_eq!(
        (page.status, page.body.as_slice()),
        (404, b"<p>no</p>".as_slice())
    );
}

#[tokio::test]
async fn foreign_and_absent_things_look_the_same() {
    let shop = Shop::new();
    let id = shop.create("k", "{}").await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{SESSIONS}/{id}");
    assert_eq!(shop.send(Ask::get(&path).empty()).await.status, 200);
    let foreign = shop
        .send(
            Ask::get(&path)
                .instead("authorization", crate::support::BOB)
                .empty(),
        )
        .await;
    let absent = shop
        .send(Ask::get(&format!("{SESSIONS}/cs_none")).empty())
        .await;
    foreign.assert_error(404, "not_found");
    assert_eq!(foreign.body, absent.body);
}
