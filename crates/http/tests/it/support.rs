//! A small shop with one counter in the database, and requests against it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::{FromRef, Path, State},
    routing::{get, post},
};
use comptoir_acp::id::CheckoutSessionId;
use comptoir_http::{ApiConfig, ApiError, Call, CallerKeys, Reply, Surface, idempotency, layers};
use comptoir_signing::environment::{Environment, ManualClock};
use comptoir_store::{Collection, NewRecord, Store, StoreOptions};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const ALICE: &str = "Bearer alice-secret-key";
pub(crate) const BOB: &str = "Bearer bob-secret-key";
pub(crate) const LATEST: &str = "2026-04-17";
pub(crate) const SESSIONS: &str = "/checkout_sessions";

/// What the shop's next answers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Mood {
    #[default]
    Good,
    Decline,
    Busy,
    Unavailable,
    Panic,
}

#[derive(Clone)]
pub(crate) struct Shop {
    config: Arc<ApiConfig>,
    pub(crate) store: Store,
    pub(crate) runs: Arc<AtomicUsize>,
    pub(crate) mood: Arc<Mutex<Mood>>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) environment: Environment,
}

impl FromRef<Shop> for Arc<ApiConfig> {
    fn from_ref(shop: &Shop) -> Self {
        Arc::clone(&shop.config)
    }
}

/// A request body in the shape of the protocol.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {
    #[serde(default)]
    pub(crate) line_items: Vec<Line>,
    #[serde(default, rename = "note")]
    pub(crate) _note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    #[serde(rename = "id")]
    pub(crate) _id: String,
    #[serde(rename = "quantity")]
    pub(crate) _quantity: u32,
}

pub(crate) fn callers() -> CallerKeys {
    CallerKeys::new()
        .with(&SecretString::from("alice-secret-key"), "alice")
        .with(&SecretString::from("bob-secret-key"), "bob")
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut ApiConfig)) -> Self {
        Self::on(Store::in_memory().unwrap(), change)
    }

    pub(crate) fn on(store: Store, change: impl FnOnce(&mut ApiConfig)) -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-24T10:00:00Z".parse().unwrap()));
        let environment = Environment::simulated(Arc::clone(&clock), 7);
        let mut config = ApiConfig::new(callers(), environment.clone());
        change(&mut config);
        Self {
            config: config.shared(),
            store,
            runs: Arc::default(),
            mood: Arc::default(),
            clock,
            environment,
        }
    }

    pub(crate) fn on_disk(folder: &std::path::Path) -> Self {
        let path = folder.join("shop.db");
        Self::on(Store::open(&path, StoreOptions::default()).unwrap(), |_| {})
    }

    pub(crate) fn own_surface() -> Self {
        Self::with(|config| config.surface = Surface::Own)
    }

    pub(crate) fn router(&self) -> Router {
        let router = Router::new()
            .route("/checkout_sessions", post(create))
            .route("/checkout_sessions/{id}", get(retrieve).post(create))
            .route("/checkout_sessions/{id}/cancel", post(create))
            .route("/typed", post(typed))
            .route("/feeds/{id}/products", axum::routing::patch(create))
            .route("/number/{n}", get(async |Path(_): Path<u32>| "ok"))
            .route(
                "/page",
                get(async || (StatusCode::NOT_FOUND, axum::response::Html("<p>no</p>"))),
            )
            .route("/panic", get(panicking))
            .route("/internal", get(internal))
            .with_state(self.clone());
        layers(router, &self.environment)
    }

    pub(crate) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(crate) fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    pub(crate) async fn sessions(&self) -> i64 {
        let rows = self
            .store
            .read("rows", |tx| {
                let query = comptoir_store::RecordQuery {
                    limit: 500,
                    ..Default::default()
                };
                tx.records(
                    Collection::CheckoutSessions,
                    comptoir_store::TenantId::DEFAULT,
                    &query,
                )
            })
            .await
            .unwrap();
        i64::try_from(rows.len()).unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.to_vec(),
        }
    }

    /// A POST to the collection with this key and body.
    pub(crate) async fn create(&self, key: &str, body: &str) -> Answer {
        self.send(Ask::post(SESSIONS).key(key).body(body.to_owned()))
            .await
    }
}

/// One request in the making; starts with everything a good one needs.
pub(crate) struct Ask(http::request::Builder);

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self(Request::builder().method(method).uri(path))
            .header("API-Version", LATEST)
            .header("Authorization", ALICE)
    }

    pub(crate) fn bare(method: Method, path: &str) -> Self {
        Self(Request::builder().method(method).uri(path))
    }

    pub(crate) fn post(path: &str) -> Self {
        Self::new(Method::POST, path).header("Content-Type", "application/json")
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// Puts a header in place of the one that is there.
    pub(crate) fn instead(mut self, name: &str, value: &str) -> Self {
        let name: http::HeaderName = name.parse().unwrap();
        self.0
            .headers_mut()
            .unwrap()
            .insert(name, value.parse().unwrap());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.headers_mut().unwrap().remove(name);
        self
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    pub(crate) fn body(self, body: impl Into<Body>) -> Request<Body> {
        self.0.body(body.into()).unwrap()
    }

    pub(crate) fn empty(self) -> Request<Body> {
        self.body(Body::empty())
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn param(&self) -> String {
        self.json()["param"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Asserts a flat error of exactly this status and code.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(
            (self.status, self.code().as_str()),
            (status, code),
            "{text}"
        );
        assert_eq!(self.header("content-type"), Some("application/json"));
        let error: comptoir_acp::error::Error = serde_json::from_slice(&self.body).unwrap();
        assert!(!error.message.is_empty());
    }
}

async fn create(State(shop): State<Shop>, call: Call) -> Result<Reply, ApiError> {
    let key = call.key()?;
    let now = shop.environment.now_micros();
    let id = shop.environment.new_id(CheckoutSessionId::PREFIX);
    let mood = *shop.mood.lock().unwrap();
    let runs = Arc::clone(&shop.runs);
    let owner = call.caller.as_str().to_owned();
    shop.store
        .write("create", move |tx| {
            idempotency::once(tx, &key, now, &mut |tx| {
                let run = runs.fetch_add(1, Ordering::SeqCst) + 1;
                let record = NewRecord {
                    tenant: comptoir_store::TenantId::DEFAULT,
                    id: &id,
                    owner: &owner,
                    state: "open",
                    unique_ref: None,
                    parent: None,
                    due_at: None,
                    document: b"{}",
                    rendered: None,
                    now,
                };
                tx.insert(Collection::CheckoutSessions, &record)?;
                match mood {
                    Mood::Good => {
                        let body = json!({ "id": id, "run": run });
                        let reply = Reply::json(StatusCode::CREATED, &body)?;
                        let location = format!("/checkout_sessions/{id}").parse().unwrap();
                        Ok(reply.with_header(http::header::LOCATION, location))
                    }
                    Mood::Decline => Err(ApiError::unprocessable("declined", "$", "declined")),
                    Mood::Busy => Err(ApiError::busy("in_progress", "wait", 2)),
                    Mood::Unavailable => Err(ApiError::unavailable("outcome unknown", 2)),
                    Mood::Panic => panic!("secret-canary-4242424242424242"),
                }
            })
        })
        .await
}

async fn retrieve(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let found = shop
        .store
        .read("retrieve", move |tx| {
            tx.record(
                Collection::CheckoutSessions,
                comptoir_store::TenantId::DEFAULT,
                &id,
            )
        })
        .await?;
    match found {
        Some(record) if record.owner == call.caller.as_str() => {
            Reply::json(StatusCode::OK, &json!({ "id": record.id }))
        }
        _ => Err(ApiError::not_found("checkout session")),
    }
}

async fn typed(call: Call) -> Result<Reply, ApiError> {
    let request: NewSession = call.parse()?;
    Reply::json(
        StatusCode::OK,
        &json!({ "lines": request.line_items.len() }),
    )
}

async fn panicking(State(shop): State<Shop>) -> &'static str {
    assert!(shop.runs() > 1_000_000, "secret-canary-4242424242424242");
    "never"
}

async fn internal() -> ApiError {
    ApiError::internal("secret-canary-4242424242424242 in SELECT * FROM cards")
}
