//! A relay between the judge and a reference party, which plants faults on the way.
#![expect(clippy::unwrap_used, reason = "a broken relay fails the test")]

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use aws_lc_rs::hmac;
use axum::{Router, body::Bytes, extract::State, response::Response};
use comptoir_certify::{
    CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Verdict, lanes,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

/// Bodies above this may be refused before all of them was sent, in bytes.
const LARGE_BYTES: usize = 1024 * 1024;

/// A request or an answer on its way.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Of an answer; of a request that is not passed on, what to answer it with.
    pub(crate) status: u16,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or_default())
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        let name = HeaderName::from_static(name);
        self.headers
            .insert(name, HeaderValue::from_str(value).unwrap());
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Changes the body as JSON.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut json = self.json();
        change(&mut json);
        self.body = json.to_string().into_bytes();
    }

    /// Turns it into an answer with this status and body.
    pub(crate) fn answer(&mut self, status: u16, body: &Value) {
        self.status = status;
        self.body = body.to_string().into_bytes();
    }
}

/// Changes a request; one with a status is answered here.
pub(crate) type Ask = fn(&mut Message);
/// Changes the answer to a request.
pub(crate) type Reply = fn(&Message, &mut Message);

struct Route {
    to: String,
    ask: Ask,
    reply: Reply,
    client: reqwest::Client,
}

/// A running relay.
pub(crate) struct Relay {
    pub(crate) at: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// Relays what comes to `at` on to `to`.
    pub(crate) async fn start(at: SocketAddr, to: &str, ask: Ask, reply: Reply) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let at = listener.local_addr().unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let route = Arc::new(Route {
            to: to.trim_end_matches('/').to_owned(),
            ask,
            reply,
            client,
        });
        let router = Router::new()
            .fallback(pass)
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(route);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { at, task }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.at)
    }
}

async fn pass(
    State(route): State<Arc<Route>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut request = Message {
        method,
        path: uri.to_string(),
        headers,
        body: body.to_vec(),
        status: 0,
    };
    (route.ask)(&mut request);
    let mut answer = request.clone();
    if request.status == 0 {
        for name in ["host", "content-length", "transfer-encoding", "connection"] {
            request.headers.remove(name);
        }
        let sent = route
            .client
            .request(
                request.method.clone(),
                format!("{}{}", route.to, request.path),
            )
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send()
            .await;
        match sent {
            Ok(response) => {
                answer.status = response.status().as_u16();
                answer.headers = response.headers().clone();
                answer.body = response.bytes().await.unwrap_or_default().to_vec();
            }
            // The receiver refused a large body and closed before all of it was sent: its answer is
            // lost on the way, as it may be behind any proxy.
            Err(_) if request.body.len() > LARGE_BYTES => {
                answer.status = 413;
                answer.body = Vec::new();
            }
            Err(_) => answer.status = 502,
        }
        answer.headers.remove("content-length");
        answer.headers.remove("transfer-encoding");
    } else {
        answer.headers = HeaderMap::new();
        answer.set("content-type", "application/json");
    }
    (route.reply)(&request, &mut answer);
    let mut response = Response::new(answer.body.into());
    *response.status_mut() = answer.status.try_into().unwrap();
    *response.headers_mut() = answer.headers;
    response
}

/// Nothing is changed on the way there.
pub(crate) fn same(_: &mut Message) {}

/// Nothing is changed on the way back.
pub(crate) fn echo(_: &Message, _: &mut Message) {}

/// A free loopback address.
pub(crate) async fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// `t=...,v1=...` of a body.
pub(crate) fn signature(secret: &str, t: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &[t.as_bytes(), b".", body].concat());
    format!("t={t},v1={}", hex::encode(tag))
}

/// Results of a lane by id without the name of the lane; only checks whose id has one of these parts.
pub(crate) async fn judged(
    lane: Lane,
    version: SpecVersion,
    target: Target,
    parts: &[&str],
) -> BTreeMap<String, CheckResult> {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let runner = Runner::new(version, target, judge).unwrap();
    let mut checks = lanes::checks(lane, version);
    checks.retain(|check| parts.is_empty() || parts.iter().any(|part| check.id().ends_with(part)));
    assert!(!checks.is_empty(), "no check is called {parts:?}");
    let results = runner.run(&checks, &RunOptions::default()).await;
    let prefix = format!("{lane}.");
    results
        .into_iter()
        .map(|result| (result.id.replacen(&prefix, "", 1), result))
        .collect()
}

/// Every named check ended like this.
pub(crate) fn all_end(
    results: &BTreeMap<String, CheckResult>,
    names: &[&str],
    verdict: Verdict,
    of: &str,
) {
    for name in names {
        let result = results
            .get(*name)
            .unwrap_or_else(|| panic!("{of}: no check {name}"));
        assert_eq!(
            result.verdict, verdict,
            "{of}: {name}: {:?} {:#?}",
            result.reason, result.findings
        );
    }
}
