//! Bends of whole messages, as pairs of plain functions.

use aws_lc_rs::hmac;
use comptoir_certify::{Lane, SpecVersion, Verdict};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use super::{
    fault::Fault,
    proxy::{Answered, Asked, Bend},
};

/// The secret of order events.
pub(crate) const SECRET: &str = "webhook-secret-for-the-reference";

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

/// Nothing is changed on the way there.
pub(crate) fn same(_: &mut Message) {}

/// Nothing is changed on the way back.
pub(crate) fn echo(_: &Message, _: &mut Message) {}

/// A bend of these functions.
pub(crate) fn route(ask: Ask, reply: Reply) -> Box<dyn Bend> {
    Box::new(Route { ask, reply })
}

/// A fault of messages as a row of a constant table.
#[derive(Clone, Copy)]
pub(crate) struct Passing {
    id: &'static str,
    does: &'static str,
    ask: Ask,
    reply: Reply,
    red: &'static [&'static str],
    version: SpecVersion,
    verdict: Verdict,
}

/// A fault of requests.
pub(crate) const fn asked(
    id: &'static str,
    does: &'static str,
    ask: Ask,
    red: &'static [&'static str],
) -> Passing {
    Passing {
        id,
        does,
        ask,
        reply: echo,
        red,
        version: SpecVersion::LATEST,
        verdict: Verdict::Violated,
    }
}

/// A fault of answers.
pub(crate) const fn replied(
    id: &'static str,
    does: &'static str,
    reply: Reply,
    red: &'static [&'static str],
) -> Passing {
    Passing {
        reply,
        ..asked(id, does, same, red)
    }
}

impl Passing {
    /// A SHOULD is not followed: the checks warn.
    pub(crate) const fn warned(mut self) -> Self {
        self.verdict = Verdict::Warning;
        self
    }

    /// The same, seen by another version.
    pub(crate) const fn at(mut self, version: SpecVersion) -> Self {
        self.version = version;
        self
    }
}

/// The faults of tables.
pub(crate) fn passing(lane: Lane, tables: &[&[Passing]]) -> Vec<Fault> {
    let rows = tables.iter().copied().flatten().copied();
    rows.map(|row| {
        let plant = move || route(row.ask, row.reply);
        Fault {
            version: row.version,
            verdict: row.verdict,
            ..Fault::new(lane, row.id, row.does, row.red, plant)
        }
    })
    .collect()
}

/// `t=...,v1=...` of a body.
pub(crate) fn signature(secret: &str, t: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &[t.as_bytes(), b".", body].concat());
    format!("t={t},v1={}", hex::encode(tag))
}
