//! Money: whole minor units of an ISO 4217 currency, checked arithmetic, never a float.

use std::{fmt, iter};

use serde::{Deserialize, Serialize};

pub use crate::currency::Currency;

/// Why an amount of money could not be computed or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result does not fit 64 bits.
    #[error("amount does not fit 64 bits")]
    Overflow,
    /// Two amounts of different currencies cannot be combined.
    #[error("currencies differ: {left} and {right}")]
    CurrencyMismatch {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second amount.
        right: Currency,
    },
    /// The text is not a decimal number such as `12.50`.
    #[error("not a decimal amount")]
    NotDecimal,
    /// The text has more decimal places than the currency.
    #[error("{currency} has {exponent} decimal places")]
    TooPrecise {
        /// The currency asked for.
        currency: Currency,
        /// Its number of decimal places.
        exponent: u32,
    },
}

/// An amount in the smallest unit of its currency (cents for USD, yen for JPY). May be negative.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct MinorUnits(i64);

impl MinorUnits {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Takes a number of minor units.
    #[must_use]
    pub const fn new(minor_units: i64) -> Self {
        Self(minor_units)
    }

    /// The number of minor units.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Sum; [`MoneyError::Overflow`] when it does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.0
            .checked_add(other.0)
            .map(Self)
            .ok_or(MoneyError::Overflow)
    }

    /// Difference; [`MoneyError::Overflow`] when it does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.0
            .checked_sub(other.0)
            .map(Self)
            .ok_or(MoneyError::Overflow)
    }

    /// Product with a whole number; [`MoneyError::Overflow`] when it does not fit.
    pub fn checked_mul(self, factor: i64) -> Result<Self, MoneyError> {
        self.0
            .checked_mul(factor)
            .map(Self)
            .ok_or(MoneyError::Overflow)
    }

    /// The amount with the other sign; [`MoneyError::Overflow`] for the smallest value.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        self.0.checked_neg().map(Self).ok_or(MoneyError::Overflow)
    }

    /// Sum of all amounts; zero for none.
    pub fn try_sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0.is_negative()
    }
}

/// The bare number of minor units, as on the wire; [`Money::display`] is for people.
impl fmt::Display for MinorUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An amount and its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units of `currency`.
    pub amount: MinorUnits,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Joins an amount and its currency.
    #[must_use]
    pub const fn new(amount: MinorUnits, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Sum of two amounts of the same currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(Self {
            amount: self.amount.checked_add(other.amount)?,
            currency: self.currency,
        })
    }

    /// Difference of two amounts of the same currency.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(Self {
            amount: self.amount.checked_sub(other.amount)?,
            currency: self.currency,
        })
    }

    /// The amount for people: `12.50 EUR`, `500 JPY`, `1.234 KWD`.
    #[must_use]
    pub fn display(self) -> String {
        format!("{} {}", self.decimal(), self.currency.code_upper())
    }

    /// The amount as a decimal number with exactly the currency's places: `12.50`.
    #[must_use]
    pub fn decimal(self) -> String {
        let sign = if self.amount.is_negative() { "-" } else { "" };
        let digits = self.amount.0.unsigned_abs().to_string();
        let Ok(places) = usize::try_from(self.currency.exponent()) else {
            return digits;
        };
        if places == 0 {
            return format!("{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(places));
        format!("{sign}{whole}.{fraction}")
    }

    /// Reads a decimal number exactly: `12.5`, `12.50` and `-0.05` for EUR, `500` for JPY.
    ///
    /// Refuses exponents, thousands separators, and more places than the currency has unless the
    /// extra places are zero.
    ///
    /// ```
    /// use comptoir_acp::{currency::Currency, money::Money};
    ///
    /// let price = Money::parse_decimal("19.99", Currency::from_code("USD")?)?;
    /// assert_eq!(price.amount.get(), 1999);
    /// assert_eq!(price.display(), "19.99 USD");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(MoneyError::NotDecimal),
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(MoneyError::NotDecimal);
        }
        let exponent = currency.exponent();
        let places = usize::try_from(exponent).map_err(|_| MoneyError::Overflow)?;
        let significant = fraction.trim_end_matches('0');
        if significant.len() > places {
            return Err(MoneyError::TooPrecise { currency, exponent });
        }
        let minor_digits = format!("{whole}{significant:0<places$}");
        let amount = read_minor_units(&minor_digits, negative)?;
        Ok(Self {
            amount: MinorUnits(amount),
            currency,
        })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            })
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display())
    }
}

/// Subtracts digit by digit for negative numbers, so that the smallest 64-bit value is readable.
fn read_minor_units(digits: &str, negative: bool) -> Result<i64, MoneyError> {
    let sign = if negative { "-" } else { "" };
    iter::once(sign)
        .chain(iter::once(digits))
        .collect::<String>()
        .parse()
        .map_err(|_| MoneyError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, code: &str) -> Result<Money, MoneyError> {
        Money::parse_decimal(text, Currency::from_code(code).unwrap())
    }

    #[test]
    fn decimal_prices_are_read_exactly() {
        for (text, code, minor, shown) in [
            ("19.99", "USD", 1999, "19.99 USD"),
            ("8.20", "EUR", 820, "8.20 EUR"),
            ("8.2", "EUR", 820, "8.20 EUR"),
            ("500", "JPY", 500, "500 JPY"),
            ("500.00", "JPY", 500, "500 JPY"),
            ("1.234", "KWD", 1234, "1.234 KWD"),
            ("-0.05", "USD", -5, "-0.05 USD"),
            ("0", "USD", 0, "0.00 USD"),
        ] {
            let read = money(text, code).unwrap();
            assert_eq!(read.amount.get(), minor, "{text} {code}");
            assert_eq!(read.display(), shown);
        }
    }

    #[test]
    fn inexact_or_malformed_prices_are_refused() {
        assert!(matches!(
            money("1.999", "USD"),
            Err(MoneyError::TooPrecise { exponent: 2, .. })
        ));
        assert!(matches!(
            money("0.5", "JPY"),
            Err(MoneyError::TooPrecise { exponent: 0, .. })
        ));
        for text in [
            "", ".5", "5.", "1e3", "1,000", "+5", " 5", "0x10", "--5", "٣",
        ] {
            assert_eq!(money(text, "USD"), Err(MoneyError::NotDecimal), "{text}");
        }
        assert_eq!(
            money("99999999999999999999", "USD"),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn the_edges_of_64_bits_survive() {
        let smallest = money("-92233720368547758.08", "USD").unwrap();
        assert_eq!(smallest.amount.get(), i64::MIN);
        assert_eq!(smallest.decimal(), "-92233720368547758.08");
        assert_eq!(smallest.amount.checked_neg(), Err(MoneyError::Overflow));
        let largest = MinorUnits::new(i64::MAX);
        assert_eq!(
            largest.checked_add(MinorUnits::new(1)),
            Err(MoneyError::Overflow)
        );
        assert_eq!(largest.checked_mul(2), Err(MoneyError::Overflow));
        assert_eq!(
            MinorUnits::try_sum([largest, largest]),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn different_currencies_do_not_add() {
        let (a, b) = (money("1", "USD").unwrap(), money("1", "EUR").unwrap());
        assert!(matches!(
            a.checked_add(b),
            Err(MoneyError::CurrencyMismatch { .. })
        ));
        assert!(a.checked_sub(b).is_err());
    }
}
