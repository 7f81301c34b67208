//! Illustrative delivery rates, for a shop that has given none.

use anyhow::Result;
use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};
use comptoir_commerce::{
    address::Region,
    shipping::{OptionId, ShippingRate, ShippingTable, ShippingZone},
};

/// A home zone with two ways of sending, and one for everywhere else. Amounts are round figures in
/// the shop's currency: examples that an operator replaces.
pub(super) fn illustrative(currency: Currency, home: &Region) -> Result<ShippingTable> {
    let price = |text: &str| Money::parse_decimal(text, currency);
    // A currency without hundredths gets whole units.
    let (standard, express, abroad, free) = match currency.exponent() {
        0 => (
            price("500")?,
            price("1200")?,
            price("2500")?,
            price("10000")?,
        ),
        _ => (
            price("4.90")?,
            price("12.00")?,
            price("19.00")?,
            price("100")?,
        ),
    };
    let rate =
        |id: &str, title: &str, carrier: &str, price: Money, days: (u16, u16)| ShippingRate {
            id: OptionId::new(id),
            title: title.to_owned(),
            carrier: Some(carrier.to_owned()),
            price,
            per_kilogram: MinorUnits::ZERO,
            weight_grams_max: None,
            free_above: None,
            days_min: days.0,
            days_max: days.1,
        };
    let mut home_standard = rate("standard", "Standard", "Simulated Post", standard, (3, 5));
    home_standard.free_above = Some(free.amount);
    Ok(ShippingTable {
        zones: vec![
            ShippingZone {
                countries: Some([home.country].into()),
                rates: vec![
                    home_standard,
                    rate("express", "Express", "Simulated Courier", express, (1, 2)),
                ],
            },
            ShippingZone {
                countries: None,
                rates: vec![rate(
                    "abroad",
                    "International",
                    "Simulated Post",
                    abroad,
                    (6, 12),
                )],
            },
        ],
    })
}
