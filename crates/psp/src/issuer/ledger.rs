//! The simulated issuer's book, kept in a store so that it outlives the process.

use comptoir_processors::DeclineReason;
use comptoir_store::{Collection, ReadTx, Record, StoreError, TenantId, Tx};
use serde::{Deserialize, Serialize};

use crate::row::{self, Columns, Row};

/// The issuer keeps its book as a tenant of its own: no query of the PSP ever meets its rows.
pub(crate) const ISSUER_TENANT: TenantId = TenantId(9_000_001);

/// One authorization in the book of the simulated issuer. Holds no card data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Always true: no real money moves here.
    pub simulated: bool,
    /// The PSP's charge id.
    pub key: String,
    /// The seller's identity of the charge.
    pub charge_key: String,
    /// Who is paid.
    pub merchant_id: String,
    /// Amount in minor units.
    pub amount: i64,
    /// Currency, lower case.
    pub currency: String,
    /// `captured`, `declined`, `authentication_required`, `reversed` or `voided`.
    pub state: String,
    /// Why it was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decline_reason: Option<String>,
    /// How many times money was captured: 0 or 1, and never anything else.
    pub captures: u32,
    /// Sum of refunds in minor units.
    pub amount_refunded: i64,
    /// Whether a verification code came with the card.
    pub cvc_presented: bool,
    /// When the entry was made, in microseconds since 1970 by the issuer's clock.
    pub created_at: i64,
    /// When the issuer will take the money back on its own, in microseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverses_at: Option<i64>,
}

/// A page of the book, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPage {
    /// Always true.
    pub simulated: bool,
    /// The entries.
    pub entries: Vec<LedgerEntry>,
    /// Pass it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

impl LedgerEntry {
    /// Ends it without money.
    pub(crate) fn decline(&mut self, reason: DeclineReason) {
        "declined".clone_into(&mut self.state);
        self.decline_reason = Some(reason.as_str().to_owned());
        self.captures = 0;
    }

    /// An entry that only closes its key.
    pub(crate) fn closed(key: &str, now: i64) -> Self {
        Self {
            simulated: true,
            key: key.to_owned(),
            charge_key: String::new(),
            merchant_id: String::new(),
            amount: 0,
            currency: String::new(),
            state: "voided".to_owned(),
            decline_reason: None,
            captures: 0,
            amount_refunded: 0,
            cvc_presented: false,
            created_at: now,
            reverses_at: None,
        }
    }

    pub(crate) fn reason(&self) -> DeclineReason {
        self.decline_reason
            .as_deref()
            .and_then(DeclineReason::parse)
            .unwrap_or(DeclineReason::Generic)
    }
}

impl Row for LedgerEntry {
    const COLLECTION: Collection = Collection::Charges;

    fn columns(&self, _: i64) -> Columns<'_> {
        Columns {
            id: &self.key,
            owner: &self.merchant_id,
            state: &self.state,
            unique_ref: None,
            parent: &self.charge_key,
            due_at: self.reverses_at,
        }
    }
}

/// Finds an entry by its key.
pub(crate) fn find(
    tx: &dyn ReadTx,
    key: &str,
) -> Result<Option<(Record, LedgerEntry)>, StoreError> {
    row::find(tx, ISSUER_TENANT, key)
}

/// Writes a new entry. The key is unique: a second capture under it cannot be written.
pub(crate) fn insert(tx: &mut dyn Tx, entry: &LedgerEntry) -> Result<(), StoreError> {
    row::insert(tx, ISSUER_TENANT, entry, entry.created_at)
}

/// Replaces an entry that was read in the same transaction.
pub(crate) fn replace(
    tx: &mut dyn Tx,
    record: &Record,
    entry: &LedgerEntry,
    now: i64,
) -> Result<(), StoreError> {
    row::replace(tx, ISSUER_TENANT, record, entry, now)
}
