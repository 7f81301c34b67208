//! Keyed digests: the same input under another key is unrecognisable.

use aws_lc_rs::hmac;

use crate::secret::SecretKey;

/// HMAC-SHA256 of `data` under `key`: card fingerprints, derived identifiers.
#[must_use]
pub fn hmac_sha256(key: &SecretKey, data: &[u8]) -> [u8; 32] {
    hmac_parts(key, &[data])
}

/// HMAC-SHA256 of the concatenation of `parts` under `key`.
pub(crate) fn hmac_parts(key: &SecretKey, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.expose()));
    for part in parts {
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.sign().as_ref());
    digest
}
