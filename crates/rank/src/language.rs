//! The languages that Comptoir understands and answers in.

use serde::{Deserialize, Serialize};

/// A language of the conversation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English, also the answer when a message gives no hint.
    #[default]
    English,
    /// French.
    French,
}

impl Language {
    /// The two-letter language tag: `en` or `fr`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }
}
