//! Paying: beginning an attempt, and learning what became of it.

use comptoir_acp::id::{ChargeId, OrderId};
use jiff::Timestamp;

use super::{
    ATTEMPTS_MAX, ChargeKey, Checkout, CheckoutState, DeclineReason, Event, Message, Outcome,
    PricingContext, Refusal,
};
use crate::address::Buyer;

/// What a completion brings besides the payment token, which the core never sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Who buys, where the completion says so.
    pub buyer: Option<Buyer>,
    /// The result of authentication, as verified by the caller.
    pub authentication: Authentication,
}

/// The result of authenticating the buyer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authentication {
    /// None was given.
    #[default]
    NotProvided,
    /// The buyer was authenticated, or need not be.
    Passed,
    /// The buyer was not authenticated: nothing may be charged.
    Failed,
}

/// What the processor says about a charge, when asked to make it or asked for it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeNews {
    /// The money was taken.
    Approved {
        /// The processor's identifier.
        charge_id: ChargeId,
        /// The order to be made, if none exists yet.
        order_id: OrderId,
    },
    /// The charge was refused; nothing was taken.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// Nothing was taken; the issuer wants to authenticate the buyer.
    AuthenticationRequired,
    /// No such charge was made, and none will be.
    Absent,
}

impl Checkout {
    /// Begins to pay. The contents are priced once more, on the same path as everywhere; a charge
    /// may go ahead only when the buyer has seen exactly this result. Then, and only then,
    /// [`Outcome::charge`] is there. Else the checkout says what stands in the way, and nothing is
    /// charged.
    ///
    /// # Errors
    /// [`Refusal::NotPossible`] while a charge is under way and after the end,
    /// [`Refusal::AuthenticationMissing`] when authentication was asked for and none is given,
    /// [`Refusal::AttemptsExhausted`] after [`ATTEMPTS_MAX`] attempts; else as [`Checkout::create`].
    pub fn begin_complete(
        &self,
        completion: Completion,
        context: &PricingContext<'_>,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        self.must_be_open("complete", now)?;
        let mut next = self.clone();
        if completion.buyer.is_some() {
            next.desired.buyer = completion.buyer;
        }
        let payable = self.state != CheckoutState::NotReady;
        let priced = self.priced(&next.desired, context)?;
        if !payable || !self.shows(&priced) {
            return next.show_again(self, priced, now);
        }
        if !next.buyer().is_some_and(Buyer::has_usable_email) {
            return Ok(next.say(Message::MissingBuyerEmail, now));
        }
        next.begin_attempt(completion.authentication, now)
    }

    /// Learns what became of a charge. Late and repeated news is welcome: it never changes a settled
    /// checkout, and money taken without an order is reversed.
    ///
    /// # Errors
    /// [`Refusal::NotPossible`] when the news contradicts an order that this very charge paid for.
    pub fn settle(
        &self,
        charge_key: &ChargeKey,
        news: ChargeNews,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let charge_key = charge_key.clone();
        let mut decline_reason = None;
        let mut message = None;
        let event = match news {
            ChargeNews::Approved {
                charge_id,
                order_id,
            } => Event::ChargeApproved {
                charge_key,
                charge_id,
                order_id,
            },
            ChargeNews::Declined { reason } => {
                decline_reason = Some(reason);
                message = Some(Message::PaymentDeclined);
                Event::ChargeDeclined { charge_key, reason }
            }
            ChargeNews::AuthenticationRequired => {
                message = Some(Message::AuthenticationRequired);
                Event::AuthenticationDemanded { charge_key }
            }
            ChargeNews::Absent => Event::ChargeAbsent { charge_key },
        };
        let mut outcome = self.clone().transition(event, now)?;
        if outcome.checkout.state == self.state {
            return Ok(Outcome {
                effects: outcome.effects,
                ..Outcome::unchanged(self)
            });
        }
        outcome.checkout.decline_reason = decline_reason;
        outcome.checkout.messages.extend(message);
        Ok(outcome)
    }

    /// Shows a price that the buyer has not seen, and says that nothing was charged.
    fn show_again(
        self,
        before: &Self,
        priced: super::Priced,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let mut outcome = self.show(priced, now)?;
        let (before, after) = (before.total(), outcome.checkout.total());
        if before != after {
            outcome
                .checkout
                .messages
                .push(Message::TotalChange { before, now: after });
        }
        Ok(outcome)
    }

    fn begin_attempt(
        mut self,
        authentication: Authentication,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let asked = matches!(self.state, CheckoutState::AuthenticationRequired { .. });
        match authentication {
            Authentication::NotProvided if asked => return Err(Refusal::AuthenticationMissing),
            Authentication::Failed => return self.authentication_failed(asked, now),
            Authentication::NotProvided | Authentication::Passed => {}
        }
        if self.attempts >= ATTEMPTS_MAX {
            return Err(Refusal::AttemptsExhausted);
        }
        self.attempts = self.attempts.saturating_add(1);
        self.forget_payment();
        let (attempt, charge_key) = (self.attempts, ChargeKey::new(&self.id, self.attempts));
        self.transition(
            Event::Complete {
                attempt,
                charge_key,
            },
            now,
        )
    }

    fn authentication_failed(mut self, asked: bool, now: Timestamp) -> Result<Outcome, Refusal> {
        self.forget_payment();
        self.decline_reason = Some(DeclineReason::AuthenticationFailed);
        if asked {
            self.messages.push(Message::PaymentDeclined);
            return self.transition(Event::AuthenticationFailed, now);
        }
        Ok(self.say(Message::PaymentDeclined, now))
    }

    /// Adds a message and leaves the state alone.
    fn say(mut self, message: Message, now: Timestamp) -> Outcome {
        self.messages.retain(|said| *said != message);
        self.messages.push(message);
        self.revision = self.revision.saturating_add(1);
        self.updated_at = now;
        Outcome {
            checkout: self,
            effects: Vec::new(),
            changed: true,
        }
    }

    /// Forgets what paying had to say.
    fn forget_payment(&mut self) {
        self.decline_reason = None;
        self.messages.retain(|message| {
            !matches!(
                message,
                Message::PaymentDeclined
                    | Message::AuthenticationRequired
                    | Message::MissingBuyerEmail
            )
        });
    }
}
