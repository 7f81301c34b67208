//! A refund as it is stored and as sellers see it.

use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_store::Collection;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::row::{self, Columns, Row};

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
}

impl Row for Refund {
    const COLLECTION: Collection = Collection::Refunds;

    fn columns(&self, now: i64) -> Columns<'_> {
        Columns {
            id: &self.id,
            owner: &self.merchant_id,
            state: self.status.as_str(),
            unique_ref: Some(row::unique_ref(&self.merchant_id, &self.refund_key)),
            parent: &self.charge_id,
            // The sweeper asks the issuer again at once, while it is pending.
            due_at: (self.status == RefundStatus::Pending).then_some(now),
        }
    }
}
