//! A checkout session in the store: the document, its ready answer, and the stock it holds.

use comptoir_acp::{id::CheckoutSessionId, latest::checkout::InterventionType};
use comptoir_commerce::checkout::Checkout;
use comptoir_http::{ApiError, Principal};
use comptoir_store::{Collection, NewRecord, ReadTx, Record, RecordUpdate, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{SellerConfig, face};

/// Size of a session of a few lines, in bytes.
const SESSION_BYTES_USUAL: usize = 4_096;

/// What is stored of a session: the domain's checkout, and what only the protocol's face needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionDocument {
    pub(crate) checkout: Checkout,
    /// What the agent can present to the buyer, as far as this seller uses it.
    pub(crate) interventions: Vec<InterventionType>,
    /// The buyer's words to the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order_notes: Option<String>,
}

impl SessionDocument {
    /// The same session around the next state of its checkout.
    pub(crate) fn with(&self, checkout: Checkout) -> Self {
        Self {
            checkout,
            interventions: self.interventions.clone(),
            order_notes: self.order_notes.clone(),
        }
    }
}

/// A session as it was read.
pub(crate) struct Session {
    pub(crate) document: SessionDocument,
    record_revision: i64,
}

impl Session {
    /// The session of this id, when it belongs to `owner`. A foreign one is not found either, so
    /// that nobody can learn which ids exist.
    pub(crate) fn load(
        reads: &dyn ReadTx,
        config: &SellerConfig,
        owner: &Principal,
        id: &str,
    ) -> Result<Self, ApiError> {
        let record = reads.record(Collection::CheckoutSessions, config.tenant, id)?;
        match record.filter(|record| record.owner == owner.as_str()) {
            Some(record) => Self::read(&record),
            None => Err(ApiError::not_found("checkout session")),
        }
    }

    /// The session of this id, whoever owns it: for sagas, sweepers and operators.
    pub(crate) fn load_any(
        reads: &dyn ReadTx,
        config: &SellerConfig,
        id: &CheckoutSessionId,
    ) -> Result<Self, ApiError> {
        match reads.record(Collection::CheckoutSessions, config.tenant, id.as_str())? {
            Some(record) => Self::read(&record),
            None => Err(ApiError::not_found("checkout session")),
        }
    }

    fn read(record: &Record) -> Result<Self, ApiError> {
        let document = serde_json::from_slice(&record.document).map_err(ApiError::internal)?;
        Ok(Self {
            document,
            record_revision: record.revision,
        })
    }

    /// Stores the next state of this session and returns its ready answer.
    pub(crate) fn save(
        &self,
        tx: &mut dyn Tx,
        config: &SellerConfig,
        next: &SessionDocument,
        now: Timestamp,
    ) -> Result<Vec<u8>, ApiError> {
        let document = json_bytes(next)?;
        let rendered = face::session_bytes(tx, config, next)?;
        tx.update(
            Collection::CheckoutSessions,
            &RecordUpdate {
                tenant: config.tenant,
                id: next.checkout.id.as_str(),
                expected_revision: self.record_revision,
                state: next.checkout.state.name(),
                due_at: due_at(&next.checkout),
                document: &document,
                rendered: Some(&rendered),
                now: now.as_microsecond(),
            },
        )?;
        Ok(rendered)
    }
}

/// Stores a new session and returns its ready answer.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    new: &SessionDocument,
    now: Timestamp,
) -> Result<Vec<u8>, ApiError> {
    let document = json_bytes(new)?;
    let rendered = face::session_bytes(tx, config, new)?;
    tx.insert(
        Collection::CheckoutSessions,
        &NewRecord {
            tenant: config.tenant,
            id: new.checkout.id.as_str(),
            owner: &new.checkout.owner,
            state: new.checkout.state.name(),
            unique_ref: None,
            parent: None,
            due_at: due_at(&new.checkout),
            document: &document,
            rendered: Some(&rendered),
            now: now.as_microsecond(),
        },
    )?;
    Ok(rendered)
}

/// Makes the stock held for a session equal to what it wants to hold.
///
/// The price book of the same transaction said that the stock is there, so a refusal means that
/// somebody else took it meanwhile: the whole request is tried again.
pub(crate) fn hold_stock(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    checkout: &Checkout,
    is_new: bool,
) -> Result<(), ApiError> {
    let holder = checkout.id.as_str();
    let wanted = checkout.hold();
    if !is_new {
        let held = tx.reservations(config.tenant, holder)?;
        let same = held.len() == wanted.len()
            && held.iter().all(|(item, units)| {
                wanted
                    .iter()
                    .any(|(id, want)| id.as_str() == item && i64::from(*want) == *units)
            });
        if same {
            return Ok(());
        }
        tx.release(config.tenant, holder)?;
    }
    for (item, units) in &wanted {
        if !tx.reserve(config.tenant, holder, item.as_str(), i64::from(*units))? {
            return Err(ApiError::unavailable("the stock changed meanwhile", 1));
        }
    }
    Ok(())
}

/// A session as JSON, into a buffer that most sessions never outgrow.
pub(crate) fn json_bytes<T: Serialize>(session: &T) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::with_capacity(SESSION_BYTES_USUAL);
    serde_json::to_writer(&mut bytes, session).map_err(ApiError::internal)?;
    Ok(bytes)
}

/// When the sweeper must look at the session: an open one lapses; the others are not its business.
fn due_at(checkout: &Checkout) -> Option<i64> {
    checkout
        .state
        .is_open()
        .then(|| checkout.expires_at.as_microsecond())
}
