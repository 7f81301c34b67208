//! The consent receipt: the signed record of what the buyer agreed to, without which nothing is
//! bought.
//!
//! The receipt covers the whole session as it was shown: seller, every line, delivery, destination,
//! every total, currency and revision. Its hash is taken over canonical JSON (RFC 8785) and signed.
//! A token's limit is the receipt's total, no more and no less. Any change of the session voids the
//! receipt, and [`ConsentReceipt::matches`] says in words what changed.

mod difference;
mod session;

use comptoir_acp::money::MinorUnits;
use comptoir_signing::{
    canonical::{CanonicalError, canonicalize},
    fingerprint::Fingerprint,
    seal::{self, RecordSigner},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::{
    difference::Difference,
    session::{
        AddressDigest, SessionSummary, SummaryError, SummaryLine, SummaryOption, SummaryTotal,
    },
};
use crate::document::DocumentVersion;

/// How long a receipt can be used, in seconds.
pub const LIFETIME_SECONDS: i64 = 10 * 60;

/// Most receipts' disclosed fields, each the name of one field that the seller will get.
pub const DISCLOSED_FIELDS_MAX: usize = 64;

/// What is known about the buyer's act besides the session itself.
#[derive(Clone, Debug)]
pub struct ConsentAct {
    /// Identifier of the receipt, made by the caller.
    pub id: String,
    /// The agent's own identifier of the buyer, salted; never an e-mail address.
    pub buyer: String,
    /// The agent that holds the receipt.
    pub agent_id: String,
    /// Which reviewed label was on the control that the buyer used.
    pub label_id: String,
    /// Language of that label, a BCP 47 tag.
    pub locale: String,
    /// Names of the fields that the seller gets with the order.
    pub disclosed_fields: Vec<String>,
}

/// What the buyer agreed to. A closed record: whatever is not in it was not agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ConsentReceipt {
    /// Version of the stored document.
    pub document_version: DocumentVersion,
    /// Identifier.
    pub id: String,
    /// The agent's own identifier of the buyer, salted.
    pub buyer: String,
    /// The agent that holds the receipt.
    pub agent_id: String,
    /// The session as it was shown.
    pub session: SessionSummary,
    /// The most that may be charged, in minor units: the session's total.
    pub token_limit: MinorUnits,
    /// Which reviewed label was on the control.
    pub label_id: String,
    /// Language of that label.
    pub locale: String,
    /// Names of the fields that the seller gets.
    pub disclosed_fields: Vec<String>,
    /// When the buyer agreed.
    pub created_at: Timestamp,
    /// First moment at which the receipt is of no use any more.
    pub expires_at: Timestamp,
}

impl ConsentReceipt {
    /// Writes down that the buyer agreed to a session.
    ///
    /// # Errors
    /// [`ConsentError::Session`] when the summary contradicts itself: such a session must not be
    /// bought. [`ConsentError::TooManyFields`] above [`DISCLOSED_FIELDS_MAX`].
    pub fn record(
        act: ConsentAct,
        session: SessionSummary,
        now: Timestamp,
    ) -> Result<Self, ConsentError> {
        session.check()?;
        if act.disclosed_fields.len() > DISCLOSED_FIELDS_MAX {
            return Err(ConsentError::TooManyFields);
        }
        let life = SignedDuration::from_secs(LIFETIME_SECONDS);
        Ok(Self {
            document_version: DocumentVersion,
            id: act.id,
            buyer: act.buyer,
            agent_id: act.agent_id,
            token_limit: session.total,
            session,
            label_id: act.label_id,
            locale: act.locale,
            disclosed_fields: act.disclosed_fields,
            created_at: now,
            expires_at: now.checked_add(life).unwrap_or(now),
        })
    }

    /// The bytes that are hashed and signed: canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// [`CanonicalError`] when the record has no canonical form.
    pub fn canonical_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonicalize(self)
    }

    /// Hash of the whole receipt.
    ///
    /// # Errors
    /// As [`ConsentReceipt::canonical_bytes`].
    pub fn hash(&self) -> Result<Fingerprint, CanonicalError> {
        Ok(Fingerprint::of_bytes(&self.canonical_bytes()?))
    }

    /// Compares the session as it is now with the one that was agreed to.
    ///
    /// # Errors
    /// Everything that differs; the receipt is void then.
    pub fn matches(&self, session: &SessionSummary) -> Result<(), Vec<Difference>> {
        let differences = difference::differences(&self.session, session);
        if differences.is_empty() {
            Ok(())
        } else {
            Err(differences)
        }
    }

    /// Seals the receipt.
    ///
    /// # Errors
    /// As [`ConsentReceipt::canonical_bytes`].
    pub fn sign(self, signer: &RecordSigner) -> Result<SignedReceipt, CanonicalError> {
        let signature = signer.sign(&self.canonical_bytes()?);
        Ok(SignedReceipt {
            public_key: hex_of(&signer.public_key()),
            signature: hex_of(&signature),
            receipt: self,
        })
    }
}

/// A receipt with its signature. Read back from storage it proves nothing until it is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// The receipt.
    pub receipt: ConsentReceipt,
    /// Ed25519 public key of the signer, 64 hexadecimal digits.
    pub public_key: String,
    /// Ed25519 signature over the canonical bytes, 128 hexadecimal digits.
    pub signature: String,
}

impl SignedReceipt {
    /// The gate before any payment: the receipt is ours, unbroken, in time, and says exactly what
    /// the session says now.
    ///
    /// That a receipt is used once only is for whoever stores it to see to.
    ///
    /// # Errors
    /// [`ConsentError`] names what is wrong; [`ConsentError::Changed`] lists what changed.
    pub fn verify(
        &self,
        trusted_key: &[u8; 32],
        session: &SessionSummary,
        now: Timestamp,
    ) -> Result<(), ConsentError> {
        self.verify_seal(trusted_key)?;
        if now >= self.receipt.expires_at || now < self.receipt.created_at {
            return Err(ConsentError::Expired);
        }
        self.receipt.matches(session).map_err(ConsentError::Changed)
    }

    /// Whether the receipt is ours and unbroken, whatever its age: for audits.
    ///
    /// # Errors
    /// [`ConsentError::Forged`] when key or signature do not fit, and when the limit is not the
    /// total; [`ConsentError::Session`] when its summary contradicts itself.
    pub fn verify_seal(&self, trusted_key: &[u8; 32]) -> Result<(), ConsentError> {
        let signature = bytes_of::<64>(&self.signature).ok_or(ConsentError::Forged)?;
        let named = bytes_of::<32>(&self.public_key).ok_or(ConsentError::Forged)?;
        let bytes = self.receipt.canonical_bytes()?;
        if named != *trusted_key || !seal::verify(trusted_key, &bytes, &signature) {
            return Err(ConsentError::Forged);
        }
        self.receipt.session.check()?;
        if self.receipt.token_limit != self.receipt.session.total {
            return Err(ConsentError::Forged);
        }
        Ok(())
    }
}

/// Why a receipt cannot be made or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// The session's summary contradicts itself.
    #[error("the session contradicts itself")]
    Session(#[from] SummaryError),
    /// More disclosed fields than a receipt can name.
    #[error("more than {DISCLOSED_FIELDS_MAX} disclosed fields")]
    TooManyFields,
    /// Key, signature or limit do not fit.
    #[error("the receipt is not genuine")]
    Forged,
    /// Too old, or from the future.
    #[error("the receipt is not valid now")]
    Expired,
    /// The session is not the one that was agreed to.
    #[error("the session changed: {}", sentence(.0))]
    Changed(Vec<Difference>),
    /// The record has no canonical form.
    #[error("the receipt has no canonical form")]
    Canonical(#[from] CanonicalError),
}

/// The differences, one after the other.
fn sentence(differences: &[Difference]) -> String {
    differences
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Lower-case hexadecimal digits only: one text for one value.
fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    let pairs = text.as_bytes().chunks_exact(2);
    if text.len() != N * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        if let [high, low] = pair {
            *byte = digit(*high)? * 16 + digit(*low)?;
        }
    }
    Some(bytes)
}
