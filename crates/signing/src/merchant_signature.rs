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

/// Signs webhook bodies. While a secret is being replaced, the receiver holds both: the header has
/// room for one signature.
#[derive(Debug, Clone)]
pub struct MerchantSigner {
    key: SecretKey,
}

impl MerchantSigner {
    /// A signer under this key.
    #[must_use]
    pub fn new(key: SecretKey) -> Self {
        Self { key }
    }

    /// The header's value for `raw_body` sent `at` this moment.
    #[must_use]
    pub fn sign(&self, at: Timestamp, raw_body: &[u8]) -> String {
        let seconds = at.as_second().to_string();
        let signature = hex::encode(digest(&self.key, &seconds, raw_body));
        format!("t={seconds},v1={signature}")
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
    /// The form is taken literally: `t` first, then `v1` with 64 hexadecimal digits in any case,
    /// nothing else. Ages count in whole seconds, the unit of the header; an age
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
            matched |= constant_time_eq(&parsed.signature, &expected);
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
    signature: [u8; 32],
}

impl<'a> Parsed<'a> {
    fn of(header: &'a str) -> Result<Self, SignatureError> {
        let (seconds, signature) = header
            .strip_prefix("t=")
            .and_then(|rest| rest.split_once(",v1="))
            .ok_or(SignatureError::Malformed("it is not t= and v1="))?;
        let at = parse_seconds(seconds)
            .ok_or(SignatureError::Malformed("t is not a time in seconds"))?;
        let signature = parse_digest(signature)
            .ok_or(SignatureError::Malformed("v1 is not 64 hexadecimal digits"))?;
        Ok(Self {
            seconds,
            at,
            signature,
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
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

fn digest(key: &SecretKey, seconds: &str, raw_body: &[u8]) -> [u8; 32] {
    hmac_parts(key, &[seconds.as_bytes(), b".", raw_body])
}
