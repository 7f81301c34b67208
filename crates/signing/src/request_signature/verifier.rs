//! Verification of request signatures against pinned keys.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::{SignedDuration, Timestamp};

use super::{Algorithm, Coverage, Parts, SignatureError, message, timestamp_text};
use crate::keyed::hmac_sha256;
use crate::secret::{SecretKey, constant_time_eq};

/// Base64url; some peers pad, the specification does not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key of a counterparty, pinned with its algorithm.
#[derive(Debug, Clone)]
pub enum VerifyingKey {
    /// An Ed25519 public key.
    Ed25519([u8; 32]),
    /// A P-256 public key: the uncompressed point, 65 bytes beginning with 4.
    Es256(Vec<u8>),
    /// A secret shared with the counterparty.
    HmacSha256(SecretKey),
}

impl VerifyingKey {
    /// The algorithm the key is pinned to.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::Es256(_) => Algorithm::Es256,
            Self::HmacSha256(_) => Algorithm::HmacSha256,
        }
    }

    fn matches(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => <&[u8; 64]>::try_from(signature)
                .is_ok_and(|signature| crate::seal::verify(key, message, signature)),
            Self::Es256(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
                .verify(message, signature)
                .is_ok(),
            Self::HmacSha256(key) => {
                !key.is_empty() && constant_time_eq(&hmac_sha256(key, message), signature)
            }
        }
    }
}

/// Verifies the requests of one counterparty: its keys and the coverage agreed with it.
#[derive(Debug, Clone)]
pub struct RequestVerifier {
    keys: Vec<VerifyingKey>,
    coverage: Coverage,
}

impl RequestVerifier {
    /// A verifier with the keys in force: one, or during a rotation several.
    #[must_use]
    pub fn new(keys: Vec<VerifyingKey>, coverage: Coverage) -> Self {
        Self { keys, coverage }
    }

    /// What the signatures must cover.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// Checks the `Signature` header of a request whose `Timestamp` header has our own form.
    ///
    /// # Errors
    /// The time lies more than `tolerance_s` seconds from `now` (exactly that far passes, on either
    /// side), the signature is malformed, or it matches no key.
    pub fn verify(
        &self,
        parts: &Parts<'_>,
        signature: &str,
        now: Timestamp,
        tolerance_s: i64,
    ) -> Result<(), SignatureError> {
        self.verify_received(
            parts,
            &timestamp_text(parts.timestamp),
            signature,
            now,
            tolerance_s,
        )
    }

    /// As [`RequestVerifier::verify`], with the `Timestamp` header's text exactly as received: a
    /// peer may sign `10:00:00.000Z` or `12:00:00+02:00`, and the signature covers that text.
    ///
    /// # Errors
    /// As above; also when the text does not denote `parts.timestamp`.
    pub fn verify_received(
        &self,
        parts: &Parts<'_>,
        timestamp: &str,
        signature: &str,
        now: Timestamp,
        tolerance_s: i64,
    ) -> Result<(), SignatureError> {
        if timestamp.parse::<Timestamp>().ok() != Some(parts.timestamp) {
            return Err(SignatureError::Malformed(
                "the timestamp is not the moment checked",
            ));
        }
        check_age(parts.timestamp, now, tolerance_s)?;
        let signature = BASE64
            .decode(signature)
            .map_err(|_| SignatureError::Malformed("it is not base64url"))?;
        let message = message::covered(self.coverage, parts, timestamp)?;
        if self
            .keys
            .iter()
            .any(|key| key.matches(&message, &signature))
        {
            return Ok(());
        }
        Err(SignatureError::Mismatch)
    }
}

fn check_age(at: Timestamp, now: Timestamp, tolerance_s: i64) -> Result<(), SignatureError> {
    let age = now.duration_since(at);
    if age.abs() > SignedDuration::from_secs(tolerance_s) {
        return Err(SignatureError::OutsideTolerance {
            age_s: age.as_secs(),
            tolerance_s,
        });
    }
    Ok(())
}
