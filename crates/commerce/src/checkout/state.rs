//! The checkout's state machine: one enum of states, one of events, one pure function.

use comptoir_acp::id::{ChargeId, CheckoutSessionId, OrderId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Effect, Event};

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
