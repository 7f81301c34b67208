//! A charge as it is stored and as sellers see it.

use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_processors::DeclineReason;
use comptoir_store::{
    Collection, NewRecord, ReadTx, Record, RecordUpdate, StoreError, TenantId, Tx,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChargeStatus {
    /// The token is reserved; the issuer has not answered yet.
    Pending,
    /// Captured.
    Succeeded,
    /// Refused; nothing captured.
    Declined,
    /// Stopped for 3-D Secure; nothing captured.
    AuthenticationRequired,
    /// Captured, and taken back by the issuer later.
    Reversed,
}

impl ChargeStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Declined => "declined",
            Self::AuthenticationRequired => "authentication_required",
            Self::Reversed => "reversed",
        }
    }
}

/// The stored document of a charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) charge_key: String,
    pub(crate) merchant_id: String,
    /// Record id of the token.
    pub(crate) token: String,
    pub(crate) status: ChargeStatus,
    pub(crate) amount: MinorUnits,
    pub(crate) currency: Currency,
    pub(crate) amount_refunded: MinorUnits,
    pub(crate) checkout_session_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order_ref: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decline_reason: Option<String>,
    pub(crate) simulated: bool,
    pub(crate) created: Timestamp,
    /// A capture after this time is voided, in microseconds since 1970.
    pub(crate) lease_until: i64,
}

/// A charge as `/v1/charges` shows it.
#[derive(Debug, Serialize)]
pub(crate) struct ChargeView<'a> {
    id: &'a str,
    object: &'static str,
    charge_key: &'a str,
    status: ChargeStatus,
    amount: MinorUnits,
    currency: Currency,
    amount_refunded: MinorUnits,
    checkout_session_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_ref: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decline_reason: Option<&'a str>,
    simulated: bool,
    created: Timestamp,
}

impl Charge {
    pub(crate) fn view(&self) -> ChargeView<'_> {
        ChargeView {
            id: &self.id,
            object: "charge",
            charge_key: &self.charge_key,
            status: self.status,
            amount: self.amount,
            currency: self.currency,
            amount_refunded: self.amount_refunded,
            checkout_session_id: &self.checkout_session_id,
            order_ref: self.order_ref.as_deref(),
            decline_reason: self.decline_reason.as_deref(),
            simulated: self.simulated,
            created: self.created,
        }
    }

    /// Ends the charge without money.
    pub(crate) fn decline(&mut self, reason: DeclineReason) {
        self.status = ChargeStatus::Declined;
        self.decline_reason = Some(reason.as_str().to_owned());
    }

    /// When the sweeper looks at it: only while it is pending.
    fn due_at(&self) -> Option<i64> {
        (self.status == ChargeStatus::Pending).then_some(self.lease_until)
    }
}

/// The unique name of a charge: a second row with the same merchant and charge key cannot exist.
fn unique_ref(merchant_id: &str, charge_key: &str) -> String {
    // A charge key is visible ASCII, so the line break separates without doubt.
    format!("{merchant_id}\n{charge_key}")
}

pub(crate) fn find(
    tx: &dyn ReadTx,
    tenant: TenantId,
    id: &str,
) -> Result<Option<(Record, Charge)>, StoreError> {
    tx.record(Collection::Charges, tenant, id)?
        .map(decode)
        .transpose()
}

pub(crate) fn find_by_key(
    tx: &dyn ReadTx,
    tenant: TenantId,
    merchant_id: &str,
    charge_key: &str,
) -> Result<Option<(Record, Charge)>, StoreError> {
    tx.record_by_unique_ref(
        Collection::Charges,
        tenant,
        &unique_ref(merchant_id, charge_key),
    )?
    .map(decode)
    .transpose()
}

pub(crate) fn insert(tx: &mut dyn Tx, tenant: TenantId, charge: &Charge) -> Result<(), StoreError> {
    let document = encode(charge)?;
    tx.insert(
        Collection::Charges,
        &NewRecord {
            tenant,
            id: &charge.id,
            owner: &charge.merchant_id,
            state: charge.status.as_str(),
            unique_ref: Some(&unique_ref(&charge.merchant_id, &charge.charge_key)),
            parent: Some(&charge.token),
            due_at: charge.due_at(),
            document: &document,
            rendered: None,
            now: charge.created.as_microsecond(),
        },
    )?;
    Ok(())
}

pub(crate) fn replace(
    tx: &mut dyn Tx,
    tenant: TenantId,
    record: &Record,
    charge: &Charge,
    now: i64,
) -> Result<(), StoreError> {
    let document = encode(charge)?;
    tx.update(
        Collection::Charges,
        &RecordUpdate {
            tenant,
            id: &charge.id,
            expected_revision: record.revision,
            state: charge.status.as_str(),
            due_at: charge.due_at(),
            document: &document,
            rendered: None,
            now,
        },
    )
}

pub(crate) fn decode(record: Record) -> Result<(Record, Charge), StoreError> {
    let charge = serde_json::from_slice(&record.document).map_err(|_| inconsistent(&record.id))?;
    Ok((record, charge))
}

fn encode(charge: &Charge) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(charge).map_err(|_| inconsistent(&charge.id))
}

fn inconsistent(row: &str) -> StoreError {
    StoreError::Inconsistent {
        table: "charges",
        column: "document".to_owned(),
        row: row.to_owned(),
    }
}
