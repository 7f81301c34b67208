//! An answer as bytes: what is sent, stored for repetition, and sent again.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::ApiError;

/// Header that marks an answer as the repetition of an earlier one (RFC §6.3).
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer: status, headers beside the usual ones, and the body's bytes.
///
/// `Content-Type` is `application/json` unless set otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers of this answer alone, such as `Location`.
    pub headers: HeaderMap,
    /// Body, byte for byte.
    pub body: Bytes,
}

impl Reply {
    /// An answer with ready JSON bytes.
    #[must_use]
    pub fn bytes(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    /// An answer with this value as JSON.
    ///
    /// # Errors
    /// [`ApiError::internal`] when the value cannot be serialised.
    pub fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(value).map_err(ApiError::internal)?;
        Ok(Self::bytes(status, body))
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same answer, marked as a repetition.
    #[must_use]
    pub fn replayed(self) -> Self {
        self.with_header(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"))
    }

    /// Whether it is marked as a repetition.
    #[must_use]
    pub fn is_replayed(&self) -> bool {
        self.headers.contains_key(IDEMPOTENT_REPLAYED)
    }

    /// The headers as text to store: one `name: value` per line.
    pub(crate) fn headers_to_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.headers {
            if let Ok(value) = value.to_str() {
                text.push_str(name.as_str());
                text.push_str(": ");
                text.push_str(value);
                text.push('\n');
            }
        }
        text
    }

    /// The opposite of [`Reply::headers_to_text`]; lines that are no header are skipped.
    pub(crate) fn headers_from_text(text: &str) -> HeaderMap {
        text.lines()
            .filter_map(|line| line.split_once(": "))
            .filter_map(|(name, value)| {
                Some((
                    name.parse::<HeaderName>().ok()?,
                    value.parse::<HeaderValue>().ok()?,
                ))
            })
            .collect()
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
            .headers_mut()
            .entry(header::CONTENT_TYPE)
            .or_insert(JSON);
        response
    }
}
