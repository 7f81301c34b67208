//! ISO 4217 currencies with their number of decimal places.

use std::{cmp::Ordering, fmt, hash, str};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not a currency that money can be held in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CurrencyError {
    /// Not three letters of the ISO 4217 table.
    #[error("not an ISO 4217 currency code")]
    Unknown,
    /// A code without minor unit (metals, test codes), in which nothing can be priced.
    #[error("currency {0} has no minor unit")]
    NoMinorUnit(&'static str),
}

/// A currency of the ISO 4217 table. Written in lower case, read in any case.
#[derive(Clone, Copy)]
pub struct Currency {
    upper: &'static str,
    lower: [u8; 3],
    exponent: u8,
}

impl Currency {
    /// Finds a currency by its three letters in any case.
    ///
    /// ```
    /// use comptoir_acp::currency::Currency;
    ///
    /// assert_eq!(Currency::from_code("JPY")?.exponent(), 0);
    /// assert_eq!(Currency::from_code("Usd")?.code(), "usd");
    /// # Ok::<(), comptoir_acp::currency::CurrencyError>(())
    /// ```
    pub fn from_code(code: &str) -> Result<Self, CurrencyError> {
        let lower: [u8; 3] = code
            .as_bytes()
            .to_ascii_lowercase()
            .try_into()
            .map_err(|_| CurrencyError::Unknown)?;
        let iso = iso_currency::Currency::from_code(&code.to_ascii_uppercase())
            .ok_or(CurrencyError::Unknown)?;
        let exponent = iso
            .exponent()
            .ok_or(CurrencyError::NoMinorUnit(iso.code()))?;
        let exponent = u8::try_from(exponent).map_err(|_| CurrencyError::Unknown)?;
        Ok(Self {
            upper: iso.code(),
            lower,
            exponent,
        })
    }

    /// The code in lower case, as checkout and payment write it: `usd`.
    #[must_use]
    pub fn code(&self) -> &str {
        // The bytes come from an ASCII table; the fallback keeps the function total.
        str::from_utf8(&self.lower).unwrap_or(self.upper)
    }

    /// The code in upper case, as feeds and people write it: `USD`.
    #[must_use]
    pub const fn code_upper(&self) -> &'static str {
        self.upper
    }

    /// Number of decimal places between the unit and the minor unit: 2 for USD, 0 for JPY.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        u32::from(self.exponent)
    }
}

impl PartialEq for Currency {
    fn eq(&self, other: &Self) -> bool {
        self.lower == other.lower
    }
}

impl Eq for Currency {}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.lower.cmp(&other.lower)
    }
}

impl hash::Hash for Currency {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.lower.hash(state);
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({})", self.upper)
    }
}

/// The code in upper case.
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.upper)
    }
}

impl str::FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_code(text)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize_parsed(deserializer, "an ISO 4217 currency code")
    }
}

/// `#[serde(with = "comptoir_acp::currency::upper_case")]`: feeds demand the code in upper case.
pub mod upper_case {
    use super::{Currency, Deserialize, Deserializer, Serializer};

    /// Writes the code in upper case.
    pub fn serialize<S: Serializer>(currency: &Currency, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(currency.code_upper())
    }

    /// Reads the code in any case.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        Currency::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_follow_iso_4217() {
        for (code, exponent) in [
            ("usd", 2),
            ("EUR", 2),
            ("jpy", 0),
            ("KWD", 3),
            ("krw", 0),
            ("clf", 4),
        ] {
            assert_eq!(
                Currency::from_code(code).unwrap().exponent(),
                exponent,
                "{code}"
            );
        }
    }

    #[test]
    fn unknown_codes_and_codes_without_minor_unit_are_refused() {
        for code in ["", "us", "usdd", "zzz", "€€€", "éa"] {
            assert_eq!(
                Currency::from_code(code),
                Err(CurrencyError::Unknown),
                "{code}"
            );
        }
        assert!(matches!(
            Currency::from_code("xau"),
            Err(CurrencyError::NoMinorUnit("XAU"))
        ));
    }
}
