//! Text values that are parsed once at the edge, and the helpers that read them.

use std::{fmt, marker::PhantomData, str::FromStr};

use jiff::Timestamp;
use serde::{Deserializer, de};

mod bounded;
mod names;

pub use bounded::{BoundedText, TooLong};
pub use names::{CountryCode, ExtendsTarget, ExtensionName, FormError, LastFour};

/// A value that a closed enum does not list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a listed {kind}")]
pub struct UnknownValue {
    kind: &'static str,
    value: String,
}

impl UnknownValue {
    /// The longest part of a refused value that is repeated in the error, in characters.
    const SHOWN_CHARS_MAX: usize = 64;

    pub(crate) fn new(kind: &'static str, value: &str) -> Self {
        Self {
            kind,
            value: value.chars().take(Self::SHOWN_CHARS_MAX).collect(),
        }
    }

    /// The refused value, shortened to 64 characters.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Text of an open enum that the specification does not list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unlisted(Box<str>);

impl Unlisted {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Why a text is not an RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 date and time with offset")]
pub struct TimeError;

/// A point in time as RFC 3339 text; reads strictly and writes back exactly what came.
///
/// ```
/// let time: comptoir_acp::text::Rfc3339 = "2026-04-17T10:00:00+02:00".parse()?;
/// assert_eq!(time.timestamp().to_string(), "2026-04-17T08:00:00Z");
/// assert_eq!(time.as_str(), "2026-04-17T10:00:00+02:00");
/// # Ok::<(), comptoir_acp::text::TimeError>(())
/// ```
#[derive(Clone)]
pub struct Rfc3339 {
    at: Timestamp,
    text: Box<str>,
}

impl Rfc3339 {
    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)` and nothing looser.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, TimeError> {
        let text = text.as_ref();
        if !has_rfc3339_shape(text.as_bytes()) {
            return Err(TimeError);
        }
        let at = text.parse::<Timestamp>().map_err(|_| TimeError)?;
        Ok(Self {
            at,
            text: text.into(),
        })
    }

    /// The point in time.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.at
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Timestamp> for Rfc3339 {
    fn from(at: Timestamp) -> Self {
        Self {
            at,
            text: at.to_string().into_boxed_str(),
        }
    }
}

/// Two texts of the same instant are equal, whatever their offset.
impl PartialEq for Rfc3339 {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Rfc3339 {}

impl PartialOrd for Rfc3339 {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rfc3339 {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}

string_type_impls!(Rfc3339, TimeError);

/// Reads a string and parses it; numbers and other shapes are refused.
pub(crate) fn deserialize_parsed<'de, D, T>(
    deserializer: D,
    expected: &'static str,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    struct Parsed<T>(&'static str, PhantomData<T>);

    impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for Parsed<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Parsed(expected, PhantomData))
}

fn has_rfc3339_shape(text: &[u8]) -> bool {
    let Some((date_time, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let fits = date_time
        .iter()
        .zip(b"0000-00-00T00:00:00")
        .all(|(got, want)| match want {
            b'0' => got.is_ascii_digit(),
            b'T' => matches!(got, b'T' | b't'),
            other => got == other,
        });
    fits && has_offset_shape(after_fraction(rest))
}

fn after_fraction(rest: &[u8]) -> &[u8] {
    let Some(fraction) = rest.strip_prefix(b".") else {
        return rest;
    };
    let digits = fraction
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    // An empty fraction is illegal: what is returned then starts with the dot and fails as offset.
    if digits == 0 {
        rest
    } else {
        fraction.get(digits..).unwrap_or_default()
    }
}

fn has_offset_shape(offset: &[u8]) -> bool {
    match offset {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strict_rfc_3339_is_a_time() {
        for good in [
            "2026-04-17T10:00:00Z",
            "2026-04-17T10:00:00.123456Z",
            "2026-04-17t10:00:00-05:30",
        ] {
            assert!(Rfc3339::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "2026-04-17",
            "2026-04-17 10:00:00Z",
            "2026-04-17T10:00:00",
            "2026-04-17T10:00:00.Z",
            "2026-04-17T10:00Z",
            "2026-02-30T10:00:00Z",
            "1776420000",
            "2026-04-17T10:00:00Z[UTC]",
            "",
        ] {
            assert!(Rfc3339::parse(bad).is_err(), "{bad}");
        }
    }
}
