//! Where the sources of the specification contradict each other, and which reading is taken.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use crate::{Profile, RegisterError};

/// One point on which two sources disagree.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contradiction {
    /// Stable id, such as `idempotency-conflict-status`.
    pub id: String,
    /// What they disagree on.
    pub about: String,
    /// What each source says.
    pub readings: Vec<Reading>,
    /// The reading by which the checks judge.
    pub taken: String,
    /// What a profile reads differently, in words.
    #[serde(default)]
    pub profiles: BTreeMap<String, String>,
    /// The readings that a profile accepts besides, as [`Case::accepts`](crate::Case::accepts)
    /// takes them: a status, a name.
    #[serde(default)]
    pub accepts: BTreeMap<String, Vec<String>>,
    /// The profiles that demand what the specification leaves open.
    #[serde(default)]
    pub demands: Vec<String>,
    /// The requirements that it touches, as register ids.
    pub requirements: Vec<String>,
}

/// What one source says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Document and section.
    pub source: String,
    /// Its reading.
    pub says: String,
}

impl Contradiction {
    /// Whether `profile` accepts `reading` besides the one taken.
    #[must_use]
    pub fn accepts(&self, profile: Profile, reading: &str) -> bool {
        let readings = self.accepts.get(profile.as_str());
        readings.is_some_and(|all| all.iter().any(|one| one == reading))
    }

    /// Whether `profile` demands what the specification leaves open.
    #[must_use]
    pub fn demands(&self, profile: Profile) -> bool {
        self.demands.iter().any(|one| one == profile.as_str())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "contradiction")]
    contradictions: Vec<Contradiction>,
}

/// Every contradiction of the register.
pub fn contradictions() -> Result<&'static [Contradiction], &'static RegisterError> {
    static ALL: LazyLock<Result<Vec<Contradiction>, RegisterError>> = LazyLock::new(read);
    match &*ALL {
        Ok(all) => Ok(all),
        Err(error) => Err(error),
    }
}

/// The contradiction with this id.
pub(crate) fn contradiction(id: &str) -> Option<&'static Contradiction> {
    let mut all = contradictions().unwrap_or_default().iter();
    all.find(|one| one.id == id)
}

fn read() -> Result<Vec<Contradiction>, RegisterError> {
    let mut all = Vec::new();
    for (file, text) in FILES {
        let parsed: Document = toml::from_str(text).map_err(|source| RegisterError {
            file,
            source: Box::new(source),
        })?;
        all.extend(parsed.contradictions);
    }
    Ok(all)
}

const FILES: &[(&str, &str)] = &[
    (
        "contradictions-a.toml",
        include_str!("../register/contradictions-a.toml"),
    ),
    (
        "contradictions-b.toml",
        include_str!("../register/contradictions-b.toml"),
    ),
];
