//! A refund as it is stored and as sellers see it.

use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_store::{
    Collection, NewRecord, ReadTx, Record, RecordUpdate, StoreError, TenantId, Tx,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatus {
    /// The amount is set aside; the issuer has not answered yet.
    Pending,
    /// The money is on its way back.
    Succeeded,
    /// The issuer refused; the amount can be refunded again.
    Failed,
}

impl RefundStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// The stored document of a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) refund_key: String,
    pub(crate) merchant_id: String,
    pub(crate) charge_id: String,
    pub(crate) status: RefundStatus,
    pub(crate) amount: MinorUnits,
    pub(crate) currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    pub(crate) simulated: bool,
    pub(crate) created: Timestamp,
}

/// A refund as `/v1/refunds` shows it.
#[derive(Debug, Serialize)]
pub(crate) struct RefundView<'a> {
    id: &'a str,
    object: &'static str,
    refund_key: &'a str,
    charge_id: &'a str,
    status: RefundStatus,
    amount: MinorUnits,
    currency: Currency,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    simulated: bool,
    created: Timestamp,
}

impl Refund {
    pub(crate) fn view(&self) -> RefundView<'_> {
        RefundView {
            id: &self.id,
            object: "refund",
            refund_key: &self.refund_key,
            charge_id: &self.charge_id,
            status: self.status,
            amount: self.amount,
            currency: self.currency,
            reason: self.reason.as_deref(),
            simulated: self.simulated,
            created: self.created,
        }
    }

    /// When the sweeper asks the issuer again: at once, while it is pending.
    fn due_at(&self, now: i64) -> Option<i64> {
        (self.status == RefundStatus::Pending).then_some(now)
    }
}

fn unique_ref(merchant_id: &str, refund_key: &str) -> String {
    format!("{merchant_id}\n{refund_key}")
}

pub(crate) fn find_by_key(
    tx: &dyn ReadTx,
    tenant: TenantId,
    merchant_id: &str,
    refund_key: &str,
) -> Result<Option<(Record, Refund)>, StoreError> {
    tx.record_by_unique_ref(
        Collection::Refunds,
        tenant,
        &unique_ref(merchant_id, refund_key),
    )?
    .map(decode)
    .transpose()
}

pub(crate) fn find(
    tx: &dyn ReadTx,
    tenant: TenantId,
    id: &str,
) -> Result<Option<(Record, Refund)>, StoreError> {
    tx.record(Collection::Refunds, tenant, id)?
        .map(decode)
        .transpose()
}

pub(crate) fn insert(tx: &mut dyn Tx, tenant: TenantId, refund: &Refund) -> Result<(), StoreError> {
    let (document, now) = (encode(refund)?, refund.created.as_microsecond());
    tx.insert(
        Collection::Refunds,
        &NewRecord {
            tenant,
            id: &refund.id,
            owner: &refund.merchant_id,
            state: refund.status.as_str(),
            unique_ref: Some(&unique_ref(&refund.merchant_id, &refund.refund_key)),
            parent: Some(&refund.charge_id),
            due_at: refund.due_at(now),
            document: &document,
            rendered: None,
            now,
        },
    )?;
    Ok(())
}

pub(crate) fn replace(
    tx: &mut dyn Tx,
    tenant: TenantId,
    record: &Record,
    refund: &Refund,
    now: i64,
) -> Result<(), StoreError> {
    let document = encode(refund)?;
    tx.update(
        Collection::Refunds,
        &RecordUpdate {
            tenant,
            id: &refund.id,
            expected_revision: record.revision,
            state: refund.status.as_str(),
            due_at: refund.due_at(now),
            document: &document,
            rendered: None,
            now,
        },
    )
}

pub(crate) fn decode(record: Record) -> Result<(Record, Refund), StoreError> {
    let refund = serde_json::from_slice(&record.document).map_err(|_| inconsistent(&record.id))?;
    Ok((record, refund))
}

fn encode(refund: &Refund) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(refund).map_err(|_| inconsistent(&refund.id))
}

fn inconsistent(row: &str) -> StoreError {
    StoreError::Inconsistent {
        table: "refunds",
        column: "document".to_owned(),
        row: row.to_owned(),
    }
}
