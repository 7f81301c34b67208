//! How the goods of an order reach the buyer.

use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, FulfillmentId, LineItemId},
    open::OtherFields,
    quantity::Quantity,
    secret::SecretText,
    text::Rfc3339,
    v2026_04_17::address::Address,
};

closed_enum! {
    /// How goods reach the buyer.
    pub enum FulfillmentType {
        Shipping = "shipping",
        Pickup = "pickup",
        Digital = "digital",
    }
}

open_enum! {
    /// Where a fulfilment stands.
    pub enum FulfillmentStatus {
        Pending = "pending",
        Processing = "processing",
        Shipped = "shipped",
        InTransit = "in_transit",
        OutForDelivery = "out_for_delivery",
        ReadyForPickup = "ready_for_pickup",
        Delivered = "delivered",
        Failed = "failed",
        Canceled = "canceled",
    }
}

open_enum! {
    /// What happened to a fulfilment.
    pub enum FulfillmentEventType {
        Processing = "processing",
        Shipped = "shipped",
        InTransit = "in_transit",
        OutForDelivery = "out_for_delivery",
        ReadyForPickup = "ready_for_pickup",
        Delivered = "delivered",
        FailedAttempt = "failed_attempt",
        ReturnedToSender = "returned_to_sender",
        Canceled = "canceled",
        Undeliverable = "undeliverable",
    }
}

/// When delivery is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimatedDelivery {
    /// Earliest.
    pub earliest: Rfc3339,
    /// Latest.
    pub latest: Rfc3339,
}

/// Some of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineItemReference {
    /// Id of the line.
    pub id: LineItemId,
    /// How many.
    pub quantity: Quantity,
}

/// Something that happened to a fulfilment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentEvent {
    /// Id.
    pub id: EventId,
    /// What.
    pub r#type: FulfillmentEventType,
    /// When.
    pub occurred_at: Rfc3339,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

impl FulfillmentEvent {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: EventId, r#type: FulfillmentEventType, occurred_at: Rfc3339) -> Self {
        Self {
            id,
            r#type,
            occurred_at,
            description: None,
            location: None,
        }
    }
}

/// How digital goods are reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigitalDelivery {
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_url: Option<String>,
    /// Licence key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_key: Option<SecretText>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Rfc3339>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A parcel, pick-up or download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fulfillment {
    /// Id.
    pub id: FulfillmentId,
    /// Kind.
    pub r#type: FulfillmentType,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<FulfillmentStatus>,
    /// What is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_items: Option<Vec<LineItemReference>>,
    /// Carrier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// Number for tracking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_number: Option<String>,
    /// Address for tracking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_url: Option<String>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<Address>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_delivery: Option<EstimatedDelivery>,
    /// How digital goods are reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digital_delivery: Option<DigitalDelivery>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What happened; append-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<FulfillmentEvent>>,
}

impl Fulfillment {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: FulfillmentId, r#type: FulfillmentType) -> Self {
        Self {
            id,
            r#type,
            status: None,
            line_items: None,
            carrier: None,
            tracking_number: None,
            tracking_url: None,
            destination: None,
            estimated_delivery: None,
            digital_delivery: None,
            description: None,
            events: None,
        }
    }
}
