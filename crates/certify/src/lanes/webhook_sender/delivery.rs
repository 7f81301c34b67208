//! One request that the seller sent to the judge.

use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde_json::Value;

use super::super::documents::text;
use crate::{Answer, Case, RecordedRequest, RecordedResponse};

/// A request as it came, and how the judge answered it.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) method: Method,
    /// Path and query.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) json: Value,
    pub(super) at: Timestamp,
    pub(super) instant: Instant,
    /// The status that was answered; 0 when the judge answered nothing.
    pub(super) answered: u16,
}

impl Delivery {
    /// The type of the event.
    pub(super) fn kind(&self) -> &str {
        text(&self.json, "type")
    }

    /// The order in it.
    pub(super) fn order(&self) -> &Value {
        self.json.get("data").unwrap_or(&Value::Null)
    }

    /// The checkout session that it is about.
    pub(super) fn session(&self) -> &str {
        text(self.order(), "checkout_session_id")
    }

    /// A header as text, when it is there once.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let one = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(one)
    }

    /// Keeps the delivery as evidence of a check, and makes it something that findings can name.
    pub(super) fn evidence(&self, case: &Case) -> Answer {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| {
                let value = case.redact(value.as_bytes());
                (name.as_str().to_owned(), value)
            })
            .collect();
        let request = RecordedRequest {
            method: self.method.to_string(),
            url: format!("(to the judge) {}", self.target),
            headers,
            body: case.redact(&self.body),
        };
        let response = (self.answered != 0).then(|| RecordedResponse {
            status: self.answered,
            headers: Vec::new(),
            body: String::new(),
        });
        let exchange = case.keep(request, response, None, self.instant);
        Answer {
            status: self.answered,
            headers: self.headers.clone(),
            body: self.body.clone(),
            json: (!self.json.is_null()).then(|| self.json.clone()),
            exchange,
            elapsed: self.instant.elapsed(),
        }
    }
}
