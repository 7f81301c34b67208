//! What the buyer asked for, as far as the ranking is concerned.

use std::cmp::Ordering;

use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};
use serde::{Deserialize, Serialize};

/// Decimal places that a [`PriceLimit`] keeps; no ISO 4217 currency has more.
const LIMIT_PLACES: u32 = 4;

/// The part of a request that the ranking uses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The words looked for, in the order of the bits of
    /// [`RankView::words_matched`](crate::RankView::words_matched); at most 64 count.
    pub words: Vec<String>,
    /// Dearer products are left out, and so are those without a comparable price.
    pub price_max: Option<PriceLimit>,
    /// Cheaper products are left out, and so are those without a comparable price.
    pub price_min: Option<PriceLimit>,
    /// Currency wished for; decides which prices compare when sorting by price.
    pub currency: Option<Currency>,
    /// How many attributes (colour, size, material) were asked for.
    pub attributes_asked: u8,
    /// The order wished for.
    pub order: Order,
}

/// The order that the buyer wishes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Best match first.
    #[default]
    Relevance,
    /// Cheapest of the good matches first.
    PriceLow,
    /// Dearest of the good matches first.
    PriceHigh,
    /// Most recently confirmed of the good matches first.
    Newest,
}

/// A price limit as a buyer says it: an amount, with or without a currency.
///
/// Without a currency it is compared with every price in that price's own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceLimit {
    /// The amount in ten-thousandths of the currency's unit: 100 euros are 1 000 000.
    pub ten_thousandths: i64,
    /// The currency, when it was said.
    pub currency: Option<Currency>,
}

impl PriceLimit {
    /// The limit that equals `money`; an amount too large to hold becomes the largest limit.
    #[must_use]
    pub fn of(money: Money) -> Self {
        let scaled = scaled(money);
        let largest = if scaled < 0 { i64::MIN } else { i64::MAX };
        Self {
            ten_thousandths: i64::try_from(scaled).unwrap_or(largest),
            currency: Some(money.currency),
        }
    }

    /// How `price` compares with the limit; `None` when the currencies differ.
    #[must_use]
    pub fn compare(&self, price: Money) -> Option<Ordering> {
        match self.currency {
            Some(currency) if currency != price.currency => None,
            _ => Some(scaled(price).cmp(&i128::from(self.ten_thousandths))),
        }
    }

    /// The limit as money, when it has a currency and fits that currency's minor unit.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        let currency = self.currency?;
        self.money_in(currency)
    }

    /// The limit as money of `currency`; `None` when it is finer than the minor unit.
    #[must_use]
    pub fn money_in(&self, currency: Currency) -> Option<Money> {
        let step = 10_i64.checked_pow(LIMIT_PLACES.checked_sub(currency.exponent())?)?;
        if self.ten_thousandths.checked_rem(step)? != 0 {
            return None;
        }
        let amount = self.ten_thousandths.checked_div(step)?;
        Some(Money::new(MinorUnits::new(amount), currency))
    }
}

/// Amount in ten-thousandths of the unit, exact.
fn scaled(money: Money) -> i128 {
    let places = LIMIT_PLACES.saturating_sub(money.currency.exponent());
    i128::from(money.amount.get()).saturating_mul(10_i128.saturating_pow(places))
}
