//! The `Signature` and `Timestamp` headers of requests, in the readings found in the field.
//!
//! ACP leaves algorithm and covered parts to agreement (checkout RFC, request signing), so both are
//! configured for each counterparty.

mod message;
mod verifier;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use zeroize::Zeroizing;

pub use crate::error::{KeyError, SignatureError};
use crate::keyed::hmac_sha256;
use crate::secret::SecretKey;
pub use verifier::{RequestVerifier, VerifyingKey};

/// How the signature is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), 64 bytes.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, 64 bytes as in JOSE's ES256.
    Es256,
    /// HMAC-SHA256, 32 bytes.
    HmacSha256,
}

/// What the signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// The specification's reading: the canonical JSON of the body, nothing else. The timestamp is
    /// checked for age but not protected.
    CanonicalBody,
    /// The reading of HMAC users: the `Timestamp` header's text, then the raw body.
    TimestampAndBody,
    /// Our own profile: method, path, idempotency key, timestamp and raw body, each delimited. A
    /// signature for one endpoint cannot be replayed on another.
    Bound,
}

/// The parts of a request that a signature may cover.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The method in upper case.
    pub method: &'a str,
    /// The path with its query, as sent.
    pub path: &'a str,
    /// The `Idempotency-Key` header, when there is one.
    pub idempotency_key: Option<&'a str>,
    /// The moment in the `Timestamp` header.
    pub timestamp: Timestamp,
    /// The raw body; empty for a request without one.
    pub body: &'a [u8],
}

/// Signs requests with one private key.
pub struct RequestSigner {
    key: SigningKey,
    coverage: Coverage,
}

enum SigningKey {
    Ed25519(Box<Ed25519KeyPair>),
    Es256(Box<EcdsaKeyPair>),
    HmacSha256(SecretKey),
}

impl RequestSigner {
    /// An Ed25519 signer from its 32-byte seed.
    #[must_use]
    pub fn ed25519(seed: &[u8; 32], coverage: Coverage) -> Self {
        Self {
            key: SigningKey::Ed25519(Box::new(crate::seal::key_pair(seed))),
            coverage,
        }
    }

    /// An ES256 signer from a PKCS#8 document, DER encoded.
    ///
    /// # Errors
    /// The document is not a P-256 private key.
    pub fn es256(pkcs8: &[u8], coverage: Coverage) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map_err(|_| KeyError::NotAPrivateKey)?;
        Ok(Self {
            key: SigningKey::Es256(Box::new(pair)),
            coverage,
        })
    }

    /// An HMAC-SHA256 signer with a shared secret.
    #[must_use]
    pub fn hmac_sha256(key: SecretKey, coverage: Coverage) -> Self {
        Self {
            key: SigningKey::HmacSha256(key),
            coverage,
        }
    }

    /// The algorithm of the key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.key {
            SigningKey::Ed25519(_) => Algorithm::Ed25519,
            SigningKey::Es256(_) => Algorithm::Es256,
            SigningKey::HmacSha256(_) => Algorithm::HmacSha256,
        }
    }

    /// What the signatures cover.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// The key with which the counterparty verifies; for HMAC the shared secret itself.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        match &self.key {
            SigningKey::Ed25519(pair) => VerifyingKey::Ed25519(crate::seal::public_key(pair)),
            SigningKey::Es256(pair) => VerifyingKey::Es256(pair.public_key().as_ref().to_vec()),
            SigningKey::HmacSha256(key) => VerifyingKey::HmacSha256(key.clone()),
        }
    }

    /// The `Signature` header's value: base64url without padding.
    ///
    /// The `Timestamp` header that goes with it is [`timestamp_text`] of `parts.timestamp`.
    ///
    /// # Errors
    /// Under [`Coverage::CanonicalBody`], a body that is not JSON or has no exact canonical form.
    pub fn sign(&self, parts: &Parts<'_>) -> Result<String, SignatureError> {
        let message = message::covered(self.coverage, parts, &timestamp_text(parts.timestamp))?;
        let signature = match &self.key {
            SigningKey::Ed25519(pair) => pair.sign(&message).as_ref().to_vec(),
            SigningKey::Es256(pair) => {
                let made = pair
                    .sign(&SystemRandom::new(), &message)
                    .map_err(|_| SignatureError::Unsignable)?;
                made.as_ref().to_vec()
            }
            SigningKey::HmacSha256(key) => hmac_sha256(key, &message).to_vec(),
        };
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }
}

impl std::fmt::Debug for RequestSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestSigner")
            .field("algorithm", &self.algorithm())
            .field("coverage", &self.coverage)
            .finish_non_exhaustive()
    }
}

/// The `Timestamp` header's text for a moment: RFC 3339 in UTC, with no more digits than needed.
#[must_use]
pub fn timestamp_text(at: Timestamp) -> String {
    at.to_string()
}

/// A new P-256 private key as a PKCS#8 document, for [`RequestSigner::es256`].
///
/// # Errors
/// The cryptography provider failed.
pub fn generate_es256() -> Result<Zeroizing<Vec<u8>>, KeyError> {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map(|document| Zeroizing::new(document.as_ref().to_vec()))
        .map_err(|_| KeyError::NotGenerated)
}
