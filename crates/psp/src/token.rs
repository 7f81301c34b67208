//! Rows of payment tokens, around the pure ledger of `comptoir_commerce::token`.

use comptoir_commerce::token::{Token, TokenState};
use comptoir_store::{
    Collection, NewRecord, ReadTx, Record, RecordUpdate, StoreError, TenantId, Tx,
};
use serde::{Deserialize, Serialize};

/// The stored document of a token. `token.id` is the row's id, a hash: the plain token is not kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TokenDocument {
    pub(crate) token: Token,
    pub(crate) display: Display,
}

/// What may be shown of the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Display {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) brand: Option<String>,
    pub(crate) last4: String,
    pub(crate) funding_type: String,
}

impl TokenDocument {
    /// When the sweeper looks at it: at the end of an allowance that is still open. A reserved
    /// token is looked at with its charge.
    fn due_at(&self) -> Option<i64> {
        match &self.token.state {
            TokenState::Active => Some(self.token.allowance.expires_at.as_microsecond()),
            TokenState::Reserved { .. }
            | TokenState::Consumed { .. }
            | TokenState::Expired { .. }
            | TokenState::Revoked { .. } => None,
        }
    }
}

pub(crate) fn find(
    tx: &dyn ReadTx,
    tenant: TenantId,
    id: &str,
) -> Result<Option<(Record, TokenDocument)>, StoreError> {
    tx.record(Collection::PaymentTokens, tenant, id)?
        .map(decode)
        .transpose()
}

pub(crate) fn insert(
    tx: &mut dyn Tx,
    tenant: TenantId,
    document: &TokenDocument,
) -> Result<(), StoreError> {
    let (bytes, token) = (encode(document)?, &document.token);
    tx.insert(
        Collection::PaymentTokens,
        &NewRecord {
            tenant,
            id: token.id.as_str(),
            owner: &token.owner,
            state: token.state.name(),
            unique_ref: None,
            parent: Some(token.allowance.checkout_session_id.as_str()),
            due_at: document.due_at(),
            document: &bytes,
            rendered: None,
            now: token.created_at.as_microsecond(),
        },
    )?;
    Ok(())
}

/// Replaces a token that was read in the same transaction. The card of a token that can charge no
/// more is deleted with it.
pub(crate) fn replace(
    tx: &mut dyn Tx,
    tenant: TenantId,
    record: &Record,
    document: &TokenDocument,
) -> Result<(), StoreError> {
    let (bytes, token) = (encode(document)?, &document.token);
    tx.update(
        Collection::PaymentTokens,
        &RecordUpdate {
            tenant,
            id: token.id.as_str(),
            expected_revision: record.revision,
            state: token.state.name(),
            due_at: document.due_at(),
            document: &bytes,
            rendered: None,
            now: token.updated_at.as_microsecond(),
        },
    )?;
    if token.state.is_terminal() {
        tx.delete(Collection::VaultedCards, tenant, token.id.as_str())?;
    }
    Ok(())
}

pub(crate) fn decode(record: Record) -> Result<(Record, TokenDocument), StoreError> {
    let document =
        serde_json::from_slice(&record.document).map_err(|_| inconsistent(&record.id))?;
    Ok((record, document))
}

fn encode(document: &TokenDocument) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(document).map_err(|_| inconsistent(document.token.id.as_str()))
}

fn inconsistent(row: &str) -> StoreError {
    StoreError::Inconsistent {
        table: "payment_tokens",
        column: "document".to_owned(),
        row: row.to_owned(),
    }
}
