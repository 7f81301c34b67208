//! A charge as it is stored and as sellers see it.

use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_processors::DeclineReason;
use comptoir_store::Collection;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::row::{self, Columns, Row};

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
}

impl Row for Charge {
    const COLLECTION: Collection = Collection::Charges;

    fn columns(&self, _: i64) -> Columns<'_> {
        Columns {
            id: &self.id,
            owner: &self.merchant_id,
            state: self.status.as_str(),
            unique_ref: Some(row::unique_ref(&self.merchant_id, &self.charge_key)),
            parent: &self.token,
            // The sweeper looks at it only while it is pending.
            due_at: (self.status == ChargeStatus::Pending).then_some(self.lease_until),
        }
    }
}
