//! Changes after payment: refunds, cancellations, returns.

use comptoir_acp::{
    id::{AdjustmentId, LineItemId, RefundId},
    money::MinorUnits,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Some units of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineQuantity {
    /// The line.
    pub line: LineItemId,
    /// How many, at least one.
    pub quantity: u32,
}

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// Money back, goods kept.
    Refund,
    /// Goods not sent, money back.
    Cancellation,
    /// Goods sent back, money back.
    Return,
    /// The issuer took the money back.
    Dispute,
}

impl AdjustmentKind {
    /// The kind's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Cancellation => "cancellation",
            Self::Return => "return",
            Self::Dispute => "dispute",
        }
    }
}

/// How far the money of a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentStatus {
    /// Not yet given back, or not yet known to be.
    Pending,
    /// Given back, or none to give back.
    Completed,
    /// The processor refused.
    Failed,
}

impl AdjustmentStatus {
    /// The status's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// The processor's receipt for a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundReceipt {
    /// The processor's identifier.
    pub refund_id: RefundId,
}

/// One change after payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Identifier; also the key under which the processor is asked to refund.
    pub id: AdjustmentId,
    /// What kind.
    pub kind: AdjustmentKind,
    /// How far the money is.
    pub status: AdjustmentStatus,
    /// The units concerned.
    pub lines: Vec<LineQuantity>,
    /// Money given back, in minor units, tax included. Zero or more.
    pub amount: MinorUnits,
    /// Structured reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Reason for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When.
    pub occurred_at: Timestamp,
    /// The processor's receipt, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<RefundReceipt>,
}
