//! A relay between the judge and a reference party, which plants faults on the way.
#![expect(clippy::unwrap_used, reason = "a broken relay fails the test")]

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use aws_lc_rs::hmac;
use comptoir_certify::{
    CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Verdict, lanes,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::proxy::{Answered, Asked, Bend, Proxy};

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
    fn asked(asked: &Asked) -> Self {
        Self {
            method: asked.method.clone(),
            path: asked.path.clone(),
            headers: asked.headers.clone(),
            body: asked.body.to_vec(),
            status: 0,
        }
    }

    fn answered(self) -> Answered {
        Answered {
            status: self.status,
            headers: self.headers,
            body: self.body.into(),
        }
    }

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
    ask: Ask,
    reply: Reply,
}

impl Bend for Route {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let mut request = Message::asked(asked);
        (self.ask)(&mut request);
        if request.status == 0 {
            *asked = Asked {
                method: request.method,
                path: request.path,
                headers: request.headers,
                body: request.body.into(),
            };
            return None;
        }
        let mut answer = request.clone();
        answer.headers = HeaderMap::new();
        answer.set("content-type", "application/json");
        (self.reply)(&request, &mut answer);
        Some(answer.answered())
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        let request = Message::asked(asked);
        let mut answer = Message {
            headers: answered.headers.clone(),
            body: answered.body.to_vec(),
            status: answered.status,
            ..request.clone()
        };
        (self.reply)(&request, &mut answer);
        *answered = answer.answered();
    }
}

/// A running relay.
pub(crate) struct Relay(Proxy);

impl Relay {
    /// Relays what comes to `at` on to `to`.
    pub(crate) async fn start(at: SocketAddr, to: &str, ask: Ask, reply: Reply) -> Self {
        let route = Box::new(Route { ask, reply });
        Self(
            Proxy::start_at(at, &to.parse().unwrap(), route)
                .await
                .unwrap(),
        )
    }

    pub(crate) fn base(&self) -> String {
        self.0.url.as_str().trim_end_matches('/').to_owned()
    }
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
