//! Sending requests as they are written, and keeping what came back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Whether enough of an answer was read: its headers, and the body so far.
pub(crate) type Enough<'a> = &'a (dyn Fn(&HeaderMap, &[u8]) -> bool + Send + Sync);

/// A request as a check writes it: nothing is added that the check did not ask for.
#[derive(Debug, Clone)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Path and query under the party's base address, starting with `/`.
    pub path: String,
    /// Headers in order; a name may be repeated.
    pub headers: Vec<(String, String)>,
    /// Body bytes; `None` sends no body.
    pub body: Option<Bytes>,
}

impl Request {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds a header, beside those of the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Takes all headers of this name away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self
    }

    /// Replaces all headers of this name by one.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<String>) -> Self {
        self.without(name).header(name, value)
    }

    /// Sets the body; the content type is the check's business.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The first header of this name.
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        let (_, value) = all.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// A complete answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as received.
    pub body: Bytes,
    /// The body as JSON, when it is JSON.
    pub json: Option<Value>,
    /// Number of the exchange in the check's evidence.
    pub exchange: u32,
    /// From sending to the end of the answer.
    pub elapsed: Duration,
}

impl Answer {
    /// A header as text, when it is there once and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value at a JSON Pointer of the body.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.json.as_ref()?.pointer(pointer)
    }

    /// The text at a JSON Pointer of the body.
    #[must_use]
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.pointer(pointer)?.as_str()
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the status is 4xx.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The request cannot be sent by an HTTP client, for example a header value with a line break.
    #[error("the request cannot be written: {0}")]
    Unwritable(String),
    /// No connection.
    #[error("no connection: {0}")]
    Connect(String),
    /// No complete answer in time.
    #[error("no complete answer within {0} s")]
    TimedOut(u64),
    /// The connection broke, or what came back was no HTTP.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// The answer is longer than the judge reads.
    #[error("the answer is longer than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
    /// The run's request budget is used up.
    #[error("the run's budget of {0} requests is used up; raise limits.requests_max")]
    Budget(u32),
}

/// Largest body after which a connection is used again, in bytes. A server that refuses a larger one
/// without reading it closes the connection behind its answer, and the next request on it would break.
const REUSED_BODY_BYTES_MAX: usize = 16 * 1_024;

/// The client of a run: one connection pool, no redirects, no proxies, a budget of requests.
#[derive(Debug, Clone)]
pub struct Wire {
    client: reqwest::Client,
    /// For large bodies: a connection for each request.
    once: reqwest::Client,
    timeout: Duration,
    sent: Arc<AtomicU32>,
    requests_max: u32,
}

impl Wire {
    /// A client whose requests end within `timeout`; `requests_max` bounds the whole run.
    pub fn new(timeout: Duration, requests_max: u32) -> Result<Self, WireError> {
        let client = |idle_max| {
            reqwest::Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .http1_only()
                .connect_timeout(timeout.min(Duration::from_secs(5)))
                .timeout(timeout)
                .pool_max_idle_per_host(idle_max)
                .build()
                .map_err(|error| WireError::Unwritable(error.to_string()))
        };
        Ok(Self {
            client: client(32)?,
            once: client(0)?,
            timeout,
            sent: Arc::default(),
            requests_max,
        })
    }

    /// Requests sent so far in this run.
    #[must_use]
    pub fn requests_sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends a request to `base` and reads the whole answer. `exchange` is left 0.
    pub async fn send(&self, base: &Url, request: &Request) -> Result<Answer, WireError> {
        self.send_until(base, request, &|_, _| false).await
    }

    /// The same, but reads no further once `enough` holds of the headers and the bytes so far: for
    /// streams that the other side keeps open.
    pub(crate) async fn send_until(
        &self,
        base: &Url,
        request: &Request,
        enough: Enough<'_>,
    ) -> Result<Answer, WireError> {
        if self.sent.fetch_add(1, Ordering::Relaxed) >= self.requests_max {
            return Err(WireError::Budget(self.requests_max));
        }
        let started = Instant::now();
        let large = |body: &Bytes| body.len() > REUSED_BODY_BYTES_MAX;
        let client = if request.body.as_ref().is_some_and(large) {
            &self.once
        } else {
            &self.client
        };
        let mut prepared = client
            .request(request.method.clone(), address(base, &request.path)?)
            .headers(header_map(&request.headers)?);
        if let Some(body) = &request.body {
            prepared = prepared.body(body.clone());
        }
        let mut response = prepared.send().await.map_err(|error| self.error(&error))?;
        let mut body = BytesMut::new();
        while !enough(response.headers(), &body)
            && let Some(chunk) = response.chunk().await.map_err(|error| self.error(&error))?
        {
            if body.len().saturating_add(chunk.len()) > ANSWER_BYTES_MAX {
                return Err(WireError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let body = body.freeze();
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            json: serde_json::from_slice(&body).ok(),
            body,
            exchange: 0,
            elapsed: started.elapsed(),
        })
    }

    fn error(&self, error: &reqwest::Error) -> WireError {
        if error.is_timeout() {
            return WireError::TimedOut(self.timeout.as_secs());
        }
        let text = innermost(error);
        if error.is_connect() {
            WireError::Connect(text)
        } else if error.is_builder() {
            WireError::Unwritable(text)
        } else {
            WireError::Broken(text)
        }
    }
}

/// `path` under the base address: `https://shop.example/acp` and `/carts` give `/acp/carts`.
pub(crate) fn address(base: &Url, path: &str) -> Result<Url, WireError> {
    let text = format!("{}{path}", base.as_str().trim_end_matches('/'));
    Url::parse(&text).map_err(|error| WireError::Unwritable(error.to_string()))
}

fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, WireError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|error| WireError::Unwritable(error.to_string()))?;
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|error| WireError::Unwritable(error.to_string()))?;
        map.append(name, value);
    }
    Ok(map)
}

/// The cause at the bottom: the outer texts only repeat the address.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}
