//! The stored intent to charge: what is known before the processor is asked.

use comptoir_commerce::checkout::ChargeIntent;
use comptoir_http::ApiError;
use comptoir_signing::fingerprint::Fingerprint;
use comptoir_store::{Collection, NewRecord, ReadTx, RecordUpdate, Tx};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::SellerConfig;

/// State of an intent while its charge may be under way.
pub(crate) const PENDING: &str = "pending";

/// What is stored of a charge before it is made. The token is not: whoever resumes the saga asks
/// for the outcome and never charges.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntentDocument {
    pub(crate) intent: ChargeIntent,
    /// Digest of the presented token: tells a repetition of this completion from another payment.
    pub(crate) token_digest: String,
    /// Scope of the idempotency key that asked for it, for the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idempotency_scope: Option<[u8; 16]>,
}

/// An intent as it was read.
pub(crate) struct Intent {
    pub(crate) document: IntentDocument,
    pub(crate) state: String,
    record_revision: i64,
}

impl Intent {
    /// The intent of this charge.
    pub(crate) fn load(
        reads: &dyn ReadTx,
        config: &SellerConfig,
        charge_key: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Some(record) = reads.record(Collection::ChargeIntents, config.tenant, charge_key)?
        else {
            return Ok(None);
        };
        let document = serde_json::from_slice(&record.document).map_err(ApiError::internal)?;
        Ok(Some(Self {
            document,
            state: record.state,
            record_revision: record.revision,
        }))
    }

    /// Whether the outcome is still open.
    pub(crate) fn is_pending(&self) -> bool {
        self.state == PENDING
    }

    /// Records the outcome, or when to ask again.
    pub(crate) fn save(
        &self,
        tx: &mut dyn Tx,
        config: &SellerConfig,
        state: &str,
        due_at: Option<i64>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let document = serde_json::to_vec(&self.document).map_err(ApiError::internal)?;
        tx.update(
            Collection::ChargeIntents,
            &RecordUpdate {
                tenant: config.tenant,
                id: self.document.intent.charge_key.as_str(),
                expected_revision: self.record_revision,
                state,
                due_at,
                document: &document,
                rendered: None,
                now: now.as_microsecond(),
            },
        )?;
        Ok(())
    }
}

/// Stores a new intent. Its charge key is unique: a second one for the same attempt is impossible.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    owner: &str,
    document: &IntentDocument,
    now: Timestamp,
) -> Result<(), ApiError> {
    let bytes = serde_json::to_vec(document).map_err(ApiError::internal)?;
    let key = document.intent.charge_key.as_str();
    tx.insert(
        Collection::ChargeIntents,
        &NewRecord {
            tenant: config.tenant,
            id: key,
            owner,
            state: PENDING,
            unique_ref: Some(key),
            parent: Some(document.intent.checkout_session_id.as_str()),
            due_at: Some(lease_end(config, now)),
            document: &bytes,
            rendered: None,
            now: now.as_microsecond(),
        },
    )?;
    Ok(())
}

/// When the sweeper takes over, in microseconds.
pub(crate) fn lease_end(config: &SellerConfig, now: Timestamp) -> i64 {
    now.as_microsecond()
        .saturating_add(config.charge_lease_s.saturating_mul(1_000_000))
}

/// Digest of a payment token. Tokens are long random strings, so a plain digest gives nothing away.
pub(crate) fn token_digest(token: &SecretString) -> String {
    Fingerprint::of_bytes(token.expose_secret().as_bytes()).to_hex()
}
