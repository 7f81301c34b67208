//! Delivery: which options an address has and what they cost.

use std::collections::BTreeSet;

use comptoir_acp::{
    id::LineItemId,
    money::{MinorUnits, Money},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::address::CountryCode;

/// Identifier of the option that every digital line has.
pub const DIGITAL_OPTION_ID: &str = "digital";

/// Identifier of a fulfilment option, unique within a merchant's table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OptionId(String);

impl OptionId {
    /// An identifier; any text, compared as it is.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for OptionId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One way of sending goods, as the merchant offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingRate {
    /// Its identifier.
    pub id: OptionId,
    /// Name shown to the buyer.
    pub title: String,
    /// Carrier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// Price of a parcel. Only checkouts in this currency are offered the rate.
    pub price: Money,
    /// Added for each started kilogram, in minor units.
    #[serde(default = "zero")]
    pub per_kilogram: MinorUnits,
    /// Heaviest parcel in grams; none means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_grams_max: Option<u64>,
    /// Goods of at least this many minor units (after reductions) are sent free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_above: Option<MinorUnits>,
    /// Fewest days until delivery.
    pub days_min: u16,
    /// Most days until delivery.
    pub days_max: u16,
}

/// The rates of a group of countries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingZone {
    /// The countries; none means every country that no other zone names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries: Option<BTreeSet<CountryCode>>,
    /// Ways of sending goods there.
    pub rates: Vec<ShippingRate>,
}

/// All zones a merchant delivers to. A country in no zone gets no option.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingTable {
    /// The zones.
    pub zones: Vec<ShippingZone>,
}

/// How the goods of an option travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionKind {
    /// By a carrier.
    Shipping,
    /// On line.
    Digital,
}

/// One way in which some lines of a checkout can be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentOption {
    /// Its identifier.
    pub id: OptionId,
    /// How the goods travel.
    pub kind: OptionKind,
    /// Name shown to the buyer.
    pub title: String,
    /// Carrier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// What it costs before tax and reductions, in minor units.
    pub subtotal: MinorUnits,
    /// Fewest days until delivery.
    pub days_min: u16,
    /// Most days until delivery.
    pub days_max: u16,
    /// The lines it delivers.
    pub line_ids: Vec<LineItemId>,
}

impl FulfillmentOption {
    /// Earliest and latest delivery of an order placed at `from`.
    #[must_use]
    pub fn window(&self, from: Timestamp) -> (Timestamp, Timestamp) {
        let after = |days: u16| {
            from.checked_add(SignedDuration::from_hours(24 * i64::from(days)))
                .unwrap_or(from)
        };
        (after(self.days_min), after(self.days_max))
    }

    /// The option of lines that are made available on line: free and immediate.
    #[must_use]
    pub fn digital(line_ids: Vec<LineItemId>) -> Self {
        Self {
            id: OptionId::new(DIGITAL_OPTION_ID),
            kind: OptionKind::Digital,
            title: "Digital delivery".to_owned(),
            carrier: None,
            subtotal: MinorUnits::ZERO,
            days_min: 0,
            days_max: 0,
            line_ids,
        }
    }
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Where to.
    pub country: CountryCode,
    /// Price of the goods after reductions, with the currency of the checkout.
    pub goods: Money,
    /// Weight in grams.
    pub weight_grams: u64,
    /// The lines in it.
    pub line_ids: Vec<LineItemId>,
}

impl ShippingTable {
    /// The options for a parcel, cheapest first, equal prices in the order of the table. Rates that
    /// cannot be computed because an amount would not fit are not offered.
    #[must_use]
    pub fn options(&self, parcel: &Parcel) -> Vec<FulfillmentOption> {
        let Some(zone) = self.zone(parcel.country) else {
            return Vec::new();
        };
        let mut options: Vec<FulfillmentOption> = zone
            .rates
            .iter()
            .filter(|rate| rate.price.currency == parcel.goods.currency)
            .filter(|rate| {
                rate.weight_grams_max
                    .is_none_or(|max| parcel.weight_grams <= max)
            })
            .filter_map(|rate| {
                Some(FulfillmentOption {
                    id: rate.id.clone(),
                    kind: OptionKind::Shipping,
                    title: rate.title.clone(),
                    carrier: rate.carrier.clone(),
                    subtotal: rate.cost(parcel)?,
                    days_min: rate.days_min,
                    days_max: rate.days_max,
                    line_ids: parcel.line_ids.clone(),
                })
            })
            .collect();
        options.sort_by_key(|option| option.subtotal);
        options
    }

    fn zone(&self, country: CountryCode) -> Option<&ShippingZone> {
        let named = |zone: &&ShippingZone| {
            zone.countries
                .as_ref()
                .is_some_and(|countries| countries.contains(&country))
        };
        self.zones
            .iter()
            .find(named)
            .or_else(|| self.zones.iter().find(|zone| zone.countries.is_none()))
    }
}

impl ShippingRate {
    fn cost(&self, parcel: &Parcel) -> Option<MinorUnits> {
        if self
            .free_above
            .is_some_and(|threshold| parcel.goods.amount >= threshold)
        {
            return Some(MinorUnits::ZERO);
        }
        let kilograms = i64::try_from(parcel.weight_grams.div_ceil(1_000)).ok()?;
        let weight = self.per_kilogram.checked_mul(kilograms).ok()?;
        self.price.amount.checked_add(weight).ok()
    }
}

const fn zero() -> MinorUnits {
    MinorUnits::ZERO
}
