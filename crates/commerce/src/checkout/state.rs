//! The checkout's state machine: one enum of states, one of events, one pure function.

use comptoir_acp::id::{ChargeId, CheckoutSessionId, OrderId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The identity of a charge, `<session>:<attempt>`: stored before the processor is called, and the
/// only name under which the outcome is asked for. Independent of any idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChargeKey(String);

impl ChargeKey {
    /// The key of one attempt, counted from 1, to pay for a session.
    #[must_use]
    pub fn new(session: &CheckoutSessionId, attempt: u32) -> Self {
        Self(format!("{session}:{attempt}"))
    }

    /// A key that another party made: any text.
    #[must_use]
    pub fn foreign(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ChargeKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where a checkout stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", deny_unknown_fields)]
pub enum CheckoutState {
    /// Something is missing or cannot be had; the messages say what.
    NotReady,
    /// Everything is known; it can be paid.
    Ready,
    /// A charge may be under way; its outcome may be unknown.
    CompleteInProgress {
        /// Which attempt, counted from 1.
        attempt: u32,
        /// The identity of the charge.
        charge_key: ChargeKey,
        /// When it began.
        started_at: Timestamp,
    },
    /// The last attempt was not charged because the issuer wants to authenticate the buyer.
    AuthenticationRequired {
        /// The attempt that asked for it.
        attempt: u32,
    },
    /// Paid; the order exists.
    Completed {
        /// The order.
        order_id: OrderId,
        /// The one charge that paid for it.
        charge_key: ChargeKey,
        /// When.
        at: Timestamp,
    },
    /// Given up by the agent or the merchant.
    Canceled {
        /// When.
        at: Timestamp,
    },
    /// Not completed in time.
    Expired {
        /// When this was recorded.
        at: Timestamp,
    },
}

impl CheckoutState {
    /// The state's name, as stored and shown.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotReady => "not_ready_for_payment",
            Self::Ready => "ready_for_payment",
            Self::CompleteInProgress { .. } => "complete_in_progress",
            Self::AuthenticationRequired { .. } => "authentication_required",
            Self::Completed { .. } => "completed",
            Self::Canceled { .. } => "canceled",
            Self::Expired { .. } => "expired",
        }
    }

    /// Whether nothing can change it any more.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Completed { .. } | Self::Canceled { .. } | Self::Expired { .. }
        )
    }

    /// The attempt under way, or the one that asked for authentication.
    #[must_use]
    pub const fn attempt(&self) -> Option<u32> {
        if let Self::CompleteInProgress { attempt, .. } | Self::AuthenticationRequired { attempt } =
            self
        {
            return Some(*attempt);
        }
        None
    }

    /// The charge under way.
    #[must_use]
    pub const fn charging(&self) -> Option<&ChargeKey> {
        if let Self::CompleteInProgress { charge_key, .. } = self {
            return Some(charge_key);
        }
        None
    }

    /// The charge that paid.
    #[must_use]
    pub const fn paid_by(&self) -> Option<&ChargeKey> {
        if let Self::Completed { charge_key, .. } = self {
            return Some(charge_key);
        }
        None
    }

    /// Whether its contents may still be changed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(
            self,
            Self::NotReady | Self::Ready | Self::AuthenticationRequired { .. }
        )
    }
}

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

/// An event that the state does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event} is not possible while the checkout is {state}")]
pub struct InvalidTransition {
    /// Name of the state.
    pub state: &'static str,
    /// Name of the event.
    pub event: &'static str,
}

/// The state after `event`, and what must be done about it.
///
/// Late news of a charge never changes a settled state: money that arrives for a session without an
/// order of that charge is reversed, and a refusal that arrives late is nothing new.
///
/// # Errors
/// [`InvalidTransition`] when the state does not allow the event; nothing has changed then.
pub fn apply(
    state: CheckoutState,
    event: Event,
    now: Timestamp,
) -> Result<(CheckoutState, Vec<Effect>), InvalidTransition> {
    let refused = InvalidTransition {
        state: state.name(),
        event: event.name(),
    };
    match event {
        Event::Update { ready } if state.is_open() => {
            let next = if ready {
                CheckoutState::Ready
            } else {
                CheckoutState::NotReady
            };
            Ok((next, vec![Effect::HoldStock]))
        }
        Event::Complete {
            attempt,
            charge_key,
        } => complete(&state, attempt, charge_key, now),
        Event::ChargeApproved {
            charge_key,
            charge_id,
            order_id,
        } => Ok(charge_approved(state, charge_key, charge_id, order_id, now)),
        Event::ChargeDeclined { charge_key, .. } | Event::ChargeAbsent { charge_key } => {
            not_charged(state, &charge_key, CheckoutState::Ready, refused)
        }
        Event::AuthenticationDemanded { charge_key } => {
            let attempt = state.attempt().unwrap_or_default();
            let next = CheckoutState::AuthenticationRequired { attempt };
            not_charged(state, &charge_key, next, refused)
        }
        Event::AuthenticationFailed
            if matches!(state, CheckoutState::AuthenticationRequired { .. }) =>
        {
            Ok((CheckoutState::Ready, Vec::new()))
        }
        Event::Cancel if state.is_open() => Ok((
            CheckoutState::Canceled { at: now },
            vec![Effect::ReleaseStock],
        )),
        Event::Expire if state.is_open() => Ok((
            CheckoutState::Expired { at: now },
            vec![Effect::ReleaseStock],
        )),
        Event::Update { .. } | Event::AuthenticationFailed | Event::Cancel | Event::Expire => {
            Err(refused)
        }
    }
}

fn complete(
    state: &CheckoutState,
    attempt: u32,
    charge_key: ChargeKey,
    now: Timestamp,
) -> Result<(CheckoutState, Vec<Effect>), InvalidTransition> {
    if !matches!(
        state,
        CheckoutState::Ready | CheckoutState::AuthenticationRequired { .. }
    ) {
        return Err(InvalidTransition {
            state: state.name(),
            event: "complete",
        });
    }
    let next = CheckoutState::CompleteInProgress {
        attempt,
        charge_key: charge_key.clone(),
        started_at: now,
    };
    Ok((
        next,
        vec![Effect::Charge {
            attempt,
            charge_key,
        }],
    ))
}

fn charge_approved(
    state: CheckoutState,
    charge_key: ChargeKey,
    charge_id: ChargeId,
    order_id: OrderId,
    now: Timestamp,
) -> (CheckoutState, Vec<Effect>) {
    if state.charging() == Some(&charge_key) {
        let effects = vec![
            Effect::SellStock,
            Effect::PlaceOrder {
                order_id: order_id.clone(),
                charge_key: charge_key.clone(),
                charge_id,
            },
        ];
        return (
            CheckoutState::Completed {
                order_id,
                charge_key,
                at: now,
            },
            effects,
        );
    }
    if state.paid_by() == Some(&charge_key) {
        // The same news twice.
        return (state, Vec::new());
    }
    (
        state,
        vec![Effect::ReverseCharge {
            charge_key,
            charge_id,
        }],
    )
}

/// Leaves [`CheckoutState::CompleteInProgress`] for `next` when the news is about the running
/// charge. News about another charge finds it settled: nothing was taken, nothing changes.
fn not_charged(
    state: CheckoutState,
    charge_key: &ChargeKey,
    next: CheckoutState,
    refused: InvalidTransition,
) -> Result<(CheckoutState, Vec<Effect>), InvalidTransition> {
    if state.charging() == Some(charge_key) {
        return Ok((next, Vec::new()));
    }
    if state.paid_by() == Some(charge_key) {
        // A charge that paid cannot also have been refused.
        return Err(refused);
    }
    Ok((state, Vec::new()))
}
