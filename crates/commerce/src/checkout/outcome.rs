//! What an operation on a checkout leaves behind.

use comptoir_acp::{id::CheckoutSessionId, money::Money};
use serde::{Deserialize, Serialize};

use super::{ChargeKey, Checkout, Effect};

/// The result of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Outcome {
    /// The checkout after the operation.
    pub checkout: Checkout,
    /// What must be done, in this order.
    pub effects: Vec<Effect>,
    /// Whether the checkout differs from the one before and must be stored.
    pub changed: bool,
}

/// The charge to be made. Store it before the processor is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeIntent {
    /// The session.
    pub checkout_session_id: CheckoutSessionId,
    /// Which attempt, counted from 1.
    pub attempt: u32,
    /// The identity of the charge.
    pub charge_key: ChargeKey,
    /// What to charge: the checkout's total.
    pub amount: Money,
}

impl Outcome {
    /// The charge to be made, when the operation was a completion that may go ahead.
    #[must_use]
    pub fn charge(&self) -> Option<ChargeIntent> {
        self.effects.iter().find_map(|effect| {
            if let Effect::Charge {
                attempt,
                charge_key,
            } = effect
            {
                return Some(ChargeIntent {
                    checkout_session_id: self.checkout.id.clone(),
                    attempt: *attempt,
                    charge_key: charge_key.clone(),
                    amount: self.checkout.total(),
                });
            }
            None
        })
    }

    pub(super) fn unchanged(checkout: &Checkout) -> Self {
        Self {
            checkout: checkout.clone(),
            effects: Vec::new(),
            changed: false,
        }
    }
}
