//! What happens to a checkout, and what follows from it.

use comptoir_acp::id::{ChargeId, OrderId};
use serde::{Deserialize, Serialize};

use super::ChargeKey;

/// Why a charge was refused. For the merchant's eyes: the agent is told only that payment was
/// declined, so that nobody can test cards or tokens here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The issuer gave no reason.
    Declined,
    /// Not enough money.
    InsufficientFunds,
    /// The card has expired.
    CardExpired,
    /// The issuer or processor suspects fraud.
    SuspectedFraud,
    /// The buyer was not authenticated.
    AuthenticationFailed,
    /// The payment token does not cover this charge.
    TokenRefused,
    /// The processor could not be asked, and nothing was charged.
    ProcessorUnavailable,
}

/// Something that happens to a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The contents were changed or priced anew.
    Update {
        /// Whether everything needed for payment is there now.
        ready: bool,
    },
    /// The buyer's order arrived with a payment token.
    Complete {
        /// Which attempt, counted from 1.
        attempt: u32,
        /// The identity of the charge to be made.
        charge_key: ChargeKey,
    },
    /// The processor took the money.
    ChargeApproved {
        /// The charge asked for.
        charge_key: ChargeKey,
        /// The processor's identifier.
        charge_id: ChargeId,
        /// The order to be made of it.
        order_id: OrderId,
    },
    /// The processor refused.
    ChargeDeclined {
        /// The charge asked for.
        charge_key: ChargeKey,
        /// Why.
        reason: DeclineReason,
    },
    /// The processor charged nothing and asks for authentication first.
    AuthenticationDemanded {
        /// The charge asked for.
        charge_key: ChargeKey,
    },
    /// The processor knows of no such charge, and will not make it.
    ChargeAbsent {
        /// The charge asked for.
        charge_key: ChargeKey,
    },
    /// The buyer could not be authenticated.
    AuthenticationFailed,
    /// The agent or merchant gives up.
    Cancel,
    /// The time is over.
    Expire,
}

impl Event {
    /// The event's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Update { ready: true } => "update (ready)",
            Self::Update { ready: false } => "update (not ready)",
            Self::Complete { .. } => "complete",
            Self::ChargeApproved { .. } => "charge approved",
            Self::ChargeDeclined { .. } => "charge declined",
            Self::AuthenticationDemanded { .. } => "authentication demanded",
            Self::ChargeAbsent { .. } => "charge absent",
            Self::AuthenticationFailed => "authentication failed",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
        }
    }
}

/// What the caller must do, in the same transaction as storing the checkout unless noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Make the holds of this checkout equal to [`Checkout::hold`](super::Checkout::hold).
    HoldStock,
    /// Let go of everything held.
    ReleaseStock,
    /// What is held is sold.
    SellStock,
    /// Store the charge intent now; call the processor after the commit.
    Charge {
        /// Which attempt.
        attempt: u32,
        /// The identity of the charge.
        charge_key: ChargeKey,
    },
    /// Store the order and tell its subscribers.
    PlaceOrder {
        /// The order.
        order_id: OrderId,
        /// The identity of the charge.
        charge_key: ChargeKey,
        /// The processor's identifier of the charge.
        charge_id: ChargeId,
    },
    /// Money was taken for which there is no order: give it back, after the commit.
    ReverseCharge {
        /// The identity of the charge.
        charge_key: ChargeKey,
        /// The processor's identifier of the charge.
        charge_id: ChargeId,
    },
}
