//! Quantities: whole steps with a scale, never zero.

use std::{fmt, num::NonZeroU32};

use serde::{Deserialize, Serialize};

/// Why a number is not a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// A quantity is at least one.
    #[error("quantity must be at least 1")]
    Zero,
    /// The sum does not fit 32 bits.
    #[error("quantity does not fit 32 bits")]
    Overflow,
}

/// How many of an item: a whole number of steps, never zero.
///
/// The scale says how many decimal places a step has; it is zero today, so a step is one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(NonZeroU32);

impl Quantity {
    /// One piece.
    pub const ONE: Self = Self(NonZeroU32::MIN);

    /// A whole number of pieces; zero is refused.
    pub fn whole(pieces: u32) -> Result<Self, QuantityError> {
        NonZeroU32::new(pieces).map(Self).ok_or(QuantityError::Zero)
    }

    /// The number of steps.
    #[must_use]
    pub const fn steps(self) -> u32 {
        self.0.get()
    }

    /// Decimal places of a step; always 0 today.
    #[must_use]
    pub const fn scale(self) -> u8 {
        0
    }

    /// Sum of two quantities; [`QuantityError::Overflow`] when it does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, QuantityError> {
        self.0
            .checked_add(other.steps())
            .map(Self)
            .ok_or(QuantityError::Overflow)
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Self::ONE
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_fractions_are_not_quantities() {
        assert_eq!(Quantity::whole(0), Err(QuantityError::Zero));
        for text in ["0", "-1", "1.5", "\"1\"", "4294967296"] {
            assert!(serde_json::from_str::<Quantity>(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::from_str::<Quantity>("3").unwrap().steps(), 3);
    }

    #[test]
    fn sums_are_checked() {
        let largest = Quantity::whole(u32::MAX).unwrap();
        assert_eq!(
            largest.checked_add(Quantity::ONE),
            Err(QuantityError::Overflow)
        );
    }
}
