//! Card numbers and verification codes: never printed, never serialised by accident.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serializer, de};
use zeroize::Zeroizing;

/// Why a text is not card data. The text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardDataError {
    /// Not 12 to 19 digits.
    #[error("is not a card number of 12 to 19 digits")]
    Number,
    /// Not 3 or 4 digits.
    #[error("is not a verification code of 3 or 4 digits")]
    Cvc,
}

/// A card number or network token: 12 to 19 digits, wiped when dropped.
///
/// It has no `Display` and no `Serialize`, and `Debug` masks it:
///
/// ```
/// let number: comptoir_acp::card::CardNumber = "4242424242424242".parse()?;
/// assert_eq!(format!("{number:?}"), "CardNumber(masked)");
/// # Ok::<(), comptoir_acp::card::CardDataError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber(Zeroizing<String>);

impl CardNumber {
    /// Takes 12 to 19 digits. The check digit is not verified here.
    pub fn parse(text: impl Into<String>) -> Result<Self, CardDataError> {
        let text = Zeroizing::new(text.into());
        if (12..=19).contains(&text.len()) && is_digits(&text) {
            Ok(Self(text))
        } else {
            Err(CardDataError::Number)
        }
    }

    /// The digits. Call it only where they are used.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four digits, which may be shown.
    #[must_use]
    pub fn last_four(&self) -> &str {
        self.0
            .get(self.0.len().saturating_sub(4)..)
            .unwrap_or_default()
    }
}

/// A card verification code: 3 or 4 digits, wiped when dropped; masked like [`CardNumber`].
#[derive(Clone, PartialEq, Eq)]
pub struct Cvc(Zeroizing<String>);

impl Cvc {
    /// Takes 3 or 4 digits.
    pub fn parse(text: impl Into<String>) -> Result<Self, CardDataError> {
        let text = Zeroizing::new(text.into());
        if matches!(text.len(), 3 | 4) && is_digits(&text) {
            Ok(Self(text))
        } else {
            Err(CardDataError::Cvc)
        }
    }

    /// The digits. Call it only where they are used.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

macro_rules! masked_text_impls {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(masked)"))
            }
        }

        impl FromStr for $name {
            type Err = CardDataError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text.to_owned())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // `deserialize_str` would let serde_json repeat a number in its own message.
                deserializer.deserialize_any(DigitsVisitor(Self::parse))
            }
        }
    };
}

masked_text_impls!(CardNumber);
masked_text_impls!(Cvc);

/// Reads a string; every other shape is refused without repeating it.
struct DigitsVisitor<T>(fn(String) -> Result<T, CardDataError>);

impl<T> DigitsVisitor<T> {
    fn not_a_string<E: de::Error>() -> E {
        E::custom("must be a string of digits")
    }
}

impl<T> de::Visitor<'_> for DigitsVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string of digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text.to_owned()).map_err(E::custom)
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<T, E> {
        Err(Self::not_a_string())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<T, E> {
        Err(Self::not_a_string())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<T, E> {
        Err(Self::not_a_string())
    }
}

/// For the bodies that carry card data on purpose.
pub(crate) fn expose_number<S: Serializer>(
    number: &CardNumber,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(number.expose())
}

/// For the bodies that carry card data on purpose.
#[expect(
    clippy::ref_option,
    reason = "serde's `serialize_with` passes the field by reference"
)]
pub(crate) fn expose_cvc<S: Serializer>(
    cvc: &Option<Cvc>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match cvc {
        Some(cvc) => serializer.serialize_str(cvc.expose()),
        None => serializer.serialize_none(),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_card_data_is_not_repeated_in_the_error() {
        for json in [
            "4111111111111111",
            "\"4111-1111-1111-1111\"",
            "[4111111111111111]",
        ] {
            let error = serde_json::from_str::<CardNumber>(json)
                .unwrap_err()
                .to_string();
            assert!(!error.contains("1111"), "{error}");
        }
        assert!(
            !serde_json::from_str::<Cvc>("987")
                .unwrap_err()
                .to_string()
                .contains("987")
        );
    }
}
