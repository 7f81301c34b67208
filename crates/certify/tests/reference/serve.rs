//! HTTP in front of a party.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    body::to_bytes,
    extract::{ConnectInfo, Request},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, Method, header};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    task::{self, JoinHandle},
};

use super::{
    reply::{Refusal, Reply},
    strict,
};

/// Longest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A request with its whole body; `None` when that is too long.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// Where it came from.
    pub(crate) peer: IpAddr,
    /// Whether it came over a transport that does not demand an idempotency key.
    pub(crate) key_optional: bool,
}

impl Incoming {
    /// A header that stands there once and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let only = all.next()?;
        if all.next().is_some() {
            return None;
        }
        only.to_str().ok()
    }

    /// The segments of the path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }

    /// The body as a JSON object; `None` when there is no body.
    pub(crate) fn document(&self) -> Result<Option<Value>, Refusal> {
        let body = self.body.as_ref().ok_or_else(|| {
            Refusal::new("invalid", format!("bodies end at {BODY_BYTES_MAX} bytes")).status(413)
        })?;
        if body.is_empty() {
            return Ok(None);
        }
        let content_type = self
            .header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::new("invalid", "Content-Type is application/json").status(415));
        }
        let value = strict::parse(body).map_err(|error| Refusal::new("invalid", error))?;
        if !value.is_object() {
            return Err(Refusal::new("invalid", "the body is a JSON object").at("$"));
        }
        Ok(Some(value))
    }
}

/// A party with an HTTP face.
pub(crate) trait Party: Send + Sync + 'static {
    fn answer(&self, incoming: &Incoming) -> Reply;
}

/// Answers at `listener` until the task is aborted.
pub(crate) fn serve(listener: TcpListener, party: Arc<dyn Party>) -> JoinHandle<()> {
    let app = Router::new().fallback(move |ConnectInfo(peer), request: Request| {
        answer(Arc::clone(&party), peer, request)
    });
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() })
}

/// Parties think in plain functions, on threads where they may take their time.
async fn answer(party: Arc<dyn Party>, peer: SocketAddr, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let incoming = Incoming {
        method: head.method,
        path: head.uri.path().to_owned(),
        headers: head.headers,
        body: to_bytes(body, BODY_BYTES_MAX).await.ok(),
        peer: peer.ip(),
        key_optional: false,
    };
    let reply = task::spawn_blocking(move || party.answer(&incoming)).await;
    reply.unwrap().into_response()
}

/// No such path, or not with this method: `allow` names those that it takes.
pub(crate) fn nowhere(incoming: &Incoming, allow: &'static str) -> Reply {
    if allow.is_empty() {
        return Refusal::new("not_found", "nothing is here")
            .status(404)
            .into();
    }
    let text = format!("{} is not for here", incoming.method);
    let refusal = Refusal::new("method_not_allowed", text).status(405);
    refusal.with("allow", allow).into()
}
