//! The checkout aggregate.
//!
//! Every operation returns an [`Outcome`]: the checkout as it must be stored, and the effects that
//! the caller must carry out. Nothing is changed in place, so a refused operation changes nothing.
//! Business problems (sold out, declined, no address) are messages of the checkout; a [`Refusal`] is
//! an operation that makes no sense now.

mod delivery;
mod desired;
mod event;
mod lines;
mod link;
mod message;
mod outcome;
mod pricing;
mod refusal;
mod settle;
mod state;

use std::collections::BTreeMap;

use comptoir_acp::{
    currency::Currency,
    id::{CheckoutSessionId, ItemId, LineItemId, OrderId},
    money::{MinorUnits, Money},
    quantity::Quantity,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::pricing::{Before, Priced};
pub use self::{
    desired::{DesiredCheckout, DesiredLine, LineError},
    event::{DeclineReason, Effect, Event},
    link::{Link, LinkKind},
    message::{Level, Message, Resolution, Subject},
    outcome::{ChargeIntent, Outcome},
    pricing::{Line, PricingContext},
    refusal::Refusal,
    settle::{Authentication, ChargeNews, Completion},
    state::{ChargeKey, CheckoutState, InvalidTransition, apply},
};
use crate::{
    address::{Buyer, Destination},
    document::DocumentVersion,
    ledger::Ledger,
    shipping::{FulfillmentOption, OptionId},
    stock::Hold,
    tax::TaxRow,
};

/// Most times that one checkout can be attempted to be paid.
pub const ATTEMPTS_MAX: u32 = 20;

/// What a new checkout is made of.
#[derive(Clone, Debug)]
pub struct NewCheckout {
    /// Its identifier, made by the caller.
    pub id: CheckoutSessionId,
    /// The principal on whose behalf it exists.
    pub owner: String,
    /// Currency of every amount in it.
    pub currency: Currency,
    /// What is wanted.
    pub desired: DesiredCheckout,
    /// Links shown with it.
    pub links: Vec<Link>,
    /// When it lapses unless completed.
    pub expires_at: Timestamp,
}

/// A checkout: what is wanted, what it costs, what stands in the way, and how far it has come.
///
/// The fields are there to be read. They are changed by the methods only, which keep them in accord;
/// serialised, the checkout is one versioned document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Checkout {
    /// Version of the stored document.
    pub document_version: DocumentVersion,
    /// Identifier.
    pub id: CheckoutSessionId,
    /// The principal on whose behalf it exists.
    pub owner: String,
    /// Currency of every amount.
    pub currency: Currency,
    /// How far it has come.
    pub state: CheckoutState,
    /// What is wanted, buyer and destination included.
    pub desired: DesiredCheckout,
    /// The lines, in the order in which they were wanted.
    pub lines: Vec<Line>,
    /// Ways of delivery, the cheapest way of sending first.
    pub options: Vec<FulfillmentOption>,
    /// The chosen way of sending physical goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected_option: Option<OptionId>,
    /// Every amount.
    pub ledger: Ledger,
    /// Tax by rate.
    pub tax_rows: Vec<TaxRow>,
    /// What pricing has to say, then what paying has to say.
    pub messages: Vec<Message>,
    /// Why the last charge was refused. For the merchant; never shown to the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_reason: Option<DeclineReason>,
    /// Links shown with it.
    pub links: Vec<Link>,
    /// Counts the changes, from 1. Never decreases.
    pub revision: u64,
    /// Attempts to pay begun so far.
    pub attempts: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it lapses unless completed.
    pub expires_at: Timestamp,
    line_numbers: lines::LineNumbers,
}

impl Checkout {
    /// Opens a checkout.
    ///
    /// # Errors
    /// [`Refusal::MaximumExceeded`] when an amount exceeds [`AMOUNT_MAX`](crate::AMOUNT_MAX),
    /// [`Refusal::MerchantData`] when the merchant's own data cannot be priced.
    pub fn create(
        new: NewCheckout,
        context: &PricingContext<'_>,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let priced = pricing::price(new.currency, &new.desired, None, context)?;
        let checkout = Self {
            document_version: DocumentVersion,
            id: new.id,
            owner: new.owner,
            currency: new.currency,
            state: CheckoutState::NotReady,
            desired: new.desired,
            lines: Vec::new(),
            options: Vec::new(),
            selected_option: None,
            ledger: Ledger::default(),
            tax_rows: Vec::new(),
            messages: Vec::new(),
            decline_reason: None,
            links: new.links,
            revision: 0,
            attempts: 0,
            created_at: now,
            updated_at: now,
            expires_at: new.expires_at,
            line_numbers: lines::LineNumbers::default(),
        };
        checkout.show(priced, now)
    }

    /// Replaces what is wanted. The caller has merged the agent's partial update into
    /// [`Checkout::desired`]. What payment had to say is forgotten.
    ///
    /// # Errors
    /// [`Refusal::NotPossible`] while a charge is under way and after the end; else as
    /// [`Checkout::create`].
    pub fn update(
        &self,
        desired: DesiredCheckout,
        context: &PricingContext<'_>,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        self.must_be_open("update", now)?;
        let priced = self.priced(&desired, context)?;
        let next = Self {
            desired,
            decline_reason: None,
            ..self.clone()
        };
        next.show(priced, now)
    }

    /// Prices the same wish again: stock, prices and rates may have changed since. Unchanged when
    /// nothing did, and when the checkout is not open.
    ///
    /// # Errors
    /// As [`Checkout::create`].
    pub fn refresh(
        &self,
        context: &PricingContext<'_>,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        if self.must_be_open("update", now).is_err() {
            return Ok(Outcome::unchanged(self));
        }
        let priced = self.priced(&self.desired, context)?;
        if self.is_current(&priced) {
            return Ok(Outcome::unchanged(self));
        }
        self.clone().show(priced, now)
    }

    /// Gives the checkout up.
    ///
    /// # Errors
    /// [`Refusal::NotPossible`] while a charge is under way and after the end.
    pub fn cancel(&self, now: Timestamp) -> Result<Outcome, Refusal> {
        self.clone().transition(Event::Cancel, now)
    }

    /// Records that the checkout has lapsed. Unchanged before its time and while a charge is under
    /// way: an unknown outcome must be settled first.
    pub fn expire(&self, now: Timestamp) -> Result<Outcome, Refusal> {
        if now < self.expires_at || !self.state.is_open() {
            return Ok(Outcome::unchanged(self));
        }
        self.clone().transition(Event::Expire, now)
    }

    /// What the buyer pays.
    #[must_use]
    pub fn total(&self) -> Money {
        Money {
            amount: self.ledger.total(),
            currency: self.currency,
        }
    }

    /// One line. Its amounts are in [`Checkout::ledger`].
    #[must_use]
    pub fn line(&self, id: &LineItemId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == *id)
    }

    /// Who buys.
    #[must_use]
    pub const fn buyer(&self) -> Option<&Buyer> {
        self.desired.buyer.as_ref()
    }

    /// Where it goes.
    #[must_use]
    pub const fn destination(&self) -> Option<&Destination> {
        self.desired.destination.as_ref()
    }

    /// The order, once completed.
    #[must_use]
    pub const fn order_id(&self) -> Option<&OrderId> {
        if let CheckoutState::Completed { order_id, .. } = &self.state {
            return Some(order_id);
        }
        None
    }

    /// The options in force: the chosen way of sending, and digital delivery where there is any.
    pub fn selected_options(&self) -> impl Iterator<Item = &FulfillmentOption> {
        self.options.iter().filter(|option| {
            Some(&option.id) == self.selected_option.as_ref()
                || option.kind == crate::shipping::OptionKind::Digital
        })
    }

    /// What to hold for this checkout: every counted line that can be had, nothing once it ended.
    /// A line that cannot be had in full holds nothing.
    #[must_use]
    pub fn hold(&self) -> Hold {
        if self.state.is_terminal() {
            return Hold::new();
        }
        self.lines
            .iter()
            .filter(|line| line.counted && line.availability.is_enough())
            .map(|line| (line.item_id.clone(), line.quantity.steps()))
            .collect::<BTreeMap<_, _>>()
    }

    /// Whether the time is over although nobody recorded it yet.
    #[must_use]
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        self.state.is_open() && now >= self.expires_at
    }

    fn must_be_open(&self, event: &'static str, now: Timestamp) -> Result<(), Refusal> {
        let state = if self.has_lapsed(now) {
            "expired"
        } else {
            self.state.name()
        };
        if self.state.is_open() && state != "expired" {
            return Ok(());
        }
        Err(Refusal::NotPossible(InvalidTransition { state, event }))
    }

    fn priced(
        &self,
        desired: &DesiredCheckout,
        context: &PricingContext<'_>,
    ) -> Result<Priced, Refusal> {
        let before = Before {
            lines: &self.lines,
            line_numbers: &self.line_numbers,
            selected_option: self.selected_option.as_ref(),
        };
        pricing::price(self.currency, desired, Some(before), context)
    }

    /// Whether this price is the one stored, down to what is merely worth knowing.
    fn is_current(&self, priced: &Priced) -> bool {
        self.shows(priced)
            && self.lines == priced.lines
            && self.options == priced.options
            && self.tax_rows == priced.tax_rows
    }

    /// Whether this price is the one the buyer was shown, in everything that is agreed to: lines,
    /// chosen delivery, amounts, and what stands in the way. That stock runs low, or that another
    /// way of delivery appeared, is not agreed to.
    fn shows(&self, priced: &Priced) -> bool {
        fn blocking(messages: &[Message]) -> impl Iterator<Item = &Message> {
            messages.iter().filter(|message| message.blocks_payment())
        }
        fn agreed(line: &Line) -> (&LineItemId, &ItemId, &str, Quantity, MinorUnits) {
            (
                &line.id,
                &line.item_id,
                &line.title,
                line.quantity,
                line.unit_price,
            )
        }
        let chosen = |options: &[FulfillmentOption]| {
            let mut options = options.iter();
            options
                .find(|option| Some(&option.id) == self.selected_option.as_ref())
                .cloned()
        };
        self.lines
            .iter()
            .map(agreed)
            .eq(priced.lines.iter().map(agreed))
            && self.selected_option == priced.selected_option
            && chosen(&self.options) == chosen(&priced.options)
            && self.ledger == priced.ledger
            && blocking(&self.messages).eq(blocking(&priced.messages))
    }

    /// Takes over a new price and the state that follows from it.
    fn show(mut self, priced: Priced, now: Timestamp) -> Result<Outcome, Refusal> {
        let ready = priced.is_ready();
        if priced.option_was_replaced() {
            self.desired.selected_option = None;
        }
        self.lines = priced.lines;
        self.options = priced.options;
        self.selected_option = priced.selected_option;
        self.ledger = priced.ledger;
        self.tax_rows = priced.tax_rows;
        self.messages = priced.messages;
        self.line_numbers = priced.line_numbers;
        self.transition(Event::Update { ready }, now)
    }

    /// Applies an event, counts the change, and says what must be done.
    fn transition(mut self, event: Event, now: Timestamp) -> Result<Outcome, Refusal> {
        let (state, effects) = apply(self.state.clone(), event, now)?;
        self.state = state;
        self.revision = self.revision.saturating_add(1);
        self.updated_at = now;
        Ok(Outcome {
            checkout: self,
            effects,
            changed: true,
        })
    }
}
