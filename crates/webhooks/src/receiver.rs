//! The receiving side: verifies an order webhook and says how to treat it.

mod decision;
mod event_name;

use comptoir_signing::SignatureError;
use comptoir_signing::canonical::{CanonicalError, canonicalize_text};
use comptoir_signing::fingerprint::Fingerprint;
use comptoir_signing::merchant_signature::{MerchantVerifier, TOLERANCE_S};
use comptoir_signing::secret::SecretKey;
use http::header::{HeaderMap, HeaderName};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::message::{
    EVENT_SIGNATURE, MERCHANT_SIGNATURE, ORDER_REVISION, REQUEST_ID, WEBHOOK_ID, bound_body,
};
pub use decision::{Decision, Known, decide};
pub use event_name::EventName;

/// Why a message was refused.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is no signature header.
    #[error("the signature header is missing")]
    Missing,
    /// A header that must be single is repeated, is not text, or does not have its form.
    #[error("the header {0} is repeated or malformed")]
    Header(HeaderName),
    /// The protocol's signature does not hold.
    #[error("the message is not signed by the seller")]
    Signature(#[source] SignatureError),
    /// The signature over identity and revision does not hold, or is required and missing.
    #[error("identity and revision are not signed by the seller")]
    Binding(#[source] Option<SignatureError>),
    /// The signed body is not JSON with unique keys and exact numbers.
    #[error("the body is not strict json")]
    Json(#[source] CanonicalError),
    /// The signed body is not an event: `type` and `data` with `type: order`.
    #[error("the body is not an order event")]
    Event(#[source] Option<serde_json::Error>),
}

impl VerifyError {
    /// Whether the answer is 401 `invalid_signature` (the sender is not proven); otherwise it is
    /// 400, for a proven sender with a bad message.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        !matches!(self, Self::Json(_) | Self::Event(_))
    }
}

/// A message proven to come from the seller.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedEvent {
    /// The event's identity, when the seller signed it: the same in every attempt.
    pub id: Option<String>,
    /// Which state of the order the body shows, when the seller signed it.
    pub order_revision: Option<i64>,
    /// What happened.
    pub name: EventName,
    /// The full order: `data` of the body.
    pub order: Value,
    /// The raw body.
    pub payload: Vec<u8>,
    /// When the attempt was signed, to the second.
    pub signed_at: Timestamp,
    /// The `Request-Id` header, to echo in the answer. Not proven.
    pub request_id: Option<String>,
}

impl VerifiedEvent {
    /// The key under which to remember this event, per seller: the signed identity, or the body's
    /// fingerprint where the seller signs none. Only proven bytes enter it.
    #[must_use]
    pub fn deduplication_key(&self) -> String {
        match &self.id {
            Some(id) => id.clone(),
            None => format!("body:{}", Fingerprint::of_bytes(&self.payload).to_hex()),
        }
    }
}

#[derive(Deserialize)]
struct Body {
    r#type: String,
    data: Value,
}

/// Verifies the webhooks of one seller.
#[derive(Debug, Clone)]
pub struct Receiver {
    verifier: MerchantVerifier,
    signature_headers: Vec<HeaderName>,
    requires_binding: bool,
}

impl Receiver {
    /// A receiver that accepts messages signed under any of `keys` (several during a rotation), at
    /// most 300 s old or ahead.
    #[must_use]
    pub fn new(keys: Vec<SecretKey>) -> Self {
        Self {
            verifier: MerchantVerifier::new(keys, TOLERANCE_S),
            signature_headers: vec![MERCHANT_SIGNATURE],
            requires_binding: false,
        }
    }

    /// Also takes the signature from a header of this name: some documents say that the seller's
    /// own name stands in it, as in `Acme-Signature`.
    #[must_use]
    pub fn accept_header(mut self, name: HeaderName) -> Self {
        self.signature_headers.push(name);
        self
    }

    /// Refuses messages whose identity and revision are not signed; for sellers known to sign them.
    #[must_use]
    pub fn require_binding(mut self) -> Self {
        self.requires_binding = true;
        self
    }

    /// Checks a message as received: all headers, the raw body, the present.
    ///
    /// # Errors
    /// See [`VerifyError`]; nothing of a refused message may be used.
    pub fn verify(
        &self,
        headers: &HeaderMap,
        raw_body: &[u8],
        now: Timestamp,
    ) -> Result<VerifiedEvent, VerifyError> {
        let signature = self.signature(headers)?;
        let signed_at = self
            .verifier
            .verify(signature, raw_body, now)
            .map_err(VerifyError::Signature)?;
        let binding = self.verify_binding(headers, raw_body, now)?;
        // Refuses repeated keys, which two readers could understand differently.
        canonicalize_text(raw_body).map_err(VerifyError::Json)?;
        let body: Body =
            serde_json::from_slice(raw_body).map_err(|error| VerifyError::Event(Some(error)))?;
        if body.data.get("type").and_then(Value::as_str) != Some("order") {
            return Err(VerifyError::Event(None));
        }
        let (id, order_revision) = binding.unzip();
        Ok(VerifiedEvent {
            id,
            order_revision,
            name: EventName::parse(&body.r#type),
            order: body.data,
            payload: raw_body.to_vec(),
            signed_at,
            request_id: single(headers, &REQUEST_ID)
                .ok()
                .flatten()
                .map(str::to_owned),
        })
    }

    fn signature<'a>(&self, headers: &'a HeaderMap) -> Result<&'a str, VerifyError> {
        let mut found = None;
        for name in &self.signature_headers {
            if let Some(value) = single(headers, name)?
                && found.replace(value).is_some()
            {
                return Err(VerifyError::Header(name.clone()));
            }
        }
        found.ok_or(VerifyError::Missing)
    }

    /// Identity and revision, when they are signed.
    fn verify_binding(
        &self,
        headers: &HeaderMap,
        raw_body: &[u8],
        now: Timestamp,
    ) -> Result<Option<(String, i64)>, VerifyError> {
        let Some(signature) = single(headers, &EVENT_SIGNATURE)? else {
            return if self.requires_binding {
                Err(VerifyError::Binding(None))
            } else {
                Ok(None)
            };
        };
        let id = single(headers, &WEBHOOK_ID)?
            .filter(|id| is_plain_id(id))
            .ok_or(VerifyError::Header(WEBHOOK_ID))?;
        let revision = single(headers, &ORDER_REVISION)?
            .and_then(parse_revision)
            .ok_or(VerifyError::Header(ORDER_REVISION))?;
        self.verifier
            .verify(signature, &bound_body(id, revision, raw_body), now)
            .map_err(|error| VerifyError::Binding(Some(error)))?;
        Ok(Some((id.to_owned(), revision)))
    }
}

/// The only value of a header; none is no error.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, VerifyError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    match (value.to_str(), values.next()) {
        (Ok(text), None) => Ok(Some(text)),
        _ => Err(VerifyError::Header(name.clone())),
    }
}

fn is_plain_id(id: &str) -> bool {
    (1..=256).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Digits as our sender writes them, so that one revision has one text.
fn parse_revision(text: &str) -> Option<i64> {
    text.parse::<i64>()
        .ok()
        .filter(|revision| *revision >= 0 && revision.to_string() == text)
}
