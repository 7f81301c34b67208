//! Fulfilment options of a session and the choice among them.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{
    address::{Address, FulfillmentDetails},
    total::Total,
};
use crate::{money::MinorUnits, open::OtherFields, text::Rfc3339};

closed_enum! {
    /// A kind of fulfilment option.
    pub enum FulfillmentOptionType {
        Shipping = "shipping",
        Digital = "digital",
        Pickup = "pickup",
        LocalDelivery = "local_delivery",
    }
}

/// Shipping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentOptionShipping {
    /// Id of the option.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Description for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Carrier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// Earliest delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_delivery_time: Option<Rfc3339>,
    /// Latest delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_delivery_time: Option<Rfc3339>,
    /// What it costs.
    pub totals: Vec<Total>,
}

impl FulfillmentOptionShipping {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, title: String, totals: Vec<Total>) -> Self {
        Self {
            id,
            title,
            description: None,
            carrier: None,
            earliest_delivery_time: None,
            latest_delivery_time: None,
            totals,
        }
    }
}

/// Digital delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentOptionDigital {
    /// Id of the option.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Description for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it costs.
    pub totals: Vec<Total>,
}

impl FulfillmentOptionDigital {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, title: String, totals: Vec<Total>) -> Self {
        Self {
            id,
            title,
            description: None,
            totals,
        }
    }
}

/// Where goods are picked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickupLocation {
    /// Name of the place.
    pub name: String,
    /// Its address.
    pub address: Address,
    /// Its telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// How to pick up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl PickupLocation {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(name: String, address: Address) -> Self {
        Self {
            name,
            address,
            phone: None,
            instructions: None,
            other: OtherFields::default(),
        }
    }
}

closed_enum! {
    /// How goods are picked up.
    pub enum PickupType {
        InStore = "in_store",
        Curbside = "curbside",
        Locker = "locker",
    }
}

/// Pick-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentOptionPickup {
    /// Id of the option.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Description for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where.
    pub location: PickupLocation,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pickup_type: Option<PickupType>,
    /// When the goods are ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_by: Option<Rfc3339>,
    /// Until when they are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pickup_by: Option<Rfc3339>,
    /// What it costs.
    pub totals: Vec<Total>,
}

impl FulfillmentOptionPickup {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, title: String, location: PickupLocation, totals: Vec<Total>) -> Self {
        Self {
            id,
            title,
            description: None,
            location,
            pickup_type: None,
            ready_by: None,
            pickup_by: None,
            totals,
        }
    }
}

/// When goods are delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryWindow {
    /// Start.
    pub start: Rfc3339,
    /// End.
    pub end: Rfc3339,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl DeliveryWindow {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(start: Rfc3339, end: Rfc3339) -> Self {
        Self {
            start,
            end,
            other: OtherFields::default(),
        }
    }
}

/// Where the seller delivers itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceArea {
    /// Radius in miles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius_miles: Option<Number>,
    /// Centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center_postal_code: Option<String>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// Delivery by the seller itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentOptionLocalDelivery {
    /// Id of the option.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Description for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_window: Option<DeliveryWindow>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_area: Option<ServiceArea>,
    /// What it costs.
    pub totals: Vec<Total>,
}

impl FulfillmentOptionLocalDelivery {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, title: String, totals: Vec<Total>) -> Self {
        Self {
            id,
            title,
            description: None,
            delivery_window: None,
            service_area: None,
            totals,
        }
    }
}

/// One of the fulfilment options of a session, told apart by `type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "a session has a handful; boxes would burden every reader"
)]
pub enum FulfillmentOption {
    /// Shipping.
    Shipping(FulfillmentOptionShipping),
    /// Digital delivery.
    Digital(FulfillmentOptionDigital),
    /// Pick-up.
    Pickup(FulfillmentOptionPickup),
    /// Delivery by the seller itself.
    LocalDelivery(FulfillmentOptionLocalDelivery),
}

impl FulfillmentOption {
    /// The id by which the option is chosen.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Shipping(option) => &option.id,
            Self::Digital(option) => &option.id,
            Self::Pickup(option) => &option.id,
            Self::LocalDelivery(option) => &option.id,
        }
    }

    /// The kind of the option.
    #[must_use]
    pub const fn option_type(&self) -> FulfillmentOptionType {
        match self {
            Self::Shipping(_) => FulfillmentOptionType::Shipping,
            Self::Digital(_) => FulfillmentOptionType::Digital,
            Self::Pickup(_) => FulfillmentOptionType::Pickup,
            Self::LocalDelivery(_) => FulfillmentOptionType::LocalDelivery,
        }
    }

    /// What the option costs.
    #[must_use]
    pub fn totals(&self) -> &[Total] {
        match self {
            Self::Shipping(option) => &option.totals,
            Self::Digital(option) => &option.totals,
            Self::Pickup(option) => &option.totals,
            Self::LocalDelivery(option) => &option.totals,
        }
    }
}

/// The chosen option for some lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectedFulfillmentOption {
    /// Kind of the option.
    pub r#type: FulfillmentOptionType,
    /// Id of the option.
    pub option_id: String,
    /// Line ids by the schema's words, item ids in every official example; accept both.
    pub item_ids: Vec<String>,
}

/// Lines that travel together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentGroup {
    /// Id of the group.
    pub id: String,
    /// Ids of its lines.
    pub item_ids: Vec<String>,
    /// Kind of destination.
    pub destination_type: FulfillmentOptionType,
    /// Who receives, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment_details: Option<FulfillmentDetails>,
    /// Place of pick-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// Instructions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

impl FulfillmentGroup {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, item_ids: Vec<String>, destination_type: FulfillmentOptionType) -> Self {
        Self {
            id,
            item_ids,
            destination_type,
            fulfillment_details: None,
            location_id: None,
            instructions: None,
        }
    }
}

closed_enum! {
    /// A style of wrapping.
    pub enum GiftWrapStyle {
        Birthday = "birthday",
        Holiday = "holiday",
        Elegant = "elegant",
    }
}

/// Gift wrapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiftWrap {
    /// Whether wanted.
    pub enabled: bool,
    /// Style.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<GiftWrapStyle>,
    /// Minor units charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge: Option<MinorUnits>,
}

impl GiftWrap {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(enabled: bool) -> Self {
        Self {
            enabled,
            style: None,
            charge: None,
        }
    }
}
