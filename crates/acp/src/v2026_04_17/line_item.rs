//! Lines of a checkout session or cart.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::total::Total;
use crate::{
    id::{ItemId, LineItemId},
    money::MinorUnits,
    quantity::Quantity,
    text::Rfc3339,
};

/// An item, in requests what the buyer wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The seller's id of the item.
    pub id: ItemId,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Price of one, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_amount: Option<MinorUnits>,
    /// How many; absent means one. Not in the schema: the known gap of versions since 2026-01-30,
    /// accepted in requests. Never set it in an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
}

impl Item {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: ItemId) -> Self {
        Self {
            id,
            name: None,
            unit_amount: None,
            quantity: None,
        }
    }
}

/// A chosen option, such as a colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantOption {
    /// Name of the option.
    pub name: String,
    /// Its value.
    pub value: String,
}

closed_enum! {
    /// A unit of weight.
    pub enum WeightUnit {
        G = "g",
        Kg = "kg",
        Oz = "oz",
        Lb = "lb",
    }
}

/// A weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightInfo {
    /// How much.
    pub value: Number,
    /// Of what.
    pub unit: WeightUnit,
}

closed_enum! {
    /// A unit of length.
    pub enum LengthUnit {
        Cm = "cm",
        In = "in",
    }
}

/// Outer dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionsInfo {
    /// Length.
    pub length: Number,
    /// Width.
    pub width: Number,
    /// Height.
    pub height: Number,
    /// Unit of all three.
    pub unit: LengthUnit,
}

closed_enum! {
    /// How a line's discount is computed.
    pub enum DiscountDetailType {
        Percentage = "percentage",
        Fixed = "fixed",
        Bogo = "bogo",
        Volume = "volume",
    }
}

closed_enum! {
    /// Where a line's discount comes from.
    pub enum DiscountSource {
        Coupon = "coupon",
        Automatic = "automatic",
        Loyalty = "loyalty",
    }
}

/// A discount on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountDetail {
    /// The code that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How it is computed.
    pub r#type: DiscountDetailType,
    /// Minor units.
    pub amount: MinorUnits,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<DiscountSource>,
}

impl DiscountDetail {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: DiscountDetailType, amount: MinorUnits) -> Self {
        Self {
            code: None,
            r#type,
            amount,
            description: None,
            source: None,
        }
    }
}

closed_enum! {
    /// A kind of disclosure.
    pub enum DisclosureType {
        Disclaimer = "disclaimer",
    }
}

closed_enum! {
    /// How a text is written.
    pub enum ContentType {
        /// As it is.
        ///
        Plain = "plain",
        /// `CommonMark` without raw HTML.
        ///
        Markdown = "markdown",
    }
}

/// Something the buyer must be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Kind.
    pub r#type: DisclosureType,
    /// How it is written.
    pub content_type: ContentType,
    /// The text.
    pub content: String,
}

/// A property shown with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomAttribute {
    /// Name for people.
    pub display_name: String,
    /// Value for people.
    pub value: String,
}

/// Who sells on a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketplaceSellerDetails {
    /// Name.
    pub name: String,
}

closed_enum! {
    /// Whether a line can be had.
    pub enum AvailabilityStatus {
        InStock = "in_stock",
        LowStock = "low_stock",
        OutOfStock = "out_of_stock",
        Backorder = "backorder",
        PreOrder = "pre_order",
    }
}

/// A line: an item, how many, and what that costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineItem {
    /// Id of the line, stable over updates.
    pub id: LineItemId,
    /// The item.
    pub item: Item,
    /// How many.
    pub quantity: Quantity,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Description for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Addresses of pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<String>>,
    /// Price of one, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_amount: Option<MinorUnits>,
    /// What the buyer must be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disclosures: Option<Vec<Disclosure>>,
    /// Properties to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_attributes: Option<Vec<CustomAttribute>>,
    /// Who sells on a marketplace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace_seller_details: Option<MarketplaceSellerDetails>,
    /// Product in the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Stock-keeping unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Variant in the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_id: Option<String>,
    /// Category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<WeightInfo>,
    /// Dimensions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<DimensionsInfo>,
    /// Whether it can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_status: Option<AvailabilityStatus>,
    /// How many can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_quantity: Option<u32>,
    /// Most of it in one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_quantity_per_order: Option<Quantity>,
    /// When it can be shipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillable_on: Option<Rfc3339>,
    /// Chosen options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_options: Option<Vec<VariantOption>>,
    /// Discounts on this line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount_details: Option<Vec<DiscountDetail>>,
    /// Whether it is free of tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_exempt: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_exemption_reason: Option<String>,
    /// The line this one is bundled into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<LineItemId>,
    /// What the line costs.
    pub totals: Vec<Total>,
}

impl LineItem {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: LineItemId, item: Item, quantity: Quantity, totals: Vec<Total>) -> Self {
        Self {
            id,
            item,
            quantity,
            name: None,
            description: None,
            images: None,
            unit_amount: None,
            disclosures: None,
            custom_attributes: None,
            marketplace_seller_details: None,
            product_id: None,
            sku: None,
            variant_id: None,
            category: None,
            tags: None,
            weight: None,
            dimensions: None,
            availability_status: None,
            available_quantity: None,
            max_quantity_per_order: None,
            fulfillable_on: None,
            variant_options: None,
            discount_details: None,
            tax_exempt: None,
            tax_exemption_reason: None,
            parent_id: None,
            totals,
        }
    }
}
