//! A proxy that breaks one thing between the judge and a good party.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use axum::{
    Router,
    body::{self, Body},
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

/// Longest message that passes, in bytes.
const BODY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Bodies above this may be refused before all of them was sent, in bytes.
const LARGE_BYTES: usize = 1024 * 1024;

/// A request on its way to the good party.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// Path and query as sent.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer on its way back to the judge.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// One planted fault at work. It may keep state between requests.
pub(crate) trait Bend: Send {
    /// Changes a request before the good party sees it; an answer given here is sent back at once.
    fn request(&mut self, _asked: &mut Asked) -> Option<Answered> {
        None
    }

    /// Changes an answer before the judge sees it.
    fn answer(&mut self, _asked: &Asked, _answered: &mut Answered) {}
}

/// The proxy at work; it ends when dropped.
pub(crate) struct Proxy {
    pub(crate) url: Url,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Between {
    to: Url,
    client: reqwest::Client,
    bend: Mutex<Box<dyn Bend>>,
}

impl Proxy {
    /// Starts a proxy to `to` on a free port.
    pub(crate) async fn start(to: &Url, bend: Box<dyn Bend>) -> Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), to, bend).await
    }

    /// Starts a proxy to `to` that listens at an address.
    pub(crate) async fn start_at(at: SocketAddr, to: &Url, bend: Box<dyn Bend>) -> Result<Self> {
        let listener = TcpListener::bind(at)
            .await
            .context("no port for the proxy")?;
        let mut url = to.clone();
        let address = listener.local_addr()?;
        url.set_port(Some(address.port()))
            .ok()
            .context("no port in the address")?;
        url.set_host(Some(&address.ip().to_string()))?;
        let between = Arc::new(Between {
            to: to.clone(),
            client: reqwest::Client::builder()
                .no_proxy()
                // The judge may listen anew between two requests: no connection outlives its answer.
                .pool_max_idle_per_host(0)
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            bend: Mutex::new(bend),
        });
        let router = Router::new().fallback(pass).with_state(between);
        let task = tokio::spawn(async move {
            // Ends with the task: nothing to report to.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, task })
    }
}

async fn pass(State(between): State<Arc<Between>>, request: Request) -> Response {
    match between.pass(request).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = Response::new(Body::from(format!("the proxy failed: {error:#}")));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        }
    }
}

impl Between {
    async fn pass(&self, request: Request) -> Result<Response> {
        let (head, body) = request.into_parts();
        let mut asked = Asked {
            method: head.method,
            path: path_of(&head.uri),
            headers: head.headers,
            body: body::to_bytes(body, BODY_BYTES_MAX).await?,
        };
        let early = self.bend(|bend| bend.request(&mut asked));
        let answered = if let Some(answered) = early {
            answered
        } else {
            let mut answered = self.forward(&asked).await?;
            self.bend(|bend| bend.answer(&asked, &mut answered));
            answered
        };
        let mut response = Response::new(Body::from(answered.body));
        *response.status_mut() = StatusCode::from_u16(answered.status)?;
        *response.headers_mut() = answered.headers;
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        Ok(response)
    }

    fn bend<T>(&self, work: impl FnOnce(&mut dyn Bend) -> T) -> T {
        let mut bend = self.bend.lock().unwrap_or_else(PoisonError::into_inner);
        work(bend.as_mut())
    }

    async fn forward(&self, asked: &Asked) -> Result<Answered> {
        // The base address may have a path of its own; the judge's request carries it already.
        let mut url = self.to.clone();
        url.set_path("");
        let url = format!("{}{}", url.as_str().trim_end_matches('/'), asked.path);
        let mut headers = asked.headers.clone();
        for name in ["host", "content-length", "transfer-encoding", "connection"] {
            headers.remove(name);
        }
        let mut request = self
            .client
            .request(asked.method.clone(), url)
            .headers(headers);
        if !asked.body.is_empty() || asked.headers.contains_key(http::header::CONTENT_LENGTH) {
            request = request.body(asked.body.clone());
        }
        let response = match request.send().await {
            Ok(response) => response,
            // A large body may be refused and the connection closed before all of it was sent: the
            // party's answer is lost on the way, as it may be behind any proxy.
            Err(error) => {
                let status = if asked.body.len() > LARGE_BYTES {
                    413
                } else {
                    502
                };
                let message = format!("the proxy got no answer: {error}");
                let error =
                    json!({ "type": "invalid_request", "code": "invalid", "message": message });
                return Ok(Answered::new(status, &error));
            }
        };
        let status = response.status().as_u16();
        let mut headers = response.headers().clone();
        for name in ["content-length", "transfer-encoding", "connection"] {
            headers.remove(name);
        }
        Ok(Answered {
            status,
            headers,
            body: response.bytes().await?,
        })
    }
}

fn path_of(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| uri.path().to_owned(), |path| path.as_str().to_owned())
}

impl Asked {
    /// Sets or replaces a header.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        set(&mut self.headers, name, value);
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().ok()?.to_owned())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Changes the body when it is JSON.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        edit(&mut self.body, change);
    }
}

impl Answered {
    /// An answer of the proxy's own.
    pub(crate) fn new(status: u16, json: &Value) -> Self {
        let mut headers = HeaderMap::new();
        set(&mut headers, "content-type", "application/json");
        Self {
            status,
            headers,
            body: json.to_string().into(),
        }
    }

    /// Sets or replaces a header.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        set(&mut self.headers, name, value);
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Changes the body when it is JSON.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        edit(&mut self.body, change);
    }

    /// Whether it is a refusal or a breakdown.
    pub(crate) fn is_error(&self) -> bool {
        self.status >= 400
    }
}

fn edit(body: &mut Bytes, change: impl FnOnce(&mut Value)) {
    if let Ok(mut json) = serde_json::from_slice(body) {
        change(&mut json);
        *body = json.to_string().into();
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
