//! The order, its fulfilments and adjustments. Statuses are open: new values must not break readers.

use serde::{Deserialize, Serialize};

use super::total::Total;
use crate::{
    currency::Currency,
    id::{AdjustmentId, CheckoutSessionId, LineItemId, OrderId},
    money::MinorUnits,
    quantity::Quantity,
    text::Rfc3339,
};

mod fulfillment;

pub use fulfillment::{
    DigitalDelivery, EstimatedDelivery, Fulfillment, FulfillmentEvent, FulfillmentEventType,
    FulfillmentStatus, FulfillmentType, LineItemReference,
};

closed_enum! {
    /// The discriminator of an order.
    pub enum OrderObject {
        Order = "order",
    }
}

open_enum! {
    /// Where an order stands.
    pub enum OrderStatus {
        Created = "created",
        Confirmed = "confirmed",
        ManualReview = "manual_review",
        Processing = "processing",
        Shipped = "shipped",
        /// Everything was received.
        ///
        Completed = "completed",
        Canceled = "canceled",
    }
}

open_enum! {
    /// Where a line stands; derived from its quantities.
    pub enum OrderLineStatus {
        Processing = "processing",
        /// Some of the current quantity is fulfilled.
        ///
        Partial = "partial",
        /// The seller has dispatched all of it.
        ///
        Fulfilled = "fulfilled",
        /// The current quantity is zero.
        ///
        Removed = "removed",
    }
}

open_enum! {
    /// A change after the order.
    pub enum AdjustmentType {
        /// A full or partial refund.
        ///
        Refund = "refund",
        Credit = "credit",
        Return = "return",
        Exchange = "exchange",
        PriceAdjustment = "price_adjustment",
        Cancellation = "cancellation",
        /// A chargeback or the like.
        ///
        Dispute = "dispute",
    }
}

open_enum! {
    /// Where an adjustment stands.
    pub enum AdjustmentStatus {
        Pending = "pending",
        Completed = "completed",
        Failed = "failed",
    }
}

/// Proof for the buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderConfirmation {
    /// Number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_number: Option<String>,
    /// Whether an e-mail went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_email_sent: Option<bool>,
    /// Address of the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_url: Option<String>,
    /// Invoice number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<String>,
    /// Notes of the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_notes: Option<String>,
}

/// Whom to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportInfo {
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Opening hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Address of the help centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_center_url: Option<String>,
}

/// Quantities of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderLineItemQuantity {
    /// What was ordered.
    pub ordered: Quantity,
    /// What is still part of the order.
    pub current: u32,
    /// What was dispatched; absent means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilled: Option<u32>,
}

impl OrderLineItemQuantity {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(ordered: Quantity, current: u32) -> Self {
        Self {
            ordered,
            current,
            fulfilled: None,
        }
    }
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderLineItem {
    /// Id of the line.
    pub id: LineItemId,
    /// Product name.
    pub title: String,
    /// Product in the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Address of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Address of the product page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Quantities.
    pub quantity: OrderLineItemQuantity,
    /// Price of one, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<MinorUnits>,
    /// Price of the line, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtotal: Option<MinorUnits>,
    /// Rows of amounts of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Vec<Total>>,
    /// Where the line stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderLineStatus>,
}

impl OrderLineItem {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: LineItemId, title: String, quantity: OrderLineItemQuantity) -> Self {
        Self {
            id,
            title,
            product_id: None,
            description: None,
            image_url: None,
            url: None,
            quantity,
            unit_price: None,
            subtotal: None,
            totals: None,
            status: None,
        }
    }
}

/// A change after the order, such as a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Id.
    pub id: AdjustmentId,
    /// Kind.
    pub r#type: AdjustmentType,
    /// When.
    pub occurred_at: Rfc3339,
    /// Where it stands.
    pub status: AdjustmentStatus,
    /// Lines affected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_items: Option<Vec<LineItemReference>>,
    /// Minor units credited to the buyer, tax included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<MinorUnits>,
    /// Currency of `amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why, for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Adjustment {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        id: AdjustmentId,
        r#type: AdjustmentType,
        occurred_at: Rfc3339,
        status: AdjustmentStatus,
    ) -> Self {
        Self {
            id,
            r#type,
            occurred_at,
            status,
            line_items: None,
            amount: None,
            currency: None,
            description: None,
            reason: None,
        }
    }
}

/// An order. The row `total` stays the amount charged for ever; refunds have rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Always `order`; required in webhooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<OrderObject>,
    /// Id.
    pub id: OrderId,
    /// The session it came from.
    pub checkout_session_id: CheckoutSessionId,
    /// Number for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// The agent's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_reference_id: Option<String>,
    /// Where the buyer sees the order.
    pub permalink_url: String,
    /// Where it stands; required in webhooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// When delivery is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_delivery: Option<EstimatedDelivery>,
    /// Proof for the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<OrderConfirmation>,
    /// Whom to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support: Option<SupportInfo>,
    /// What was ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_items: Option<Vec<OrderLineItem>>,
    /// How it reaches the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillments: Option<Vec<Fulfillment>>,
    /// What changed afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustments: Option<Vec<Adjustment>>,
    /// Rows of amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Vec<Total>>,
}

impl Order {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: OrderId, checkout_session_id: CheckoutSessionId, permalink_url: String) -> Self {
        Self {
            r#type: None,
            id,
            checkout_session_id,
            order_number: None,
            client_reference_id: None,
            permalink_url,
            status: None,
            estimated_delivery: None,
            confirmation: None,
            support: None,
            line_items: None,
            fulfillments: None,
            adjustments: None,
            totals: None,
        }
    }
}
