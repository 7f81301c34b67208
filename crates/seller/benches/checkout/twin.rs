//! The bare axum twin: what this HTTP stack does when it keeps nothing.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Result;
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use bytes::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;

/// Serves GET of a ready session from memory, and POST that parses a request and serialises a
/// session of the same size and keeps nothing.
pub(crate) async fn serve(session: Vec<u8>, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let value: Value = serde_json::from_slice(&session)?;
    let state = Arc::new((Bytes::from(session), value));
    let router = Router::new()
        .route("/checkout_sessions/{id}", get(read))
        .route("/checkout_sessions", post(create))
        .with_state(state);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    ready(listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

type Session = Arc<(Bytes, Value)>;

async fn read(State(session): State<Session>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        session.0.clone(),
    )
}

async fn create(State(session): State<Session>, Json(body): Json<Value>) -> impl IntoResponse {
    let lines = body
        .get("line_items")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let mut answer = session.1.clone();
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("line_count".to_owned(), Value::from(lines));
    }
    (StatusCode::CREATED, Json(answer))
}
