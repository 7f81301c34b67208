//! The judge as a seller that sends order events.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use serde_json::Value;
use url::Url;

use super::super::clock::{now, unix_now};
use super::super::webhook_signature::{HEADER, digits, sign};
use crate::{Answer, Case, Outcome, ReceiverTarget, Request, SignatureNotation, SpecVersion, Stop};

/// Sends events to the receiver under test.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    case: Arc<Case>,
    target: ReceiverTarget,
    base: Url,
}

impl Sender {
    /// The sender of this case; not tested without a `[receiver]` section.
    pub(super) fn of(case: &Arc<Case>) -> Outcome<Self> {
        let target = case.target().receiver.clone().ok_or_else(|| {
            Stop::NotTested(
                "no receiver of order events: set [receiver] in certify.toml".to_owned(),
            )
        })?;
        let mut base = target.url.clone();
        base.set_path("");
        base.set_query(None);
        Ok(Self {
            case: Arc::clone(case),
            target,
            base,
        })
    }

    pub(super) fn case(&self) -> &Case {
        &self.case
    }

    /// The agreed secret.
    pub(super) fn secret(&self) -> Outcome<&[u8]> {
        self.target
            .secret
            .exposed("receiver.secret")
            .map(str::as_bytes)
    }

    /// The notation of the version: from 2026-04-17 on there is one alone.
    pub(super) fn notation(&self) -> SignatureNotation {
        if self.case.version() >= SpecVersion::V2026_04_17 {
            SignatureNotation::Timestamped
        } else {
            self.target.signature
        }
    }

    /// Session of the orders that the judge tells of: the configured one, or a fresh one.
    pub(super) fn session_id(&self) -> Outcome<String> {
        match &self.target.checkout_session_id {
            Some(id) => Ok(id.clone()),
            None => Ok(format!("cs_certify_{}", self.case.fresh_key()?)),
        }
    }

    /// Digits of a right signature made at `t`.
    pub(super) fn digits(&self, t: i64, body: &[u8]) -> Outcome<String> {
        Ok(digits(self.secret()?, &t.to_string(), body))
    }

    /// A right signature made at `t`.
    pub(super) fn signature(&self, t: i64, body: &[u8]) -> Outcome<String> {
        Ok(sign(self.notation(), self.secret()?, t, body))
    }

    /// The request of a well-behaved seller, without a signature.
    pub(super) fn unsigned(&self, body: impl Into<Bytes>) -> Outcome<Request> {
        let mut path = self.target.url.path().to_owned();
        if let Some(query) = self.target.url.query() {
            path.push('?');
            path.push_str(query);
        }
        Ok(Request::new(Method::POST, path)
            .header("Content-Type", "application/json")
            .header("Request-Id", self.case.fresh_key()?)
            .header("Timestamp", now().to_string())
            .body(body))
    }

    /// The request of a well-behaved seller, signed at `t`.
    pub(super) fn signed_at(&self, t: i64, body: impl Into<Bytes>) -> Outcome<Request> {
        let body = body.into();
        let signature = self.signature(t, &body)?;
        Ok(self.unsigned(body)?.header(HEADER, signature))
    }

    /// The request of a well-behaved seller, signed now.
    pub(super) fn signed(&self, body: impl Into<Bytes>) -> Outcome<Request> {
        self.signed_at(unix_now(), body)
    }

    /// The request of an event, signed now.
    pub(super) fn event(&self, event: &Value) -> Outcome<Request> {
        self.signed(event.to_string())
    }

    pub(super) async fn send(&self, request: Request) -> Outcome<Answer> {
        self.case.send(&self.base, request).await
    }

    pub(super) async fn try_send(
        &self,
        request: &Request,
    ) -> Result<Answer, (crate::WireError, u32)> {
        self.case.try_send(&self.base, request).await
    }

    /// Sends an event and demands that it is taken: 200 and `received: true`.
    pub(super) async fn taken(&self, event: &Value) -> Outcome<Answer> {
        let answer = self.send(self.event(event)?).await?;
        self.must_be_taken(&answer)?;
        Ok(answer)
    }

    /// The answer takes the event.
    pub(super) fn must_be_taken(&self, answer: &Answer) -> Outcome {
        self.case.status(answer, &[200])?;
        self.case.must(
            answer.pointer("/received") == Some(&Value::Bool(true)),
            answer,
            "a good event is answered with received: true",
            || self.case.excerpt(answer),
        )
    }

    /// The answer neither takes the event with an error nor breaks: any 2xx.
    pub(super) fn must_be_success(&self, answer: &Answer) -> Outcome {
        self.case.must(
            answer.is_success(),
            answer,
            "the event is answered with success",
            || format!("{}: {}", answer.status, self.case.excerpt(answer)),
        )
    }

    /// The receiver did not break.
    pub(super) fn must_not_break(&self, answer: &Answer) -> Outcome {
        self.case.must(
            answer.status < 500,
            answer,
            "no event makes the receiver fail (5xx)",
            || format!("{}: {}", answer.status, self.case.excerpt(answer)),
        )
    }

    /// The answer refuses the signature: 401, and from 2026-04-17 on `invalid_signature`.
    pub(super) fn must_be_unauthorized(&self, answer: &Answer) -> Outcome {
        self.case.status(answer, &[401])?;
        self.error_body(answer)?;
        if self.case.version() >= SpecVersion::V2026_04_17 {
            let seen = (answer.text("/type"), answer.text("/code"));
            self.case.must(
                seen == (Some("invalid_request"), Some("invalid_signature")),
                answer,
                "a 401 says type invalid_request and code invalid_signature",
                || self.case.excerpt(answer),
            )?;
        }
        Ok(())
    }

    /// The answer has a flat error body.
    pub(super) fn error_body(&self, answer: &Answer) -> Outcome {
        self.case.shape(answer, "webhook#Error")
    }
}
