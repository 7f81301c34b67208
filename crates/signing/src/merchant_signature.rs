//! `Merchant-Signature: t=<unix seconds>,v1=<64 hex>`, the signature of order webhooks.
//!
//! HMAC-SHA256 over the time's digits, a full stop and the raw body (ACP 2026-04-17, order webhook).

use jiff::Timestamp;

pub use crate::error::SignatureError;
use crate::keyed::hmac_parts;
use crate::secret::{SecretKey, constant_time_eq};

/// The name of the header.
pub const HEADER: &str = "Merchant-Signature";

/// How far the signed time may lie from the receiver's present, in seconds, on either side.
pub const TOLERANCE_S: i64 = 300;

/// How many `v1` parts one header may carry; more would only buy an attacker more guesses.
const SIGNATURES_MAX: usize = 4;

/// Signs webhook bodies, with one key or, while a secret is being replaced, with several.
#[derive(Debug, Clone)]
pub struct MerchantSigner {
    keys: Vec<SecretKey>,
}

impl MerchantSigner {
    /// A signer that emits one `v1` part, the form the specification describes.
    #[must_use]
    pub fn new(key: SecretKey) -> Self {
        Self { keys: vec![key] }
    }

    /// Emits one more `v1` part under `key`, so that receivers holding either secret accept.
    ///
    /// For the overlap of a rotation only: a receiver that follows the specification's pattern to
    /// the letter expects a single part. At most four keys sign; further ones are ignored.
    #[must_use]
    pub fn with_additional(mut self, key: SecretKey) -> Self {
        if self.keys.len() < SIGNATURES_MAX {
            self.keys.push(key);
        }
        self
    }

    /// The header's value for `raw_body` sent `at` this moment.
    #[must_use]
    pub fn sign(&self, at: Timestamp, raw_body: &[u8]) -> String {
        let seconds = at.as_second().to_string();
        let mut header = format!("t={seconds}");
        for key in &self.keys {
            header.push_str(",v1=");
            header.push_str(&hex::encode(digest(key, &seconds, raw_body)));
        }
        header
    }
}

/// Verifies webhook bodies under any of several keys.
#[derive(Debug, Clone)]
pub struct MerchantVerifier {
    keys: Vec<SecretKey>,
    tolerance_s: i64,
}

impl MerchantVerifier {
    /// A verifier that accepts a signature under any of `keys`, at most `tolerance_s` seconds old
    /// or ahead. Empty keys are dropped; a verifier without keys accepts nothing.
    #[must_use]
    pub fn new(keys: Vec<SecretKey>, tolerance_s: i64) -> Self {
        let keys = keys.into_iter().filter(|key| !key.is_empty()).collect();
        Self { keys, tolerance_s }
    }

    /// Checks `header` against `raw_body` and returns the signed time.
    ///
    /// The form is taken literally: `t` first, then one to four different `v1` parts of 64
    /// lower-case digits, nothing else. Ages count in whole seconds, the unit of the header; an age
    /// of exactly the tolerance passes on both sides.
    pub fn verify(
        &self,
        header: &str,
        raw_body: &[u8],
        now: Timestamp,
    ) -> Result<Timestamp, SignatureError> {
        let parsed = Parsed::of(header)?;
        let mut matched = false;
        for key in &self.keys {
            let expected = digest(key, parsed.seconds, raw_body);
            for signature in &parsed.signatures {
                matched |= constant_time_eq(signature, &expected);
            }
        }
        if !matched {
            return Err(SignatureError::Mismatch);
        }
        let age_s = now.as_second().saturating_sub(parsed.at.as_second());
        if age_s.saturating_abs() > self.tolerance_s {
            return Err(SignatureError::OutsideTolerance {
                age_s,
                tolerance_s: self.tolerance_s,
            });
        }
        Ok(parsed.at)
    }
}

struct Parsed<'a> {
    seconds: &'a str,
    at: Timestamp,
    signatures: Vec<[u8; 32]>,
}

impl<'a> Parsed<'a> {
    fn of(header: &'a str) -> Result<Self, SignatureError> {
        let mut parts = header.split(',');
        let seconds = parts
            .next()
            .and_then(|part| part.strip_prefix("t="))
            .ok_or(SignatureError::Malformed("it does not start with t="))?;
        let at = parse_seconds(seconds)
            .ok_or(SignatureError::Malformed("t is not a time in seconds"))?;
        let mut signatures = Vec::with_capacity(1);
        for part in parts {
            let signature = part.strip_prefix("v1=").and_then(parse_digest).ok_or(
                SignatureError::Malformed(
                    "a part after t is not v1 with 64 lower-case hexadecimal digits",
                ),
            )?;
            if signatures.len() == SIGNATURES_MAX || signatures.contains(&signature) {
                return Err(SignatureError::Malformed("too many or repeated v1 parts"));
            }
            signatures.push(signature);
        }
        if signatures.is_empty() {
            return Err(SignatureError::Malformed("it has no v1 part"));
        }
        Ok(Self {
            seconds,
            at,
            signatures,
        })
    }
}

/// Plain digits without sign or leading zero, at most twelve: every year a timestamp can hold.
fn parse_seconds(text: &str) -> Option<Timestamp> {
    let plain =
        !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    Timestamp::from_second(text.parse().ok()?).ok()
}

fn parse_digest(text: &str) -> Option<[u8; 32]> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

fn digest(key: &SecretKey, seconds: &str, raw_body: &[u8]) -> [u8; 32] {
    hmac_parts(key, &[seconds.as_bytes(), b".", raw_body])
}
