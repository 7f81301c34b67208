//! Rows of payment tokens, around the pure ledger of `comptoir_commerce::token`.

use comptoir_commerce::token::{Token, TokenState};
use comptoir_store::{Collection, Record, StoreError, TenantId, Tx};
use serde::{Deserialize, Serialize};

use crate::row::{self, Columns, Row};

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

impl Row for TokenDocument {
    const COLLECTION: Collection = Collection::PaymentTokens;

    fn columns(&self, _: i64) -> Columns<'_> {
        let token = &self.token;
        Columns {
            id: token.id.as_str(),
            owner: &token.owner,
            state: token.state.name(),
            unique_ref: None,
            parent: token.allowance.checkout_session_id.as_str(),
            due_at: self.due_at(),
        }
    }
}

/// Replaces a token that was read in the same transaction. The card of a token that can charge no
/// more is deleted with it.
pub(crate) fn replace(
    tx: &mut dyn Tx,
    tenant: TenantId,
    record: &Record,
    document: &TokenDocument,
) -> Result<(), StoreError> {
    let token = &document.token;
    row::replace(
        tx,
        tenant,
        record,
        document,
        token.updated_at.as_microsecond(),
    )?;
    if token.state.is_terminal() {
        tx.delete(Collection::VaultedCards, tenant, token.id.as_str())?;
    }
    Ok(())
}
