//! The call of delegate payment, as a well-behaved agent makes it.

use std::sync::Arc;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use serde_json::Value;

use super::{super::webhook_signature::mac, body};
use crate::{Answer, Case, Outcome, PspTarget, Request, SigningScheme, Stop};

/// The path of delegate payment below the base address.
pub const DELEGATE_PAYMENT: &str = "/agentic_commerce/delegate_payment";

/// Longest `Retry-After` of a 429 that is waited for, in seconds.
const RETRY_AFTER_MAX_S: u64 = 3;

/// The payment service provider under test, seen from one check.
#[derive(Debug, Clone)]
pub struct Psp {
    case: Arc<Case>,
    target: PspTarget,
}

impl Psp {
    /// The provider of this case. Not tested without a `[psp]` section, nor before the operator says
    /// that cards are test cards: every call carries one.
    pub fn of(case: &Arc<Case>) -> Outcome<Self> {
        let target = case.target().psp.clone().ok_or_else(|| {
            Stop::NotTested("no payment service provider: set [psp] in certify.toml".to_owned())
        })?;
        if !target.test_mode {
            return Err(Stop::NotTested(
                "cards are sent in test mode only: set psp.test_mode = true when the provider takes test cards".to_owned(),
            ));
        }
        Ok(Self::with(case, target))
    }

    /// A provider with another configuration, such as the one that a seller charges at.
    pub(crate) fn with(case: &Arc<Case>, target: PspTarget) -> Self {
        Self {
            case: Arc::clone(case),
            target,
        }
    }

    /// The case that records.
    #[must_use]
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// Its configuration.
    #[must_use]
    pub fn target(&self) -> &PspTarget {
        &self.target
    }

    /// The same provider, called with another agent's key; not tested without one.
    pub fn as_other_agent(&self) -> Outcome<Self> {
        let key = self.target.other_key.clone().ok_or_else(|| {
            Stop::NotTested(
                "another agent's key is needed: set psp.other_key in certify.toml".to_owned(),
            )
        })?;
        let mut other = self.clone();
        other.target.key = key;
        Ok(other)
    }

    /// A card for this purpose; not tested without one.
    pub fn card(&self, purpose: &str) -> Outcome<&str> {
        let card = self.target.cards.get(purpose);
        card.map(String::as_str).ok_or_else(|| {
            Stop::NotTested(format!(
                "a test card is needed: set psp.cards.{purpose} in certify.toml"
            ))
        })
    }

    /// A body that every version takes, for a fresh session id.
    pub fn body(&self) -> Outcome<Value> {
        body::delegate(&self.case, &self.target)
    }

    /// A POST of this body with the headers of a well-behaved agent and a fresh key; signed where a
    /// key of signatures is configured.
    pub fn request(&self, body: &Value) -> Outcome<Request> {
        self.post(DELEGATE_PAYMENT, body.to_string())
    }

    /// A POST of these bytes to any path of the provider.
    pub fn post(&self, path: impl Into<String>, body: String) -> Outcome<Request> {
        let mut request = self.bare(Method::POST, path)?;
        request = request
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", self.case.fresh_key()?);
        self.signed(request.body(body))
    }

    /// A request with `Authorization`, `API-Version` and `Accept` alone.
    pub fn bare(&self, method: Method, path: impl Into<String>) -> Outcome<Request> {
        let key = self.target.key.exposed("psp.key")?;
        Ok(Request::new(method, path)
            .header("Authorization", format!("Bearer {key}"))
            .header("API-Version", self.case.version().as_str())
            .header("Accept", "application/json"))
    }

    /// Signs a request over its body as it is, at the present time; unchanged without a key.
    pub fn signed(&self, request: Request) -> Outcome<Request> {
        self.signed_at(request, 0)
    }

    /// The same, with a `Timestamp` that lies so many seconds from now.
    pub fn signed_at(&self, request: Request, seconds: i64) -> Outcome<Request> {
        let Some(secret) = &self.target.signing_secret else {
            return Ok(request);
        };
        let timestamp = body::time_from_now(seconds)?;
        let signature = signature(
            self.target.signing_scheme,
            secret.exposed("psp.signing_secret")?,
            &timestamp,
            &canonical(request.body.as_deref().unwrap_or_default()),
        )?;
        Ok(request
            .with("Timestamp", timestamp)
            .with("Signature", signature))
    }

    /// Sends a request. A 429 is waited out where it is short, and is otherwise no answer to the
    /// check's question.
    pub async fn send(&self, request: Request) -> Outcome<Answer> {
        let answer = self.case.send(&self.target.url, request.clone()).await?;
        if answer.status != 429 {
            return Ok(answer);
        }
        let wait = answer
            .header("retry-after")
            .and_then(|text| text.parse().ok())
            .filter(|&seconds: &u64| seconds <= RETRY_AFTER_MAX_S);
        if let Some(seconds) = wait {
            tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
            let again = self.case.send(&self.target.url, request).await?;
            if again.status != 429 {
                return Ok(again);
            }
        }
        Err(Stop::NotTested(
            "the provider's rate limit ended the check: raise it for the judge, or give it more cards (psp.cards.approved-2, …) or psp.made_up_cards".to_owned(),
        ))
    }

    /// `POST /agentic_commerce/delegate_payment` with a fresh key.
    pub async fn delegate(&self, body: &Value) -> Outcome<Answer> {
        self.send(self.request(body)?).await
    }

    /// The same with this key.
    pub async fn delegate_with_key(&self, body: &Value, key: &str) -> Outcome<Answer> {
        let request = self.request(body)?.with("Idempotency-Key", key);
        self.send(request).await
    }

    /// The token of an answer; a violated MUST when it is no 201 with an id.
    pub fn token(&self, answer: &Answer) -> Outcome<String> {
        self.case.must(
            answer.status == 201,
            answer,
            "a valid request is answered with 201 and a token",
            || format!("{}: {}", answer.status, self.case.excerpt(answer)),
        )?;
        let id = answer.text("/id").filter(|id| !id.is_empty());
        self.case
            .must(id.is_some(), answer, "the 201 holds a token id", || {
                self.case.excerpt(answer)
            })?;
        Ok(id.unwrap_or_default().to_owned())
    }
}

/// What a signature covers: the canonical JSON of a body (RFC 8785); bytes that are no JSON as they
/// are.
pub(in crate::lanes) fn canonical(body: &[u8]) -> Vec<u8> {
    serde_json::from_slice::<Value>(body)
        .and_then(|json| serde_json_canonicalizer::to_vec(&json))
        .unwrap_or_else(|_| body.to_vec())
}

/// The value of `Signature`, base64url.
pub(in crate::lanes) fn signature(
    scheme: SigningScheme,
    secret: &str,
    timestamp: &str,
    body: &[u8],
) -> Outcome<String> {
    let bytes = match scheme {
        SigningScheme::Ed25519 => {
            let unusable = || {
                Stop::NotTested(
                    "psp.signing_secret is no Ed25519 seed of 32 bytes in hexadecimal".to_owned(),
                )
            };
            let seed = hex::decode(secret).map_err(|_| unusable())?;
            let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| unusable())?;
            pair.sign(body).as_ref().to_vec()
        }
        SigningScheme::HmacSha256 => mac(secret.as_bytes(), body),
        SigningScheme::HmacSha256Timestamp => {
            mac(secret.as_bytes(), &[timestamp.as_bytes(), body].concat())
        }
    };
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
