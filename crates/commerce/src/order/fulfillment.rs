//! Parcels and handovers on line.

use comptoir_acp::id::{EventId, FulfillmentId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LineQuantity;
use crate::item::FulfillmentKind;

/// One parcel, or one handover on line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fulfillment {
    /// Identifier.
    pub id: FulfillmentId,
    /// How it travels.
    pub kind: FulfillmentKind,
    /// What is in it.
    pub lines: Vec<LineQuantity>,
    /// Carrier of a parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The carrier's number of a parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_number: Option<String>,
    /// The carrier's page of a parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_url: Option<String>,
    /// How to get at digital goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digital: Option<DigitalDelivery>,
    /// What happened to it. Only grows.
    pub events: Vec<FulfillmentEvent>,
}

impl Fulfillment {
    /// The status: what the last event that moves it says.
    #[must_use]
    pub fn status(&self) -> FulfillmentStatus {
        self.events
            .iter()
            .rev()
            .find_map(|event| event.kind.status())
            .unwrap_or(FulfillmentStatus::Processing)
    }
}

/// How to get at digital goods.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigitalDelivery {
    /// Address of the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_url: Option<String>,
    /// Licence key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_key: Option<String>,
    /// When access ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl std::fmt::Debug for DigitalDelivery {
    /// Nothing: whoever has the address or the key has the goods.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DigitalDelivery(..)")
    }
}

/// Status of a fulfilment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentStatus {
    /// Being prepared.
    Processing,
    /// With the carrier.
    Shipped,
    /// On its way.
    InTransit,
    /// In the van.
    OutForDelivery,
    /// With the buyer.
    Delivered,
    /// It will not arrive.
    Failed,
    /// Called back.
    Canceled,
}

impl FulfillmentStatus {
    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Canceled)
    }

    /// The status's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

/// Something that happened to a fulfilment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentEvent {
    /// Identifier.
    pub id: EventId,
    /// What.
    pub kind: FulfillmentEventKind,
    /// When.
    pub occurred_at: Timestamp,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// What happened to a fulfilment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentEventKind {
    /// Being prepared.
    Processing,
    /// Given to the carrier.
    Shipped,
    /// Seen on its way.
    InTransit,
    /// In the van.
    OutForDelivery,
    /// Given to the buyer.
    Delivered,
    /// Nobody was there; it will be tried again.
    FailedAttempt,
    /// On its way back.
    ReturnedToSender,
    /// It cannot be delivered.
    Undeliverable,
    /// Called back.
    Canceled,
}

impl FulfillmentEventKind {
    /// The status it leads to; none when it leads to no other.
    #[must_use]
    pub const fn status(self) -> Option<FulfillmentStatus> {
        match self {
            Self::Processing => Some(FulfillmentStatus::Processing),
            Self::Shipped => Some(FulfillmentStatus::Shipped),
            Self::InTransit => Some(FulfillmentStatus::InTransit),
            Self::OutForDelivery => Some(FulfillmentStatus::OutForDelivery),
            Self::Delivered => Some(FulfillmentStatus::Delivered),
            Self::FailedAttempt => None,
            Self::ReturnedToSender | Self::Undeliverable => Some(FulfillmentStatus::Failed),
            Self::Canceled => Some(FulfillmentStatus::Canceled),
        }
    }

    /// Whether digital goods can have it.
    #[must_use]
    pub const fn is_digital(self) -> bool {
        matches!(self, Self::Processing | Self::Delivered | Self::Canceled)
    }

    /// The event's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
            Self::FailedAttempt => "failed_attempt",
            Self::ReturnedToSender => "returned_to_sender",
            Self::Undeliverable => "undeliverable",
            Self::Canceled => "canceled",
        }
    }
}
