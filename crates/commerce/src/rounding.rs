//! Exact rates, named rounding and allocation without loss.

use std::num::NonZeroU64;

use comptoir_acp::money::MinorUnits;
use serde::{Deserialize, Serialize};

/// Parts in a whole for [`Rate`].
pub const PARTS_PER_MILLION: u32 = 1_000_000;

/// What to do with the part of a minor unit that cannot be paid.
///
/// Both rules are symmetric about zero: a negative amount rounds as its positive twin does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest minor unit, a tie to the even neighbour: 0.5 becomes 0, 1.5 becomes 2.
    HalfEven,
    /// To the nearest minor unit, a tie away from zero: 0.5 becomes 1, 1.5 becomes 2.
    #[default]
    HalfUp,
}

impl Rounding {
    /// Divides and rounds to a whole number.
    #[must_use]
    pub fn divide(self, numerator: i128, denominator: NonZeroU64) -> i128 {
        let divisor = i128::from(denominator.get());
        let magnitude = numerator.abs();
        let (quotient, remainder) = (magnitude / divisor, magnitude % divisor);
        let up = match (remainder * 2).cmp(&divisor) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => match self {
                Self::HalfUp => true,
                Self::HalfEven => quotient % 2 == 1,
            },
        };
        (quotient + i128::from(up)) * numerator.signum()
    }
}

/// An exact rate in parts per million: 20 % is 200 000. Never above 100 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Rate(u32);

impl Rate {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A rate of so many parts per million.
    pub const fn parts_per_million(parts: u32) -> Result<Self, RoundingError> {
        if parts > PARTS_PER_MILLION {
            return Err(RoundingError::RateAboveWhole { parts });
        }
        Ok(Self(parts))
    }

    /// The rate in parts per million.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// This share of `amount`.
    pub fn of(self, amount: MinorUnits, rounding: Rounding) -> Result<MinorUnits, RoundingError> {
        let whole = NonZeroU64::from(million());
        narrow(rounding.divide(i128::from(amount.get()) * i128::from(self.0), whole))
    }

    /// The part of `gross` that is this rate's tax when `gross` already contains it.
    pub fn included_in(
        self,
        gross: MinorUnits,
        rounding: Rounding,
    ) -> Result<MinorUnits, RoundingError> {
        let divisor = NonZeroU64::from(million().saturating_add(self.0));
        narrow(rounding.divide(i128::from(gross.get()) * i128::from(self.0), divisor))
    }
}

impl TryFrom<u32> for Rate {
    type Error = RoundingError;

    fn try_from(parts: u32) -> Result<Self, RoundingError> {
        Self::parts_per_million(parts)
    }
}

impl From<Rate> for u32 {
    fn from(rate: Rate) -> Self {
        rate.0
    }
}

impl std::fmt::Display for Rate {
    /// Percent with as many decimals as needed: `8.875%`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = (self.0 / 10_000, self.0 % 10_000);
        if fraction == 0 {
            return write!(formatter, "{whole}%");
        }
        let digits = format!("{fraction:04}");
        write!(formatter, "{whole}.{}%", digits.trim_end_matches('0'))
    }
}

/// Splits `total` over `weights` so that the parts sum to it exactly.
///
/// Largest remainder: each part is first rounded towards zero, then the units left over go one each
/// to the largest remainders, the earlier part winning a tie. A part of zero weight is zero, and no
/// part exceeds its weight when `total` does not exceed their sum.
///
/// # Errors
/// [`RoundingError::NegativeWeight`], and [`RoundingError::NoWeight`] when there is something to
/// split and every weight is zero.
pub fn allocate(
    total: MinorUnits,
    weights: &[MinorUnits],
) -> Result<Vec<MinorUnits>, RoundingError> {
    if weights.iter().any(|weight| *weight < MinorUnits::ZERO) {
        return Err(RoundingError::NegativeWeight);
    }
    if total == MinorUnits::ZERO {
        return Ok(vec![MinorUnits::ZERO; weights.len()]);
    }
    let sum: i128 = weights.iter().map(|weight| i128::from(weight.get())).sum();
    if sum == 0 {
        return Err(RoundingError::NoWeight);
    }
    let whole = i128::from(total.get());
    let (magnitude, sign) = (whole.abs(), whole.signum());
    let mut parts: Vec<(i128, i128)> = weights
        .iter()
        .map(|weight| {
            let product = magnitude * i128::from(weight.get());
            (product / sum, product % sum)
        })
        .collect();
    let given: i128 = parts.iter().map(|(part, _)| part).sum();
    let mut left_over = magnitude - given;
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(parts.get(index).map_or(0, |part| part.1)));
    for index in order {
        if left_over == 0 {
            break;
        }
        if let Some(part) = parts.get_mut(index) {
            part.0 += 1;
            left_over -= 1;
        }
    }
    parts
        .into_iter()
        .map(|(part, _)| narrow(part * sign))
        .collect()
}

/// Why a share could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoundingError {
    /// The result does not fit into minor units.
    #[error("the amount is too large")]
    Overflow,
    /// A rate above 100 %.
    #[error("a rate of {parts} parts per million is above the whole")]
    RateAboveWhole {
        /// The refused rate.
        parts: u32,
    },
    /// A weight below zero.
    #[error("a weight is negative")]
    NegativeWeight,
    /// Something to split over nothing.
    #[error("there is nothing to split the amount over")]
    NoWeight,
}

const fn million() -> std::num::NonZeroU32 {
    // The constant is above zero, so the fallback is never taken.
    match std::num::NonZeroU32::new(PARTS_PER_MILLION) {
        Some(million) => million,
        None => std::num::NonZeroU32::MIN,
    }
}

fn narrow(value: i128) -> Result<MinorUnits, RoundingError> {
    i64::try_from(value)
        .map(MinorUnits::new)
        .map_err(|_| RoundingError::Overflow)
}
