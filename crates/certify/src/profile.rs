//! Whose reading of the specification a run takes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::SpecVersion;

/// A reading of the specification, where its sources contradict each other.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The reading that the register of contradictions takes.
    #[default]
    Spec,
    /// The same, with what the page on certification by `OpenAI` accepts or demands besides.
    OpenaiCertification,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 2] = [Self::Spec, Self::OpenaiCertification];

    /// The name on the command line and in the register of contradictions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::OpenaiCertification => "openai-certification",
        }
    }

    /// The name in reports: `spec-2026-04-17`, `openai-certification`; `spec` for several versions.
    #[must_use]
    pub fn name(self, versions: &[SpecVersion]) -> String {
        match (self, versions) {
            (Self::Spec, [version]) => format!("spec-{version}"),
            (Self::Spec | Self::OpenaiCertification, _) => self.as_str().to_owned(),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A text that names no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no profile; profiles are spec and openai-certification")]
pub struct UnknownProfile(pub String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.as_str() == text)
            .ok_or_else(|| UnknownProfile(text.to_owned()))
    }
}
