//! The order: what became of a paid checkout.
//!
//! The total never changes: it is what was charged. What happens afterwards is recorded beside it,
//! as fulfilments and adjustments that only grow, and every status is derived from the quantities.
//! Each operation returns a new order and the effects that the caller must carry out; a refused
//! operation changes nothing.

mod adjustment;
mod error;
mod fulfillment;
mod refund;
mod ship;
mod status;

use comptoir_acp::{
    currency::Currency,
    id::{ChargeId, CheckoutSessionId, ItemId, LineItemId, OrderId},
    money::{MinorUnits, Money},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    adjustment::{Adjustment, AdjustmentKind, AdjustmentStatus, LineQuantity, RefundReceipt},
    error::OrderError,
    fulfillment::{
        DigitalDelivery, Fulfillment, FulfillmentEvent, FulfillmentEventKind, FulfillmentStatus,
    },
    refund::{Cancellation, RefundOrder, RefundResult, Return},
    ship::{DigitalHandover, Shipment, Sighting},
    status::{LineStatus, OrderStatus},
};
use crate::{
    address::{Buyer, Destination},
    checkout::{ChargeKey, Checkout, CheckoutState},
    document::DocumentVersion,
    item::FulfillmentKind,
    ledger::Ledger,
    tax::TaxRow,
};

/// One line of an order. Its amounts are in the order's ledger, under its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderLine {
    /// The id that the line had in the checkout.
    pub id: LineItemId,
    /// The item.
    pub item_id: ItemId,
    /// Name shown to the buyer.
    pub title: String,
    /// Longer text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Product page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Price of one unit, in minor units.
    pub unit_price: MinorUnits,
    /// How it reaches the buyer.
    pub fulfillment: FulfillmentKind,
    /// Whether units are counted in stock.
    pub counted: bool,
    /// Units ordered. Never changes.
    pub ordered: u32,
    /// Units neither canceled nor returned.
    pub current: u32,
    /// Units of `current` that were sent or handed over.
    pub fulfilled: u32,
}

impl OrderLine {
    /// The line's status, derived from its quantities.
    #[must_use]
    pub const fn status(&self) -> LineStatus {
        LineStatus::of(self.current, self.fulfilled)
    }

    /// Units that are still to be sent or handed over.
    #[must_use]
    pub const fn unfulfilled(&self) -> u32 {
        self.current.saturating_sub(self.fulfilled)
    }
}

/// What an order is made of besides the checkout.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Number shown to the buyer.
    pub order_number: Option<String>,
    /// Page on which the buyer can see the order, with an e-mail address at most.
    pub permalink_url: String,
    /// The processor's identifier of the charge.
    pub charge_id: ChargeId,
}

/// An order. Read its fields; change it by its methods only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Order {
    /// Version of the stored document.
    pub document_version: DocumentVersion,
    /// Identifier.
    pub id: OrderId,
    /// The checkout that it came from.
    pub checkout_session_id: CheckoutSessionId,
    /// The principal on whose behalf it was placed.
    pub owner: String,
    /// Number shown to the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// Page on which the buyer can see the order.
    pub permalink_url: String,
    /// Currency of every amount.
    pub currency: Currency,
    /// The lines, in the order of the checkout.
    pub lines: Vec<OrderLine>,
    /// Every amount, as charged. Never changes.
    pub ledger: Ledger,
    /// Tax by rate, as charged.
    pub tax_rows: Vec<TaxRow>,
    /// The charge that paid.
    pub charge_key: ChargeKey,
    /// The processor's identifier of that charge.
    pub charge_id: ChargeId,
    /// Who bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// Language of the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Whether somebody must look at it before it goes on.
    pub under_review: bool,
    /// Parcels and handovers. Only grows.
    pub fulfillments: Vec<Fulfillment>,
    /// Refunds, cancellations and returns. Only grows.
    pub adjustments: Vec<Adjustment>,
    /// Counts the changes, from 1. Never decreases; subscribers order events by it.
    pub revision: u64,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The result of an operation on an order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct OrderOutcome {
    /// The order after the operation.
    pub order: Order,
    /// What must be done, in this order.
    pub effects: Vec<OrderEffect>,
}

/// What the caller must do, in the same transaction as storing the order unless noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum OrderEffect {
    /// Tell the subscribers that there is a new order.
    AnnounceCreated,
    /// Tell the subscribers that the order changed.
    AnnounceUpdated,
    /// Put units back into stock.
    Restock {
        /// The item.
        item_id: ItemId,
        /// How many.
        quantity: u32,
    },
    /// Store the refund now; ask the processor after the commit, under this key.
    Refund {
        /// The adjustment that records it, and the identity of the refund.
        refund_key: String,
        /// The charge to be refunded.
        charge_id: ChargeId,
        /// How much.
        amount: Money,
    },
}

impl Order {
    /// Makes the order of a completed checkout. Every amount is taken over as it is: the total of
    /// the order is what the buyer agreed to.
    ///
    /// # Errors
    /// [`OrderError::NotCompleted`] for a checkout that is not completed.
    pub fn place(
        new: NewOrder,
        checkout: &Checkout,
        now: Timestamp,
    ) -> Result<OrderOutcome, OrderError> {
        let CheckoutState::Completed {
            order_id,
            charge_key,
            ..
        } = &checkout.state
        else {
            return Err(OrderError::NotCompleted);
        };
        let lines = checkout
            .lines
            .iter()
            .map(|line| OrderLine {
                id: line.id.clone(),
                item_id: line.item_id.clone(),
                title: line.title.clone(),
                description: line.description.clone(),
                image_url: line.image_url.clone(),
                url: line.url.clone(),
                unit_price: line.unit_price,
                fulfillment: line.fulfillment,
                counted: line.counted,
                ordered: line.quantity.steps(),
                current: line.quantity.steps(),
                fulfilled: 0,
            })
            .collect();
        let order = Self {
            document_version: DocumentVersion,
            id: order_id.clone(),
            checkout_session_id: checkout.id.clone(),
            owner: checkout.owner.clone(),
            order_number: new.order_number,
            permalink_url: new.permalink_url,
            currency: checkout.currency,
            lines,
            ledger: checkout.ledger.clone(),
            tax_rows: checkout.tax_rows.clone(),
            charge_key: charge_key.clone(),
            charge_id: new.charge_id,
            buyer: checkout.desired.buyer.clone(),
            destination: checkout.desired.destination.clone(),
            locale: checkout.desired.locale.clone(),
            under_review: false,
            fulfillments: Vec::new(),
            adjustments: Vec::new(),
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        Ok(OrderOutcome {
            order,
            effects: vec![OrderEffect::AnnounceCreated],
        })
    }

    /// What was charged. Never changes.
    #[must_use]
    pub fn total(&self) -> Money {
        Money {
            amount: self.ledger.total(),
            currency: self.currency,
        }
    }

    /// The order's status, derived from its lines and parcels.
    #[must_use]
    pub fn status(&self) -> OrderStatus {
        OrderStatus::of(self)
    }

    /// One line.
    #[must_use]
    pub fn line(&self, id: &LineItemId) -> Option<&OrderLine> {
        self.lines.iter().find(|line| line.id == *id)
    }

    /// Puts the order aside until somebody has looked at it, or takes it up again.
    pub fn set_review(&self, under_review: bool, now: Timestamp) -> OrderOutcome {
        let mut next = self.clone();
        next.under_review = under_review;
        next.changed(Vec::new(), now)
    }

    /// Counts a change and announces it after the other effects.
    fn changed(mut self, mut effects: Vec<OrderEffect>, now: Timestamp) -> OrderOutcome {
        self.revision = self.revision.saturating_add(1);
        self.updated_at = now;
        effects.push(OrderEffect::AnnounceUpdated);
        OrderOutcome {
            order: self,
            effects,
        }
    }
}
