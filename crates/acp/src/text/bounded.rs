//! Text with a limit of length.

use std::fmt;

/// Why a text does not fit its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {min} to {max} characters long")]
pub struct TooLong {
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
}

/// Text of `MIN` to `MAX` characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundedText<const MAX: usize, const MIN: usize = 0>(Box<str>);

impl<const MAX: usize, const MIN: usize> BoundedText<MAX, MIN> {
    /// Takes text within the limits.
    pub fn parse(text: impl Into<String>) -> Result<Self, TooLong> {
        let text = text.into();
        let chars = text.chars().take(MAX.saturating_add(1)).count();
        if (MIN..=MAX).contains(&chars) {
            Ok(Self(text.into_boxed_str()))
        } else {
            Err(TooLong { min: MIN, max: MAX })
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as an owned string.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0.into_string()
    }
}

impl<const MAX: usize, const MIN: usize> AsRef<str> for BoundedText<MAX, MIN> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl<const MAX: usize, const MIN: usize> fmt::Debug for BoundedText<MAX, MIN> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<const MAX: usize, const MIN: usize> fmt::Display for BoundedText<MAX, MIN> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const MAX: usize, const MIN: usize> std::str::FromStr for BoundedText<MAX, MIN> {
    type Err = TooLong;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl<const MAX: usize, const MIN: usize> serde::Serialize for BoundedText<MAX, MIN> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, const MAX: usize, const MIN: usize> serde::Deserialize<'de> for BoundedText<MAX, MIN> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::deserialize_parsed(deserializer, "a text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_and_hold_at_both_ends() {
        assert!(BoundedText::<2, 2>::parse("éé").is_ok());
        for bad in ["", "a", "abc"] {
            assert_eq!(
                BoundedText::<2, 2>::parse(bad),
                Err(TooLong { min: 2, max: 2 })
            );
        }
        assert!(BoundedText::<3>::parse("").is_ok());
    }
}
