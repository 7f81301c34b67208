//! The dated versions of the specification.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A dated version of the Agentic Commerce Protocol, ordered by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// 2025-09-29: flat addresses and options.
    V2025_09_29,
    /// 2025-12-12: nested fulfilment.
    V2025_12_12,
    /// 2026-01-16: 3-D Secure.
    V2026_01_16,
    /// 2026-01-30: `line_items`, capabilities, payment handlers, extensions.
    V2026_01_30,
    /// 2026-04-17: carts, orders, feeds, discovery, mandatory idempotency.
    V2026_04_17,
}

impl SpecVersion {
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

    /// The date as it stands in `API-Version`.
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
}

impl fmt::Display for SpecVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A text that is no released version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no released version; released are 2025-09-29, 2025-12-12, 2026-01-16, 2026-01-30, 2026-04-17"
)]
pub struct UnknownVersion(pub String);

impl FromStr for SpecVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str() == text)
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

impl Serialize for SpecVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SpecVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// The versions from `first` to `last`, both included; written `2025-12-12..2026-01-30`,
/// `2026-04-17..` or `2025-09-29`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionRange {
    /// The oldest version.
    pub first: SpecVersion,
    /// The newest version; open ranges end at the newest released one.
    pub last: SpecVersion,
}

impl VersionRange {
    /// Every released version.
    pub const ALL: Self = Self::from(SpecVersion::V2025_09_29);

    /// `first` and everything after it.
    #[must_use]
    pub const fn from(first: SpecVersion) -> Self {
        Self {
            first,
            last: SpecVersion::LATEST,
        }
    }

    /// From `first` to `last`, both included.
    #[must_use]
    pub const fn between(first: SpecVersion, last: SpecVersion) -> Self {
        Self { first, last }
    }

    /// Whether the range holds `version`.
    #[must_use]
    pub fn contains(self, version: SpecVersion) -> bool {
        self.first <= version && version <= self.last
    }
}

impl FromStr for VersionRange {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = match text.split_once("..") {
            None => (text.parse()?, text.parse()?),
            Some((first, "")) => (first.parse()?, SpecVersion::LATEST),
            Some((first, last)) => (first.parse()?, last.parse()?),
        };
        Ok(Self { first, last })
    }
}

impl<'de> Deserialize<'de> for VersionRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
