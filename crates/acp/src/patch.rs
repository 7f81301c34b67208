//! `Patch<T>`: a field that is absent, null, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of an update: absent leaves it unchanged, null clears it, a value sets it.
///
/// Use with `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
///
/// ```
/// use comptoir_acp::patch::Patch;
///
/// #[derive(serde::Deserialize)]
/// struct Update {
///     #[serde(default)]
///     order_notes: Patch<String>,
/// }
/// let read = |json| serde_json::from_str::<Update>(json).map(|update| update.order_notes);
/// assert_eq!(read("{}")?, Patch::Absent);
/// assert_eq!(read(r#"{"order_notes":null}"#)?, Patch::Null);
/// assert_eq!(read(r#"{"order_notes":"ring"}"#)?, Patch::Value("ring".to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patch<T> {
    /// The field was not sent: leave what is there.
    #[default]
    Absent,
    /// The field was sent as `null`: clear it.
    Null,
    /// The field was sent with a value: set it.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field was not sent.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value that was sent, if one was.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value that was sent, if one was.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// What a field holding `current` holds afterwards.
    pub fn merge(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Absent => current,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Changes the value, if one was sent.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(change(value)),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Called only when the field is present, so `None` here is an explicit null.
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}
