//! SHA-256 fingerprints of bytes and of the meaning of JSON.

use aws_lc_rs::digest;
use serde_json::Value;

use crate::canonical::{CanonicalError, canonicalize_exact};

/// A SHA-256 digest: 32 bytes, compared by value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of exactly these bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(out)
    }

    /// The fingerprint of what the JSON means: key order and `1.0` against `1` make no difference,
    /// array order and `null` against absent do.
    ///
    /// # Errors
    /// A number beyond ±2^53 is refused: two that differ could share a fingerprint.
    pub fn of_json(value: &Value) -> Result<Self, CanonicalError> {
        canonicalize_exact(value).map(|bytes| Self::of_bytes(&bytes))
    }

    /// Takes over a digest computed earlier, for example one read from the store.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest's 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fingerprint({})", self.to_hex())
    }
}
