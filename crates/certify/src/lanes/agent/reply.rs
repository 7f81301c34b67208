//! What goes back to the agent, well or badly.

use std::{convert::Infallible, io, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderName, HeaderValue, Response};
use serde_json::{Value, json};

use super::call::Given;

/// Longest part of an answer that is kept as evidence, in bytes.
const KEPT_BYTES_MAX: usize = 64 * 1024;
/// Size of one piece of a long answer, in bytes.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces after which an endless answer ends after all.
const PIECES_MAX: usize = 2_000;

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Whole,
    /// The connection is closed before a byte was sent.
    Cut,
    /// The connection is closed after half of the body.
    CutMidway,
    /// The body is followed by so many blanks.
    Padded(usize),
    /// Blanks without end, slowly.
    Endless,
}

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    /// How long it is held back.
    pub(super) wait: Duration,
    pub(super) ending: Ending,
    /// Forms that the issuer's page makes the browser post afterwards: address and body.
    pub(super) forms: Vec<(String, String)>,
}

impl Reply {
    pub(super) fn text(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
            wait: Duration::ZERO,
            ending: Ending::Whole,
            forms: Vec::new(),
        }
    }

    pub(super) fn json(status: u16, document: &Value) -> Self {
        Self::text(status, "application/json", document.to_string())
    }

    /// An error as the specification shapes it.
    pub(super) fn error(status: u16, kind: &str, code: &str, message: &str) -> Self {
        let document = json!({ "type": kind, "code": code, "message": message });
        Self::json(status, &document)
    }

    /// `503` with this `Retry-After`, in seconds.
    pub(super) fn unavailable(seconds: u64) -> Self {
        Self::error(503, "service_unavailable", "unavailable", "try again soon")
            .with("retry-after", seconds.to_string())
    }

    /// `429` with this `Retry-After`, in seconds.
    pub(super) fn too_many(seconds: u64) -> Self {
        Self::error(
            429,
            "invalid_request",
            "too_many_requests",
            "too many requests",
        )
        .with("retry-after", seconds.to_string())
    }

    /// `409` for a call whose first sending is still at work.
    pub(super) fn in_flight(seconds: u64) -> Self {
        let text = "the first request with this key is still at work";
        Self::error(409, "invalid_request", "idempotency_in_flight", text)
            .with("retry-after", seconds.to_string())
    }

    /// `422` for a key that was used with another body.
    pub(super) fn conflict() -> Self {
        let text = "this key was used with another body";
        Self::error(422, "invalid_request", "idempotency_conflict", text)
    }

    /// A web page.
    pub(super) fn page(status: u16) -> Self {
        let page = "<!doctype html><title>Shop</title><p>We are renewing our shop.";
        Self::text(status, "text/html; charset=utf-8", page)
    }

    /// A redirect that keeps method and body.
    pub(super) fn redirect(location: String) -> Self {
        Self::text(307, "text/plain", "").with("location", location)
    }

    /// With one more header.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With another end.
    pub(super) fn ending(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }

    /// Held back for so long.
    pub(super) fn after(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// With another status.
    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// What is kept of it.
    pub(super) fn given(&self) -> Given {
        Given {
            status: self.status,
            headers: self.headers.clone(),
            body: self.body.slice(..self.body.len().min(KEPT_BYTES_MAX)),
            json: serde_json::from_slice(&self.body).ok(),
            broken: match self.ending {
                Ending::Whole | Ending::Padded(_) => None,
                Ending::Cut => Some("the connection was closed without an answer"),
                Ending::CutMidway => Some("the connection was closed within the answer"),
                Ending::Endless => Some("the answer did not end"),
            },
        }
    }

    /// As a response of the server; of a cut connection nothing of it arrives.
    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status.try_into().unwrap_or_default();
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(value),
            ) {
                response.headers_mut().append(name, value);
            }
        }
        *response.body_mut() = match self.ending {
            Ending::Whole | Ending::Cut => Body::from(self.body),
            Ending::CutMidway => {
                let half = self.body.slice(..self.body.len() / 2);
                let broken = io::Error::from(io::ErrorKind::ConnectionReset);
                Body::from_stream(stream::iter([Ok(half), Err(broken)]))
            }
            Ending::Padded(bytes) => {
                let pieces = stream::iter(0..bytes / PIECE_BYTES).map(|_| blanks());
                Body::from_stream(
                    stream::iter([self.body])
                        .chain(pieces)
                        .map(Ok::<_, Infallible>),
                )
            }
            Ending::Endless => {
                let pieces = stream::iter(0..PIECES_MAX).then(async |_| {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    blanks()
                });
                Body::from_stream(
                    stream::iter([self.body])
                        .chain(pieces)
                        .map(Ok::<_, Infallible>),
                )
            }
        };
        response
    }
}

fn blanks() -> Bytes {
    static BLANKS: [u8; PIECE_BYTES] = [b' '; PIECE_BYTES];
    Bytes::from_static(&BLANKS)
}
