//! Detached Ed25519 signatures over stored records, such as a consent receipt.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

/// Signs records; the private key never leaves it.
pub struct RecordSigner(Ed25519KeyPair);

impl RecordSigner {
    /// A signer from its 32-byte seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(key_pair(seed))
    }

    /// The signature over exactly these bytes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.0.sign(bytes).as_ref());
        signature
    }

    /// The public key with which anyone can [`verify`].
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        public_key(&self.0)
    }
}

impl std::fmt::Debug for RecordSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecordSigner({})", hex::encode(self.public_key()))
    }
}

/// Whether `signature` was made over exactly these bytes by the owner of `public_key`.
#[must_use]
pub fn verify(public_key: &[u8; 32], bytes: &[u8], signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key)
        .verify(bytes, signature)
        .is_ok()
}

pub(crate) fn key_pair(seed: &[u8; 32]) -> Ed25519KeyPair {
    match Ed25519KeyPair::from_seed_unchecked(seed) {
        Ok(pair) => pair,
        Err(_) => unreachable!("every 32 bytes are an Ed25519 seed"),
    }
}

pub(crate) fn public_key(pair: &Ed25519KeyPair) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(pair.public_key().as_ref());
    key
}
