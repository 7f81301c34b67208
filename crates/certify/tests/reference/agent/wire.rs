//! Calls with keys and signatures; a call that may be repeated is repeated with its key and bytes.

use std::time::Duration;

use aws_lc_rs::{hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, Method, redirect::Policy, tls};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::{bends, naive::naive};

/// Longest wait for a whole answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Longest `Retry-After` that is waited out, in seconds.
const RETRY_AFTER_MAX_S: u64 = 10;
/// Sendings of one call, at most.
const SENDINGS_MAX: usize = 3;
/// Keys that the agent was given by seller and provider.
pub(crate) const SELLER_KEY: &str = "reference-agent-at-seller";
pub(crate) const PSP_KEY: &str = "reference-agent-at-psp";
/// Key of its signatures, HMAC-SHA256 over the canonical JSON of a body.
pub(crate) const SIGNING_SECRET: &str = "reference-agent-signs-with-this";

/// One call and everything that stays the same when it is repeated.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) bearer: &'static str,
    pub(crate) version: String,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) key: String,
    /// Whether a lost answer may be followed by the same call at once; a payment is looked up first.
    pub(crate) repeats: bool,
}

impl Call {
    pub(crate) fn get(url: String, bearer: &'static str, version: &str) -> Self {
        Self {
            method: Method::GET,
            url,
            bearer,
            version: version.to_owned(),
            body: None,
            key: String::new(),
            repeats: true,
        }
    }

    pub(crate) fn post(url: String, bearer: &'static str, version: &str, body: &Value) -> Self {
        Self {
            method: Method::POST,
            body: Some(body.to_string().into_bytes()),
            key: fresh_key(),
            ..Self::get(url, bearer, version)
        }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Option<Value>,
    pub(crate) retry_after: Option<u64>,
}

impl Answer {
    /// The code of an error, also where somebody wrapped it.
    pub(crate) fn code(&self) -> &str {
        let json = self.json.as_ref();
        let code = json.and_then(|json| json.get("code").or_else(|| json.pointer("/error/code")));
        code.and_then(Value::as_str).unwrap_or_default()
    }

    /// The document of a 2xx.
    pub(crate) fn document(&self) -> Option<&Value> {
        let fine = (200..300).contains(&self.status);
        self.json.as_ref().filter(|json| fine && json.is_object())
    }
}

/// `None` stands for an answer that got lost.
pub(crate) type Got = Option<Answer>;

/// A version 4 UUID.
pub(crate) fn fresh_key() -> String {
    if naive("key-constant") {
        return "11111111-1111-4111-8111-111111111111".to_owned();
    }
    if naive("key-counter") {
        return format!("order-{}", random_text(4));
    }
    if naive("key-long") {
        return "k".repeat(300);
    }
    uuid4()
}

fn uuid4() -> String {
    let mut random = [0; 16];
    // As below: without random numbers it is at least well-formed.
    let _ = rand::fill(&mut random);
    let uuid = uuid::Builder::from_random_bytes(random).into_uuid();
    uuid.to_string()
}

/// Random text of so many bytes in hexadecimal.
pub(crate) fn random_text(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    // Without random numbers the text is all zeros, and whoever wants it fresh will say so.
    let _ = rand::fill(&mut random);
    hex::encode(random)
}

#[derive(Debug, Clone)]
pub(crate) struct Wire {
    client: Client,
}

impl Wire {
    pub(crate) fn new() -> Result<Self, String> {
        let redirects = if naive("follows-redirects") {
            Policy::limited(5)
        } else {
            Policy::none()
        };
        let oldest = if naive("tls-12") {
            tls::Version::TLS_1_2
        } else {
            tls::Version::TLS_1_3
        };
        let client = Client::builder()
            .redirect(redirects)
            .no_proxy()
            .tls_version_min(oldest)
            .tls_certs_only([])
            .build();
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
        })
    }

    /// Sends a call, and again where that is safe and asked for.
    pub(crate) async fn send(&self, call: &Call) -> Got {
        let mut call = call.clone();
        let mut got = None;
        for sending in 1..=SENDINGS_MAX {
            if sending > 1 && naive("retries-new-key") {
                call.key = fresh_key();
            }
            got = self.once(&call).await;
            let last = sending == SENDINGS_MAX;
            let wait = match &got {
                None if call.repeats && !last => Duration::from_millis(200),
                None if naive("falls-back-to-http") => break,
                None => return None,
                Some(answer) => match wait(answer, call.repeats) {
                    Some(wait) if !last => wait,
                    Some(_) | None => return got,
                },
            };
            if naive("hammers") {
                continue;
            }
            sleep(wait).await;
        }
        if naive("falls-back-to-http") && call.url.starts_with("https:") {
            call.url = call.url.replacen("https:", "http:", 1);
            got = self.once(&call).await;
        }
        got
    }

    async fn once(&self, call: &Call) -> Got {
        timeout(PATIENCE, self.exchange(call)).await.ok()?
    }

    async fn exchange(&self, call: &Call) -> Got {
        let mut call = call.clone();
        call.body = call.body.map(|body| bends::body(&call.url, &body));
        let call = &call;
        let mut request = self
            .client
            .request(call.method.clone(), &call.url)
            .header("Accept", "application/json");
        let mut headers = headers(call);
        bends::headers(&call.url, &mut headers);
        for (name, value) in headers {
            if !naive(&format!("no-{}", name.to_lowercase())) {
                request = request.header(name, value);
            }
        }
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let mut response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get("retry-after");
        let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES_MAX {
                return None;
            }
        }
        Some(Answer {
            status,
            json: serde_json::from_slice(&body).ok(),
            retry_after,
        })
    }
}

fn headers(call: &Call) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Authorization", format!("Bearer {}", call.bearer)),
        ("API-Version", call.version.clone()),
        ("Accept-Language", "en-US".to_owned()),
        ("User-Agent", "reference-agent/1".to_owned()),
        ("Request-Id", uuid4()),
    ];
    if naive("same-key-everywhere") {
        headers.retain(|(name, _)| *name != "Authorization");
        headers.push(("Authorization", format!("Bearer {SELLER_KEY}")));
    }
    if let Some(body) = &call.body {
        let kind = if naive("content-type-text") {
            "text/plain"
        } else {
            "application/json"
        };
        let timestamp = if naive("timestamp-old") {
            "2020-01-01T00:00:00Z".to_owned()
        } else {
            jiff::Timestamp::now().to_string()
        };
        headers.push(("Content-Type", kind.to_owned()));
        headers.push(("Timestamp", timestamp));
        headers.push(("Signature", signature(body)));
    }
    if !call.key.is_empty() {
        headers.push(("Idempotency-Key", call.key.clone()));
    }
    headers
}

/// HMAC-SHA256 over the canonical JSON.
fn signature(body: &[u8]) -> String {
    let json: Result<Value, _> = serde_json::from_slice(body);
    let canonical = json.and_then(|json| serde_json_canonicalizer::to_vec(&json));
    let canonical = match canonical {
        Ok(canonical) if !naive("signs-other-bytes") => canonical,
        Ok(_) | Err(_) => b"other".to_vec(),
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, SIGNING_SECRET.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, &canonical))
}

/// How long to wait before the same call is sent again; `None` when it shall not be.
fn wait(answer: &Answer, repeats: bool) -> Option<Duration> {
    let asked = answer
        .retry_after
        .map(|seconds| Duration::from_secs(seconds.min(RETRY_AFTER_MAX_S)));
    let soon = Duration::from_millis(200);
    match answer.status {
        409 if answer.code() == "idempotency_in_flight" && !naive("gives-up-in-flight") => {
            Some(asked.unwrap_or(soon))
        }
        409 | 422 if naive("repeats-conflict") => Some(soon),
        404 if naive("repeats-missing") => Some(soon),
        400..=402 if naive("repeats-refused") => Some(soon),
        429 => Some(asked.unwrap_or(soon)),
        503 if repeats || asked.is_some() => Some(asked.unwrap_or(soon)),
        500..=599 if repeats => Some(soon),
        _ => None,
    }
}
