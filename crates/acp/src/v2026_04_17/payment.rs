//! How a session is paid: what the agent submits on completion.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::address::Address;
use crate::{money::MinorUnits, open::OtherFields, secret::SecretText, text::Rfc3339};

/// What proves the right to be paid from an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Kind of the credential, such as `spt`.
    pub r#type: String,
    /// The token; opaque.
    pub token: SecretText,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl Credential {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: String, token: SecretText) -> Self {
        Self {
            r#type,
            token,
            other: OtherFields::default(),
        }
    }
}

/// What pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Kind of the instrument, such as `card`.
    pub r#type: String,
    /// The token.
    pub credential: Credential,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl Instrument {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: String, credential: Credential) -> Self {
        Self {
            r#type,
            credential,
            other: OtherFields::default(),
        }
    }
}

closed_enum! {
    /// When an invoice is due.
    pub enum PaymentTerms {
        Immediate = "immediate",
        Net15 = "net_15",
        Net30 = "net_30",
        Net60 = "net_60",
        Net90 = "net_90",
    }
}

/// The payment. Needs `handler_id` and `instrument`, or a purchase order number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct PaymentData {
    /// The seller's id of the handler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler_id: Option<String>,
    /// What pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instrument: Option<Instrument>,
    /// Billing address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    /// Purchase order of a company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_order_number: Option<String>,
    /// When the invoice is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<PaymentTerms>,
    /// When payment is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Rfc3339>,
    /// Whether somebody must approve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_required: Option<bool>,
}

checked_serde!(PaymentData);

impl PaymentData {
    fn check(&self) -> Result<(), &'static str> {
        if self.purchase_order_number.is_some() {
            return Ok(());
        }
        match (&self.handler_id, &self.instrument) {
            (Some(_), Some(_)) => Ok(()),
            (None, _) => Err("missing field `handler_id`"),
            (Some(_), None) => Err("missing field `instrument`"),
        }
    }
}

/// A part of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitPayment {
    /// Minor units.
    pub amount: MinorUnits,
}

/// How a payment was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentResponse {
    /// The provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The instruments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruments: Option<Vec<Map<String, Value>>>,
    /// The handlers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handlers: Option<Vec<Map<String, Value>>>,
}

/// What the agent knows about the buyer's device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskSignals {
    /// Internet address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// User agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Accepted languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_language: Option<String>,
    /// Session at the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Fingerprint of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_fingerprint: Option<String>,
}
