//! The vault: card data sealed at rest, tokens known only by their hash.
//!
//! - A card is sealed with [`KeyRing`] under a key of its own. Tenant, token and field are its
//!   associated data, and the envelope binds the key version: a sealed card that is moved to another
//!   row does not open.
//! - The plain token leaves the process once, in the answer to the agent. Stored rows are named by
//!   its hash, so that whoever reads the database cannot present one.
//! - Cards are recognised by a keyed fingerprint, which nobody can compute without the key.
//! - A card is deleted as soon as its token can charge no more, at the latest a day after it came.

use aws_lc_rs::digest::{SHA256, digest};
use comptoir_signing::{
    envelope::{EnvelopeError, KeyRing, associated_data},
    environment::Environment,
    keyed::hmac_sha256,
    secret::SecretKey,
};
use comptoir_store::{Collection, NewRecord, ReadTx, StoreError, TenantId, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::{card::Expiry, verification_codes::VerificationCodes};

/// Characters of a token that follow its prefix: 32 of a time-ordered id (48 bits of time, 112 random
/// bits) and 8 more hexadecimal digits, 144 random bits in all.
const TOKEN_CHARS: usize = 40;

/// The leading characters of a token that tell only when it was made.
const TIME_CHARS: usize = 9;

/// More bytes than any card takes as JSON.
const PLAIN_BYTES: usize = 8 * 1024;

/// A card could not be sealed or opened.
#[derive(Debug, Error)]
pub(crate) enum VaultError {
    /// Sealed data and key, row or field do not belong together.
    #[error("a sealed card could not be opened or made")]
    Envelope(#[from] EnvelopeError),
    /// Opened data is not a card.
    #[error("an opened card is not readable")]
    NotReadable,
    /// The row is missing or damaged.
    #[error("a sealed card is missing")]
    Missing,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Seals cards and names tokens.
#[derive(Debug)]
pub(crate) struct Vault {
    keyring: KeyRing,
    fingerprint_key: SecretKey,
    pub(crate) codes: VerificationCodes,
}

/// The sensitive part of a payment method. Wiped when dropped; no `Debug`.
#[derive(Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
pub(crate) struct CardData {
    pub(crate) number: String,
    pub(crate) exp_month: Option<i8>,
    pub(crate) exp_year: Option<i16>,
    pub(crate) name: Option<String>,
    pub(crate) cryptogram: Option<String>,
    pub(crate) eci_value: Option<String>,
    /// The billing address as JSON, for address checks by an issuer that makes them.
    pub(crate) billing_address: Option<String>,
}

impl CardData {
    pub(crate) fn expiry(&self) -> Option<Expiry> {
        Some(Expiry {
            year: self.exp_year?,
            month: self.exp_month?,
        })
    }
}

/// The row of a sealed card.
#[derive(Serialize, Deserialize)]
struct SealedCard {
    key_version: u32,
    card: String,
}

/// A token as the agent and the seller hold it. Masked in `Debug`.
pub(crate) struct PlainToken(Zeroizing<String>);

impl PlainToken {
    /// A new token from the environment's clock and entropy.
    pub(crate) fn generate(environment: &Environment) -> Self {
        let id = environment.new_id("vt");
        let more = hex::encode(environment.random::<4>());
        Self(Zeroizing::new(format!("{id}{more}")))
    }

    /// Reads what a caller presents; `None` when it cannot be a token of this PSP.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("vt_")?;
        let well_formed =
            rest.len() == TOKEN_CHARS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        well_formed.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The token itself, for the one answer that carries it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The id of the token's row: its time part, so that rows append, and a hash of all of it.
    pub(crate) fn record_id(&self) -> String {
        let time = self.0.get(3..3 + TIME_CHARS).unwrap_or_default();
        let hash = digest(&SHA256, self.0.as_bytes());
        format!("{time}{}", hex::encode(hash.as_ref()))
    }
}

impl std::fmt::Debug for PlainToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PlainToken(masked)")
    }
}

impl Vault {
    pub(crate) fn new(keyring: KeyRing, fingerprint_key: SecretKey) -> Self {
        Self {
            keyring,
            fingerprint_key,
            codes: VerificationCodes::default(),
        }
    }

    /// A keyed fingerprint of a card number.
    pub(crate) fn fingerprint(&self, number: &str) -> [u8; 32] {
        hmac_sha256(
            &self.fingerprint_key,
            &associated_data(&[b"card-number", number.as_bytes()]),
        )
    }

    /// A keyed digest in place of a plain one, for digests of bodies that carry card data.
    pub(crate) fn blind(&self, digest: &[u8; 32]) -> [u8; 32] {
        hmac_sha256(
            &self.fingerprint_key,
            &associated_data(&[b"request-body", digest]),
        )
    }

    /// Seals any value for a place.
    pub(crate) fn seal(
        &self,
        environment: &Environment,
        place: &Place<'_>,
        value: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        Ok(self.keyring.seal(
            environment.entropy.as_ref(),
            &place.associated_data(),
            value,
        )?)
    }

    /// Opens what [`Vault::seal`] made for the same place.
    pub(crate) fn open(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        Ok(self.keyring.open(&place.associated_data(), sealed)?)
    }

    /// Seals a card for the token with this record id: the document of its row.
    pub(crate) fn seal_card(
        &self,
        environment: &Environment,
        tenant: TenantId,
        token: &str,
        card: &CardData,
    ) -> Result<Vec<u8>, VaultError> {
        // Room for any card at once: a buffer that grows would leave a copy of it behind, unwiped.
        let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_BYTES));
        serde_json::to_writer(&mut *plain, card).map_err(|_| VaultError::NotReadable)?;
        let sealed = self.seal(
            environment,
            &Place {
                tenant,
                token,
                field: "card",
            },
            &plain,
        )?;
        let row = SealedCard {
            key_version: self.keyring.current_version(),
            card: hex::encode(sealed),
        };
        serde_json::to_vec(&row).map_err(|_| VaultError::NotReadable)
    }

    /// Reads and opens the card of a token.
    pub(crate) fn card(
        &self,
        tx: &dyn ReadTx,
        tenant: TenantId,
        token: &str,
    ) -> Result<CardData, VaultError> {
        let record = tx
            .record(Collection::VaultedCards, tenant, token)?
            .ok_or(VaultError::Missing)?;
        let row: SealedCard =
            serde_json::from_slice(&record.document).map_err(|_| VaultError::Missing)?;
        let sealed = hex::decode(&row.card).map_err(|_| VaultError::Missing)?;
        let plain = self.open(
            &Place {
                tenant,
                token,
                field: "card",
            },
            &sealed,
        )?;
        serde_json::from_slice(&plain).map_err(|_| VaultError::NotReadable)
    }
}

/// Writes the row of a sealed card, named like its token's.
pub(crate) fn insert_card(
    tx: &mut dyn Tx,
    tenant: TenantId,
    token: &str,
    owner: &str,
    document: &[u8],
    now: i64,
) -> Result<(), StoreError> {
    tx.insert(
        Collection::VaultedCards,
        &NewRecord {
            tenant,
            id: token,
            owner,
            state: "sealed",
            unique_ref: None,
            parent: None,
            due_at: None,
            document,
            rendered: None,
            now,
        },
    )?;
    Ok(())
}

/// Where a sealed value belongs.
pub(crate) struct Place<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) token: &'a str,
    pub(crate) field: &'static str,
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        associated_data(&[
            b"comptoir-vault",
            &self.tenant.0.to_be_bytes(),
            self.token.as_bytes(),
            self.field.as_bytes(),
        ])
    }
}
