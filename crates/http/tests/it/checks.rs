//! The head of a request: path, version, caller, key, declared body. In that order.

use comptoir_http::Surface;
use http::Method;

use crate::support::{ALICE, Ask, LATEST, SESSIONS, Shop};

#[tokio::test]
async fn p15_versions_are_exact_and_refusals_list_what_is_spoken() {
    let shop = Shop::new();
    let ask = || Ask::post(SESSIONS).key("k");
    shop.send(ask().without("api-version").body("{}"))
        .await
        .assert_error(400, "missing_api_version");
    for bad in [
        "2031-01-01",
        "2025-09-12",
        "latest",
        " ",
        "2026-04-17, 2026-01-30",
        "2026-04-17x",
    ] {
        let answer = shop
            .send(ask().instead("api-version", bad).body("{}"))
            .await;
        answer.assert_error(400, "unsupported_api_version");
        let spoken = &answer.json()["supported_versions"];
        assert_eq!(spoken[0], "2026-04-17");
        assert_eq!(spoken.as_array().unwrap().len(), 5);
    }
    let twice = shop
        .send(ask().header("API-Version", LATEST).body("{}"))
        .await;
    twice.assert_error(400, "unsupported_api_version");
    for good in [
        "2025-09-29",
        "2025-12-12",
        "2026-01-16",
        "2026-01-30",
        LATEST,
    ] {
        let request = Ask::post(SESSIONS).key(good).instead("api-version", good);
        assert_eq!(shop.send(request.body("{}")).await.status, 201, "{good}");
    }
}

#[tokio::test]
async fn a_server_may_speak_fewer_versions() {
    let shop = Shop::with(|config| config.supported.truncate(1));
    let answer = shop.create("k", "{}").await;
    answer.assert_error(400, "unsupported_api_version");
    assert_eq!(
        answer.json()["supported_versions"],
        serde_json::json!(["2025-09-29"])
    );
}

#[tokio::test]
async fn s01_every_wrong_credential_gives_the_same_401() {
    let shop = Shop::new();
    let ask = || Ask::post(SESSIONS).key("k").without("authorization");
    let mut answers = vec![shop.send(ask().body("{}")).await];
    for wrong in [
        "alice-secret-key",
        "Basic YWxpY2U6eA==",
        "Bearer",
        "Bearer ",
        "Bearer alice-secret-ke",
        "Bearer alice-secret-key ",
        "Bearer  alice-secret-key",
        "Bearer alice-secret-keyy",
        "Bearer ALICE-SECRET-KEY",
        "Token alice-secret-key",
    ] {
        // Trailing white space is no part of a header's value: hyper removes it, this call does not.
        answers.push(
            shop.send(ask().header("Authorization", wrong).body("{}"))
                .await,
        );
    }
    answers.push(
        shop.send(
            ask()
                .header("Authorization", ALICE)
                .header("Authorization", ALICE)
                .body("{}"),
        )
        .await,
    );
    for answer in &answers {
        answer.assert_error(401, "unauthorized");
        assert_eq!(answer.body, answers[0].body);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    assert_eq!((shop.runs(), shop.sessions().await), (0, 0));
    let any_case = shop
        .send(
            ask()
                .header("authorization", "bearer alice-secret-key")
                .body("{}"),
        )
        .await;
    assert_eq!(any_case.status, 201);
}

#[tokio::test]
async fn i01_the_key_is_required_on_post_and_has_a_form() {
    let shop = Shop::new();
    shop.send(Ask::post(SESSIONS).body("{}"))
        .await
        .assert_error(400, "idempotency_key_required");
    for bad in ["", " ", " a", "a ", "a\tb", &"k".repeat(256)] {
        let answer = shop.send(Ask::post(SESSIONS).key(bad).body("{}")).await;
        answer.assert_error(400, "invalid_idempotency_key");
        assert_eq!(answer.header("idempotency-key"), None);
    }
    let mut accented = Ask::post(SESSIONS).body("{}");
    accented.headers_mut().insert(
        "idempotency-key",
        http::HeaderValue::from_bytes(b"\xe9").unwrap(),
    );
    shop.send(accented)
        .await
        .assert_error(400, "invalid_idempotency_key");
    let twice = Ask::post(SESSIONS).key("k").key("k").body("{}");
    shop.send(twice)
        .await
        .assert_error(400, "invalid_idempotency_key");
    assert_eq!(shop.runs(), 0);
    assert_eq!(shop.create(&"k".repeat(255), "{}").await.status, 201);
}

// A key is opaque: spaces between its characters are part of it.
#[tokio::test]
async fn a_key_may_have_inner_spaces_and_is_repeated_as_it_came() {
    let shop = Shop::new();
    for key in ["two words", "two  words"] {
        let answer = shop.send(Ask::post(SESSIONS).key(key).body("{}")).await;
        assert_eq!(answer.status, 201, "{key}");
        assert_eq!(answer.header("idempotency-key"), Some(key));
    }
    assert_eq!(shop.runs(), 2);
    let again = shop
        .send(Ask::post(SESSIONS).key("two words").body("{}"))
        .await;
    assert_eq!(again.status, 201);
    assert_eq!(shop.runs(), 2);
}

#[tokio::test]
async fn the_key_is_optional_where_the_rules_say_so() {
    let shop = Shop::new();
    for old in ["2025-09-29", "2026-01-30"] {
        let request = Ask::post(SESSIONS).instead("api-version", old).body("{}");
        assert_eq!(shop.send(request).await.status, 201);
    }
    assert_eq!(shop.runs(), 2);
    let own = Shop::own_surface();
    let request = Ask::post(SESSIONS).without("api-version").body("{}");
    assert_eq!(own.send(request).await.status, 201);
    // An optional version is still an exact one.
    let request = Ask::post(SESSIONS).instead("api-version", "1").body("{}");
    own.send(request)
        .await
        .assert_error(400, "unsupported_api_version");
    let patch =
        Ask::new(Method::PATCH, "/feeds/f/products").header("content-type", "application/json");
    assert_eq!(shop.send(patch.body("{}")).await.status, 201);
}

#[tokio::test]
async fn p16_a_path_has_one_spelling() {
    let shop = Shop::new();
    for path in [
        "/checkout_sessions/%2e%2e",
        "/checkout_sessions/a%2Fb",
        "/checkout_sessions/cs%5F1",
        "/checkout_sessions/a;b=c",
        "//checkout_sessions",
        "/checkout_sessions/",
        "/checkout_sessions//cancel",
        "/Checkout_Sessions",
        "/checkout_sessions/..",
        "/checkout_sessions/./a",
        "/checkout_sessions/%00",
        "/checkout_sessions/%ff",
        "/.well-known/../checkout_sessions",
    ] {
        let answer = shop.send(Ask::post(path).key("k").body("{}")).await;
        answer.assert_error(404, "not_found");
        let answer = shop.send(Ask::get(path).empty()).await;
        assert!(matches!(answer.status, 400 | 404 | 405), "{path}");
    }
    assert_eq!(shop.runs(), 0);
}

#[tokio::test]
async fn p09_size_and_declared_form_of_the_body_are_checked() {
    let shop = Shop::new();
    let limit = 256 * 1_024;
    let filled = |bytes: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes - 8));
    assert_eq!(shop.create("at", &filled(limit)).await.status, 201);
    shop.create("past", &filled(limit + 1))
        .await
        .assert_error(413, "body_too_large");
    let stream = axum::body::Body::new(Pieces(40));
    shop.send(Ask::post(SESSIONS).key("s").body(stream))
        .await
        .assert_error(413, "body_too_large");

    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn p09_only_plain_json_is_taken() {
    let shop = Shop::new();
    for bad in [
        "text/plain",
        "application/jsonp",
        "application/json; charset=latin1",
        "application/json, text/plain",
        "multipart/form-data",
        "",
    ] {
        let request = Ask::post(SESSIONS)
            .key("t")
            .instead("content-type", bad)
            .body("{}");
        shop.send(request)
            .await
            .assert_error(415, "unsupported_media_type");
    }
    let none = Ask::post(SESSIONS)
        .key("t")
        .without("content-type")
        .body("{}");
    shop.send(none)
        .await
        .assert_error(415, "unsupported_media_type");
    let twice = Ask::post(SESSIONS)
        .key("t")
        .header("content-type", "application/json")
        .body("{}");
    shop.send(twice)
        .await
        .assert_error(415, "unsupported_media_type");
    for bad in ["gzip", "br", "identity, gzip", "zstd"] {
        let request = Ask::post(SESSIONS)
            .key("t")
            .header("content-encoding", bad)
            .body("{}");
        shop.send(request)
            .await
            .assert_error(415, "unsupported_media_type");
    }
    let expectation = Ask::post(SESSIONS)
        .key("t")
        .header("expect", "200-maybe")
        .body("{}");
    shop.send(expectation)
        .await
        .assert_error(417, "expectation_failed");
    assert_eq!(shop.runs(), 0);
    for good in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;charset=UTF-8",
    ] {
        let request =
            Ask::post(SESSIONS).key(good.get(12..).unwrap_or("x").replace(' ', "").as_str());
        assert_eq!(
            shop.send(request.instead("content-type", good).body("{}"))
                .await
                .status,
            201,
            "{good}"
        );
    }
}

/// A body of so many pieces of 8 KiB, whose length nobody declared.
struct Pieces(usize);

impl hyper::body::Body for Pieces {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, Self::Error>>> {
        let Some(left) = self.0.checked_sub(1) else {
            return std::task::Poll::Ready(None);
        };
        self.0 = left;
        let piece = bytes::Bytes::from(vec![b' '; 8_192]);
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(piece))))
    }
}

#[tokio::test]
async fn an_absent_body_is_null_and_needs_no_type() {
    let shop = Shop::new();
    let request = Ask::post("/checkout_sessions/cs_1/cancel")
        .key("k")
        .without("content-type")
        .empty();
    assert_eq!(shop.send(request).await.status, 201);
}

#[tokio::test]
async fn the_order_is_version_caller_key_body() {
    let shop = Shop::new();
    let broken = || Ask::bare(Method::POST, SESSIONS).header("content-encoding", "gzip");
    let answer = shop.send(broken().body("{")).await;
    answer.assert_error(400, "missing_api_version");
    let answer = shop
        .send(broken().header("api-version", LATEST).body("{"))
        .await;
    answer.assert_error(401, "unauthorized");
    let known = || {
        broken()
            .header("api-version", LATEST)
            .header("authorization", ALICE)
    };
    shop.send(known().body("{"))
        .await
        .assert_error(400, "idempotency_key_required");
    shop.send(known().key("k").body("{"))
        .await
        .assert_error(415, "unsupported_media_type");
}

#[test]
fn surfaces_know_what_they_require() {
    assert!(Surface::Acp.requires_version() && Surface::DelegatePayment.requires_version());
    assert!(!Surface::Own.requires_version());
}
