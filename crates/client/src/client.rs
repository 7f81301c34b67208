//! Sending prepared calls.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use comptoir_acp::id::IdempotencyKey;
use comptoir_signing::request_signature::{Coverage, Parts, RequestSigner, timestamp_text};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use tokio::time;
use url::Url;

use crate::{
    config::{ClientConfig, ConfigError},
    error::{ClientError, RawBody},
    peer_error,
    prepared::{Access, Method, Prepared},
    response::Response,
    transport::Transport,
};

const API_VERSION: HeaderName = HeaderName::from_static("api-version");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("timestamp");

/// A client of one peer; cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    config: Arc<ClientConfig>,
    authorization: HeaderValue,
    transport: Transport,
}

/// A complete answer, before its body is read.
struct Answer {
    status: u16,
    headers: HeaderMap,
    /// `None` when it was too long.
    body: Option<Bytes>,
}

impl Client {
    /// A client with a pool and TLS context of its own. Programs that call many peers share one:
    /// [`with_transport`](Self::with_transport).
    pub fn new(config: ClientConfig) -> Result<Self, ConfigError> {
        Self::with_transport(config, Transport::new()?)
    }

    /// A client on a shared pool and TLS context.
    pub fn with_transport(config: ClientConfig, transport: Transport) -> Result<Self, ConfigError> {
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {}", config.bearer.expose_secret()))
                .map_err(|_| ConfigError::Bearer)?;
        authorization.set_sensitive(true);
        Ok(Self {
            config: Arc::new(config),
            authorization,
            transport,
        })
    }

    /// Sends a prepared call. Failures of transport are retried with the same bytes and key, within
    /// the time limit; an answer of any kind ends the call.
    pub async fn send<T: DeserializeOwned>(
        &self,
        prepared: &Prepared<T>,
    ) -> Result<Response<T>, ClientError> {
        let answer = time::timeout(self.config.timeout, self.attempts(prepared))
            .await
            .map_err(|_| ClientError::Timeout)??;
        tracing::debug!(
            http.method = prepared.method.as_str(),
            http.path = prepared.path,
            http.status = answer.status,
            "peer answered"
        );
        self.interpret(answer)
    }

    async fn attempts<T>(&self, prepared: &Prepared<T>) -> Result<Answer, ClientError> {
        let mut pause = self.config.retry_pause;
        let mut attempt = 1_u32;
        let mut sent_once = false;
        loop {
            let source = match self.attempt(prepared).await {
                Ok(answer) => return Ok(answer),
                Err(ClientError::Transport { sent, source }) => {
                    sent_once |= sent;
                    source
                }
                Err(other) => return Err(other),
            };
            if attempt >= self.config.attempts_max {
                return Err(ClientError::Transport {
                    sent: sent_once,
                    source,
                });
            }
            attempt = attempt.saturating_add(1);
            time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
    }

    async fn attempt<T>(&self, prepared: &Prepared<T>) -> Result<Answer, ClientError> {
        let url = self.url(prepared);
        let headers = self.headers(prepared, &url)?;
        let method = match prepared.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
        };
        let mut request = self
            .transport
            .client_for(&url)
            .request(method, url)
            .headers(headers);
        if prepared.method != Method::Get {
            request = request.body(prepared.body.clone());
        }
        let mut response = request.send().await.map_err(transport_error)?;
        let mut body = Some(BytesMut::new());
        while let Some(chunk) = response.chunk().await.map_err(transport_error)? {
            if let Some(held) = &mut body
                && held.len().saturating_add(chunk.len()) <= self.config.response_bytes_max
            {
                held.extend_from_slice(&chunk);
            } else {
                // The rest is not worth reading: the connection is dropped with the response.
                body = None;
                break;
            }
        }
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: body.map(BytesMut::freeze),
        })
    }

    fn url<T>(&self, prepared: &Prepared<T>) -> Url {
        let mut url = self.config.base_url.clone();
        let base = match prepared.access {
            Access::Public => "",
            Access::Bearer | Access::CardData => url.path().trim_end_matches('/'),
        };
        let path = format!("{base}{}", prepared.path);
        url.set_path(&path);
        url
    }

    fn headers<T>(&self, prepared: &Prepared<T>, url: &Url) -> Result<HeaderMap, ClientError> {
        let config = &self.config;
        let mut headers = HeaderMap::new();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::ACCEPT, json.clone());
        headers.insert(REQUEST_ID, value(&config.environment.new_id("req")));
        if prepared.access == Access::Public {
            return Ok(headers);
        }
        headers.insert(header::AUTHORIZATION, self.authorization.clone());
        headers.insert(
            API_VERSION,
            HeaderValue::from_static(config.version.as_str()),
        );
        if prepared.method != Method::Get {
            headers.insert(header::CONTENT_TYPE, json);
        }
        let key = prepared
            .idempotency_key
            .as_ref()
            .map(IdempotencyKey::as_str);
        if let Some(key) = key {
            headers.insert(IDEMPOTENCY_KEY, value(key));
        }
        // A signature over the body alone says nothing about a request without one.
        let covers = |signer: &RequestSigner| {
            signer.coverage() != Coverage::CanonicalBody || !prepared.body.is_empty()
        };
        if let Some(signer) = config.signer.as_deref().filter(|signer| covers(signer)) {
            let timestamp = config.environment.now();
            let signature = signer
                .sign(&Parts {
                    method: prepared.method.as_str(),
                    path: url.path(),
                    idempotency_key: key,
                    timestamp,
                    body: &prepared.body,
                })
                .map_err(ClientError::Sign)?;
            headers.insert(SIGNATURE, value(&signature));
            headers.insert(TIMESTAMP, value(&timestamp_text(timestamp)));
        }
        Ok(headers)
    }

    fn interpret<T: DeserializeOwned>(&self, answer: Answer) -> Result<Response<T>, ClientError> {
        let Answer {
            status,
            headers,
            body,
        } = answer;
        if !(200..300).contains(&status) {
            let bearer = self.config.bearer.expose_secret();
            let error = peer_error::read(status, &body.unwrap_or_default(), bearer);
            let retry_after_s = text(&headers, &header::RETRY_AFTER).and_then(|s| s.parse().ok());
            return Err(ClientError::Api {
                status,
                error: Box::new(error),
                retry_after_s,
            });
        }
        let bad = |reason: String, raw: Bytes| ClientError::BadBody {
            status,
            reason,
            raw: RawBody(raw),
        };
        let Some(raw) = body else {
            let limit = self.config.response_bytes_max;
            return Err(bad(format!("longer than {limit} bytes"), Bytes::new()));
        };
        match serde_json::from_slice(&raw) {
            Ok(read) => Ok(Response {
                status,
                value: read,
                raw,
                request_id: text(&headers, &REQUEST_ID).map(str::to_owned),
                replayed: text(&headers, &IDEMPOTENT_REPLAYED) == Some("true"),
            }),
            // serde's message may repeat a value of the body: only its place is told.
            Err(error) => {
                let place = format!("line {} column {}", error.line(), error.column());
                Err(bad(format!("not the expected JSON at {place}"), raw))
            }
        }
    }
}

fn transport_error(error: reqwest::Error) -> ClientError {
    ClientError::Transport {
        sent: !error.is_connect(),
        source: error.without_url(),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Ids, keys and signatures are visible ASCII by construction.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
