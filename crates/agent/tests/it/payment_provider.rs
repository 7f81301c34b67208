//! A payment provider that does what a test tells it to.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// What the provider does with a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Accept,
    InvalidCard,
    Down,
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) mood: Mood,
    /// Idempotency key and body of every call.
    pub(crate) calls: Vec<(String, Value)>,
}

/// The provider and its address.
#[derive(Clone)]
pub(crate) struct FakeProvider {
    pub(crate) inner: Arc<Mutex<Inner>>,
    pub(crate) url: String,
}

impl FakeProvider {
    pub(crate) async fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        let router = Router::new()
            .route("/agentic_commerce/delegate_payment", post(delegate_payment))
            .with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, url }
    }

    pub(crate) fn feels(&self, mood: Mood) {
        self.inner.lock().unwrap().mood = mood;
    }

    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        self.inner.lock().unwrap().calls.clone()
    }
}

async fn delegate_payment(
    State(inner): State<Arc<Mutex<Inner>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap();
    assert_eq!(headers["authorization"], "Bearer psp-key");
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    inner
        .calls
        .push((key, serde_json::from_slice(&body).unwrap()));
    match inner.mood {
        Mood::Accept => {
            let id = format!("vt_{}", inner.calls.len());
            (
                StatusCode::CREATED,
                Json(json!({"id": id, "created": "2026-11-23T12:00:00Z", "metadata": {}})),
            )
                .into_response()
        }
        Mood::InvalidCard => (
            StatusCode::BAD_REQUEST,
            Json(json!({"type": "invalid_request", "code": "invalid_card", "message": "no"})),
        )
            .into_response(),
        Mood::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
