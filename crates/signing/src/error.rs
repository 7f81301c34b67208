//! Why a signature was refused.

use crate::canonical::CanonicalError;

/// Why a signature could not be made or was not accepted.
///
/// Every variant of a verification maps to HTTP 401 with code `invalid_signature`; the variants
/// exist for logs and tests, not for the caller who may be forging.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The header or the encoded signature does not have the form that the scheme prescribes.
    #[error("the signature is malformed: {0}")]
    Malformed(&'static str),
    /// The signed time differs from the present by more than the tolerance, in either direction.
    #[error("the signed time is {age_s} s old, outside the tolerance of {tolerance_s} s")]
    OutsideTolerance {
        /// Present minus signed time, in whole seconds; negative when signed in the future.
        age_s: i64,
        /// The tolerance in seconds.
        tolerance_s: i64,
    },
    /// No pinned key verifies the signature over the received parts.
    #[error("the signature matches no known key")]
    Mismatch,
    /// The body has no canonical form, so nothing can have been signed.
    #[error("the signed body has no canonical form")]
    Body(#[source] CanonicalError),
    /// The cryptography provider refused to sign.
    #[error("the signature could not be made")]
    Unsignable,
}

/// Why key material was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are not a private key of the algorithm.
    #[error("the bytes are not a private key of this algorithm")]
    NotAPrivateKey,
    /// The cryptography provider could not make a key.
    #[error("a key could not be generated")]
    NotGenerated,
}
