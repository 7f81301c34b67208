//! Defects seen in other implementations, by their number in the reference list.

use std::sync::{Arc, Mutex};

use axum::extract::FromRequest as _;
use comptoir_http::{ApiError, CallerKeys, Reply, idempotency};
use futures_join::join_all;

use crate::support::{ALICE, Ask, BOB, Mood, SESSIONS, Shop, callers};

/// Runs futures side by side and collects what they return.
mod futures_join {
    pub(super) async fn join_all<T: Send + 'static>(
        futures: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
    ) -> Vec<T> {
        let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
        let mut results = Vec::new();
        for task in tasks {
            results.push(task.await.unwrap());
        }
        results
    }
}

#[tokio::test]
async fn defect_14_a_stranger_neither_reads_nor_poisons_a_key() {
    let shop = Shop::new();
    let stranger = || {
        Ask::post(SESSIONS)
            .key("k")
            .instead("authorization", "Bearer stranger")
    };
    // A stranger's 401 first: it is not replayed to the real caller.
    shop.send(stranger().body("{}"))
        .await
        .assert_error(401, "unauthorized");
    let real = shop.create("k", "{}").await;
    assert_eq!(
        (real.status, real.header("idempotent-replayed")),
        (201, None)
    );
    // And with key and body in hand, a stranger or another caller gets nothing of it.
    shop.send(stranger().body("{}"))
        .await
        .assert_error(401, "unauthorized");
    let bob = shop
        .send(
            Ask::post(SESSIONS)
                .key("k")
                .instead("authorization", BOB)
                .body("{}"),
        )
        .await;
    assert_ne!(bob.body, real.body);
    assert_eq!(bob.header("idempotent-replayed"), None);
}

#[tokio::test]
async fn defect_15_the_scope_is_more_than_the_key() {
    let shop = Shop::new();
    let create = shop.create("k", "{}").await;
    let cancel = shop
        .send(
            Ask::post("/checkout_sessions/cs_1/cancel")
                .key("k")
                .body("{}"),
        )
        .await;
    let other = shop
        .send(
            Ask::post("/checkout_sessions/cs_2/cancel")
                .key("k")
                .body("{}"),
        )
        .await;
    assert!(create.body != cancel.body && cancel.body != other.body);
    assert_eq!(shop.runs(), 3);
}

#[tokio::test]
async fn defect_16_the_body_is_compared_by_meaning() {
    let shop = Shop::new();
    let first = shop.create("k", r#"{"a":1,"b":2}"#).await;
    assert_eq!(
        shop.create("k", r#"{ "b":2.0, "a":1 }"#).await.body,
        first.body
    );
    shop.create("k", r#"{"a":2,"b":1}"#)
        .await
        .assert_error(422, "idempotency_conflict");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn defect_17_parallel_repetitions_make_one_session_each() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::on_disk(folder.path());
    let sixty_times_eight = (0..60).flat_map(|key| std::iter::repeat_n(key, 8));
    let answers = join_all(sixty_times_eight.map(|key| {
        let shop = shop.clone();
        async move { (key, shop.create(&format!("k{key}"), "{}").await) }
    }))
    .await;
    let mut bodies = std::collections::BTreeMap::new();
    for (key, answer) in answers {
        assert_eq!(answer.status, 201);
        assert_eq!(
            bodies.entry(key).or_insert_with(|| answer.body.clone()),
            &answer.body
        );
    }
    assert_eq!((shop.runs(), shop.sessions().await), (60, 60));
    shop.store.shutdown();
}

#[tokio::test]
async fn defect_18_stored_answers_keep_bytes_and_headers_together() {
    let shop = Shop::new();
    let request = || {
        Ask::post(SESSIONS)
            .key("k")
            .header("accept-encoding", "gzip, br")
    };
    let first = shop.send(request().body("{}")).await;
    let again = shop.create("k", "{}").await;
    assert_eq!(first.header("content-encoding"), None);
    assert_eq!(first.body, again.body);
    for name in ["content-type", "location", "content-encoding"] {
        assert_eq!(first.header(name), again.header(name));
    }
    // Whatever headers an answer has, its repetition has too.
    let headers = Reply::bytes(http::StatusCode::OK, "x")
        .with_header(http::header::CONTENT_ENCODING, "identity".parse().unwrap())
        .with_header(http::header::ETAG, "\"a: b\"".parse().unwrap());
    let now = shop.environment.now_micros();
    let key = key(&shop).await;
    for replayed in [false, true] {
        let reply = headers.clone();
        let answer = shop
            .store
            .write("once", move |tx| {
                idempotency::once(tx, &key, now, &mut |_| Ok(reply.clone()))
            })
            .await
            .unwrap();
        assert_eq!(answer.headers["etag"], "\"a: b\"");
        assert_eq!(answer.headers["content-encoding"], "identity");
        assert_eq!(answer.is_replayed(), replayed);
    }
}

async fn key(shop: &Shop) -> comptoir_http::CallKey {
    let request = Ask::post("/checkout_sessions/cs_9").key("k").body("{}");
    comptoir_http::Call::from_request(request, shop)
        .await
        .unwrap()
        .key()
        .unwrap()
}

#[tokio::test]
async fn defect_19_a_crash_blocks_a_key_for_seconds_and_is_never_an_answer() {
    let shop = Shop::new();
    shop.set(Mood::Panic);
    shop.create("k", "{}")
        .await
        .assert_error(500, "internal_error");
    shop.set(Mood::Good);
    assert_eq!(shop.create("k", "{}").await.status, 201);
    // A saga whose node died: the marker has a lease, and then the key is free.
    let now = shop.environment.now_micros();
    let key = key(&shop).await;
    let begin = async |now: i64| {
        shop.store
            .write("begin", move |tx| idempotency::begin(tx, &key, now, 30))
            .await
    };
    begin(now).await.unwrap();
    let blocked: ApiError = begin(now + 1_000_000).await.unwrap_err();
    assert_eq!(blocked.code(), "idempotency_in_flight");
    assert!(matches!(
        begin(now + 30_000_000).await,
        Ok(idempotency::Begin::Fresh)
    ));
}

#[tokio::test]
async fn defect_20_the_record_is_in_the_database_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::on_disk(folder.path());
    let first = shop.create("k", "{}").await;
    shop.store.shutdown();
    let restarted = Shop::on_disk(folder.path());
    let again = restarted.create("k", "{}").await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!((restarted.runs(), restarted.sessions().await), (0, 1));
    // And without the database nothing runs.
    restarted.store.shutdown();
    let answer = restarted.create("k2", "{}").await;
    assert_eq!(answer.status, 503);
    assert_eq!(restarted.runs(), 0);
}

#[tokio::test]
async fn defect_21_a_session_is_read_by_its_owner_only() {
    let shop = Shop::new();
    let id = shop.create("k", "{}").await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{SESSIONS}/{id}");
    let foreign = Ask::get(&path).instead("authorization", BOB).empty();
    shop.send(foreign).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn defect_22_the_version_is_read_and_only_real_ones_pass() {
    let shop = Shop::new();
    for never in ["2025-09-12", "2026-04-18", "1.0", "*"] {
        let request = Ask::post(SESSIONS)
            .key("k")
            .instead("api-version", never)
            .body("{}");
        shop.send(request)
            .await
            .assert_error(400, "unsupported_api_version");
    }
    let request = Ask::post(SESSIONS)
        .key("k")
        .without("api-version")
        .body("{}");
    shop.send(request)
        .await
        .assert_error(400, "missing_api_version");
}

#[tokio::test]
async fn defect_24_forwarded_addresses_change_nothing() {
    let shop = Shop::new();
    let first = shop.create("k", "{}").await;
    for address in ["1.2.3.4", "127.0.0.1, 10.0.0.1", "' OR 1=1"] {
        let request = Ask::post(SESSIONS)
            .key("k")
            .header("x-forwarded-for", address)
            .body("{}");
        let answer = shop.send(request).await;
        assert_eq!((answer.status, &answer.body), (201, &first.body));
        let request = Ask::post(SESSIONS)
            .key("k")
            .header("x-forwarded-for", address)
            .without("authorization");
        shop.send(request.body("{}"))
            .await
            .assert_error(401, "unauthorized");
    }
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn defect_25_keys_are_in_no_debug_output_and_no_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer({
            let log = log.clone();
            move || log.clone()
        })
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let shop = Shop::new();
    for path in [SESSIONS, "/panic", "/internal", "/typed"] {
        shop.send(
            Ask::post(path)
                .key("idem-canary")
                .body(r#"{"note":"body-canary"}"#),
        )
        .await;
        shop.send(Ask::get(path).empty()).await;
    }
    let request = Ask::post(SESSIONS)
        .key("k")
        .body(r#"{"note":"body-canary"}"#);
    let call = comptoir_http::Call::from_request(request, &shop)
        .await
        .unwrap();
    let keys: CallerKeys = callers();
    let text = format!("{call:?} {:?} {keys:?} {}", call.key().unwrap(), log.text());
    assert!(text.contains("request failed"), "{text}");
    for secret in [
        ALICE,
        "alice-secret-key",
        "bob-secret-key",
        "body-canary",
        "Bearer",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
