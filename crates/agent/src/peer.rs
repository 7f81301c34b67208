//! How calls reach a seller or the payment provider, as prepared bytes that can be sent again.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use comptoir_acp::version::ApiVersion;
use comptoir_signing::environment::Environment;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroizing;

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Time for one call, from connecting to the last byte.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// One call: the same bytes and key on every sending, so that a repetition is no second call.
#[derive(Clone)]
pub(crate) struct PreparedCall {
    pub(crate) path: String,
    /// `None` is a GET.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
    pub(crate) idempotency_key: Option<String>,
}

impl PreparedCall {
    pub(crate) fn get(path: String) -> Self {
        Self {
            path,
            body: None,
            idempotency_key: None,
        }
    }

    pub(crate) fn post(path: String, body: Zeroizing<Vec<u8>>, idempotency_key: String) -> Self {
        Self {
            path,
            body: Some(body),
            idempotency_key: Some(idempotency_key),
        }
    }
}

/// Bodies hold names, addresses, tokens and cards: none of it is printed.
impl fmt::Debug for PreparedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedCall")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What came of a call that brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallFailure {
    /// The other side read the call and refused it (4xx).
    #[error("refused with {status} {code}")]
    Refused {
        status: u16,
        code: String,
        message: String,
    },
    /// The connection was never made: the call had no effect.
    #[error("not sent")]
    NotSent,
    /// Time-out, broken connection, 5xx, an earlier sending still running, or an unreadable
    /// answer: the call may have had its effect.
    #[error("outcome unknown: {0}")]
    Unknown(&'static str),
}

/// A boxed future, because the trait is used as an object.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<Value, CallFailure>> + Send + 'a>>;

/// The other side of calls.
pub(crate) trait Peer: Send + Sync {
    /// Sends once.
    fn send<'a>(&'a self, call: &'a PreparedCall) -> Sending<'a>;
}

/// A peer over HTTP.
pub(crate) struct HttpPeer {
    client: reqwest::Client,
    base_url: String,
    bearer: SecretString,
    environment: Environment,
}

impl HttpPeer {
    /// `client` is shared by all peers: one pool, one TLS context.
    pub(crate) fn new(
        client: reqwest::Client,
        base_url: &str,
        bearer: SecretString,
        environment: Environment,
    ) -> Self {
        Self {
            client,
            base_url: base_url.trim_end_matches('/').to_owned(),
            bearer,
            environment,
        }
    }

    async fn exchange(&self, call: &PreparedCall) -> Result<Value, CallFailure> {
        let url = format!("{}{}", self.base_url, call.path);
        let mut request = match &call.body {
            Some(body) => self
                .client
                .post(url)
                .header(http::header::CONTENT_TYPE, "application/json")
                .body(body.to_vec()),
            None => self.client.get(url),
        };
        if let Some(key) = &call.idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        let response = request
            .header("API-Version", ApiVersion::LATEST.to_string())
            .header("Request-Id", self.environment.new_id("req"))
            .bearer_auth(self.bearer.expose_secret())
            .timeout(CALL_TIMEOUT)
            .send()
            .await
            .map_err(|error| {
                if error.is_connect() {
                    CallFailure::NotSent
                } else {
                    CallFailure::Unknown("no answer")
                }
            })?;
        let status = response.status();
        let body = bounded(response).await?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|_| CallFailure::Unknown("unreadable answer"));
        }
        if !status.is_client_error() || matches!(status.as_u16(), 408 | 425 | 429) {
            return Err(CallFailure::Unknown("server error"));
        }
        Err(refusal(status.as_u16(), &body))
    }
}

impl Peer for HttpPeer {
    fn send<'a>(&'a self, call: &'a PreparedCall) -> Sending<'a> {
        Box::pin(self.exchange(call))
    }
}

/// Reads a refusal: flat as the specification says, or wrapped in `error` as upstream did for months.
fn refusal(status: u16, body: &[u8]) -> CallFailure {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = value
        .get("error")
        .filter(|inner| inner.is_object())
        .unwrap_or(&value);
    let text = |name: &str, chars_max: usize| {
        crate::text::line(
            error.get(name).and_then(Value::as_str).unwrap_or_default(),
            chars_max,
        )
    };
    let code = text("code", 80);
    if status == 409 && code == "idempotency_in_flight" {
        return CallFailure::Unknown("an earlier sending is still running");
    }
    CallFailure::Refused {
        status,
        code,
        message: text("message", 300),
    }
}

async fn bounded(mut response: reqwest::Response) -> Result<Zeroizing<Vec<u8>>, CallFailure> {
    let mut body = Zeroizing::new(Vec::new());
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_BYTES_MAX => {
                body.extend_from_slice(&chunk);
            }
            Ok(None) => return Ok(body),
            Ok(Some(_)) => return Err(CallFailure::Unknown("answer too long")),
            Err(_) => return Err(CallFailure::Unknown("answer broke off")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_and_wrapped_refusals_read_alike() {
        let flat = br#"{"type":"invalid_request","code":"invalid_card","message":"no"}"#;
        let wrapped =
            br#"{"error":{"type":"invalid_request","code":"invalid_card","message":"no"}}"#;
        assert_eq!(refusal(400, flat), refusal(400, wrapped));
        assert!(matches!(
            refusal(502, b"<html>"),
            CallFailure::Refused { .. }
        ));
    }
}
