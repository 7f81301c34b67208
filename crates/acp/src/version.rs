//! The dated versions of the protocol.

use std::{fmt, str};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::rules::{self, ProtocolRules};

/// A released dated version, ordered by date. The value of the `API-Version` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiVersion {
    /// 2025-09-29, the launch: flat addresses and items.
    V2025_09_29,
    /// 2025-12-12: nested fulfilment.
    V2025_12_12,
    /// 2026-01-16: merchant id on the payment provider, 3-D Secure.
    V2026_01_16,
    /// 2026-01-30: capabilities, payment handlers, extensions.
    V2026_01_30,
    /// 2026-04-17: feeds, carts, orders, discovery, mandatory idempotency.
    V2026_04_17,
}

impl ApiVersion {
    /// Every released version, oldest first.
    pub const ALL: [Self; 5] = [
        Self::V2025_09_29,
        Self::V2025_12_12,
        Self::V2026_01_16,
        Self::V2026_01_30,
        Self::V2026_04_17,
    ];

    /// The newest released version.
    pub const LATEST: Self = Self::V2026_04_17;

    /// The date as written in headers and documents: `2026-04-17`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2025_09_29 => "2025-09-29",
            Self::V2025_12_12 => "2025-12-12",
            Self::V2026_01_16 => "2026-01-16",
            Self::V2026_01_30 => "2026-01-30",
            Self::V2026_04_17 => "2026-04-17",
        }
    }

    /// How this version behaves where versions differ.
    #[must_use]
    pub const fn rules(self) -> &'static ProtocolRules {
        match self {
            Self::V2025_09_29 => &rules::V2025_09_29,
            Self::V2025_12_12 => &rules::V2025_12_12,
            Self::V2026_01_16 => &rules::V2026_01_16,
            Self::V2026_01_30 => &rules::V2026_01_30,
            Self::V2026_04_17 => &rules::V2026_04_17,
        }
    }
}

/// A version that was never released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a released version of the protocol")]
pub struct UnknownVersion {
    /// The released versions, oldest first, for the error's `supported_versions`.
    pub released: &'static [ApiVersion],
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl str::FromStr for ApiVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str() == text)
            .ok_or(UnknownVersion {
                released: &Self::ALL,
            })
    }
}

impl Serialize for ApiVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ApiVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize_parsed(deserializer, "a released protocol version")
    }
}

/// The date of any version, also one this build does not know: what a peer's documents may name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionDate(Box<str>);

/// Why a text is not the date of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form YYYY-MM-DD")]
pub struct VersionDateError;

impl VersionDate {
    /// Takes `YYYY-MM-DD`.
    pub fn parse(text: impl Into<String>) -> Result<Self, VersionDateError> {
        let text = text.into();
        let fits = text.len() == 10
            && text
                .bytes()
                .zip(*b"0000-00-00")
                .all(|(got, want)| match want {
                    b'0' => got.is_ascii_digit(),
                    other => got == other,
                });
        if fits {
            Ok(Self(text.into_boxed_str()))
        } else {
            Err(VersionDateError)
        }
    }

    /// The date as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The version of that date, when this build knows it.
    #[must_use]
    pub fn known(&self) -> Option<ApiVersion> {
        self.0.parse().ok()
    }
}

impl From<ApiVersion> for VersionDate {
    fn from(version: ApiVersion) -> Self {
        Self(version.as_str().into())
    }
}

string_type_impls!(VersionDate, VersionDateError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_released_versions_parse_and_each_round_trips() {
        for version in ApiVersion::ALL {
            assert_eq!(version.as_str().parse(), Ok(version));
        }
        for text in ["2025-09-12", "2026-04-17 ", "latest", ""] {
            assert_eq!(
                text.parse::<ApiVersion>().unwrap_err().released,
                ApiVersion::ALL
            );
        }
        assert_eq!(ApiVersion::ALL.last(), Some(&ApiVersion::LATEST));
    }
}
