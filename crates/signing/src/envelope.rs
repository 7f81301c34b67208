//! Envelope encryption: every record under its own key, every record key under a versioned one.
//!
//! AES-256-GCM twice. The sealed form is, in bytes: format (1), version of the key-encrypting key
//! (4, big endian), nonce (12) and wrapped record key (32 + 16), nonce (12), ciphertext (+ 16).
//! Associated data is bound at both levels, so that a sealed value opens only in the place it was
//! sealed for: moving it to another row, field or tenant makes it unreadable.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::{Zeroize as _, Zeroizing};

use crate::environment::Entropy;

const FORMAT: u8 = 1;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

/// Why a value could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The bytes are not a sealed value of a known format.
    #[error("the bytes are not a sealed value")]
    NotSealed,
    /// The ring does not hold this version of the key-encrypting key.
    #[error("the key ring lacks version {0}")]
    KeyMissing(u32),
    /// Key, associated data or ciphertext do not belong together.
    #[error("the sealed value does not belong to this key and place")]
    NotAuthentic,
    /// The plaintext is larger than the cipher can seal.
    #[error("the value could not be sealed")]
    NotSealable,
}

/// Joins the names of a place (tenant, token, field, version) into associated data, each preceded
/// by its length, so that no two places share the same bytes.
#[must_use]
pub fn associated_data(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(part.len().to_string().as_bytes());
        joined.push(b':');
        joined.extend_from_slice(part);
    }
    joined
}

/// The versions of the key-encrypting key; new values use the current one.
///
/// A version should wrap fewer than 2^32 records, the bound for random nonces.
#[derive(Clone)]
pub struct KeyRing {
    current_version: u32,
    keys: BTreeMap<u32, Zeroizing<[u8; KEY_LEN]>>,
}

impl KeyRing {
    /// A ring of `keys` that seals under `current_version`.
    ///
    /// A ring that lacks its current version can open but not seal: see [`KeyRing::can_seal`].
    #[must_use]
    pub fn new(current_version: u32, mut keys: BTreeMap<u32, [u8; KEY_LEN]>) -> Self {
        let taken = keys
            .iter()
            .map(|(version, key)| (*version, Zeroizing::new(*key)))
            .collect();
        for key in keys.values_mut() {
            key.zeroize();
        }
        Self {
            current_version,
            keys: taken,
        }
    }

    /// The version under which new values are sealed.
    #[must_use]
    pub fn current_version(&self) -> u32 {
        self.current_version
    }

    /// Whether the ring holds its current version.
    #[must_use]
    pub fn can_seal(&self) -> bool {
        self.keys.contains_key(&self.current_version)
    }

    /// Seals `plaintext` for the place that `aad` names.
    ///
    /// # Errors
    /// The ring lacks its current version, or the plaintext exceeds the cipher's limit.
    pub fn seal(
        &self,
        entropy: &dyn Entropy,
        aad: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, EnvelopeError> {
        let mut record_key = Zeroizing::new([0; KEY_LEN]);
        entropy.fill(record_key.as_mut_slice());
        let mut sealed = self.wrap(entropy, aad, &record_key)?;
        sealed.extend(encrypt(&record_key, entropy, &data_aad(aad), plaintext)?);
        Ok(sealed)
    }

    /// Opens what [`KeyRing::seal`] made for the same place.
    ///
    /// # Errors
    /// The version is missing, the bytes are no sealed value, or they were sealed elsewhere.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        let parts = Sealed::split(sealed)?;
        let record_key = self.unwrap(aad, &parts)?;
        decrypt(&record_key, &data_aad(aad), parts.data)
    }

    /// Puts the record key under the current version; the ciphertext stays as it is.
    ///
    /// # Errors
    /// As for [`KeyRing::open`] and [`KeyRing::seal`].
    pub fn rewrap(
        &self,
        entropy: &dyn Entropy,
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, EnvelopeError> {
        let parts = Sealed::split(sealed)?;
        let record_key = self.unwrap(aad, &parts)?;
        let mut rewrapped = self.wrap(entropy, aad, &record_key)?;
        rewrapped.extend_from_slice(parts.data);
        Ok(rewrapped)
    }

    /// The version of the key-encrypting key under which `sealed` lies.
    ///
    /// # Errors
    /// The bytes are no sealed value.
    pub fn key_version(&self, sealed: &[u8]) -> Result<u32, EnvelopeError> {
        Sealed::split(sealed).map(|parts| parts.version)
    }

    fn wrap(
        &self,
        entropy: &dyn Entropy,
        aad: &[u8],
        record_key: &[u8; KEY_LEN],
    ) -> Result<Vec<u8>, EnvelopeError> {
        let version = self.current_version;
        let mut out = vec![FORMAT];
        out.extend_from_slice(&version.to_be_bytes());
        out.extend(encrypt(
            self.key(version)?,
            entropy,
            &wrap_aad(version, aad),
            record_key,
        )?);
        Ok(out)
    }

    fn unwrap(
        &self,
        aad: &[u8],
        parts: &Sealed<'_>,
    ) -> Result<Zeroizing<[u8; KEY_LEN]>, EnvelopeError> {
        let opened = decrypt(
            self.key(parts.version)?,
            &wrap_aad(parts.version, aad),
            parts.wrapped,
        )?;
        let key =
            <[u8; KEY_LEN]>::try_from(opened.as_slice()).map_err(|_| EnvelopeError::NotSealed)?;
        Ok(Zeroizing::new(key))
    }

    fn key(&self, version: u32) -> Result<&[u8; KEY_LEN], EnvelopeError> {
        self.keys
            .get(&version)
            .map(|key| &**key)
            .ok_or(EnvelopeError::KeyMissing(version))
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("current_version", &self.current_version)
            .field("versions", &self.keys.keys())
            .finish()
    }
}

struct Sealed<'a> {
    version: u32,
    wrapped: &'a [u8],
    data: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn split(sealed: &'a [u8]) -> Result<Self, EnvelopeError> {
        let (format, rest) = sealed.split_first().ok_or(EnvelopeError::NotSealed)?;
        let (version, rest) = rest
            .split_first_chunk::<4>()
            .ok_or(EnvelopeError::NotSealed)?;
        let (wrapped, data) = rest
            .split_at_checked(NONCE_LEN + KEY_LEN + TAG_LEN)
            .ok_or(EnvelopeError::NotSealed)?;
        if *format != FORMAT || data.len() < NONCE_LEN + TAG_LEN {
            return Err(EnvelopeError::NotSealed);
        }
        Ok(Self {
            version: u32::from_be_bytes(*version),
            wrapped,
            data,
        })
    }
}

fn wrap_aad(version: u32, aad: &[u8]) -> Vec<u8> {
    associated_data(&[b"comptoir-record-key", &version.to_be_bytes(), aad])
}

fn data_aad(aad: &[u8]) -> Vec<u8> {
    associated_data(&[b"comptoir-record", aad])
}

/// A fresh nonce, then ciphertext and tag.
fn encrypt(
    key: &[u8; KEY_LEN],
    entropy: &dyn Entropy,
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    let mut nonce = [0; NONCE_LEN];
    entropy.fill(&mut nonce);
    let mut text = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG_LEN));
    text.extend_from_slice(plaintext);
    cipher(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(aad),
            &mut *text,
        )
        .map_err(|_| EnvelopeError::NotSealable)?;
    let mut out = Vec::with_capacity(NONCE_LEN + text.len());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&text);
    Ok(out)
}

fn decrypt(
    key: &[u8; KEY_LEN],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let (nonce, ciphertext) = sealed
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(EnvelopeError::NotSealed)?;
    let mut text = Zeroizing::new(ciphertext.to_vec());
    let length = cipher(key)?
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(aad),
            &mut text,
        )
        .map_err(|_| EnvelopeError::NotAuthentic)?
        .len();
    text.truncate(length);
    Ok(text)
}

fn cipher(key: &[u8; KEY_LEN]) -> Result<LessSafeKey, EnvelopeError> {
    UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .map_err(|_| EnvelopeError::NotSealable)
}
