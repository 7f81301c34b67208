//! What a check says in the end.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Exchange, Lane, SpecVersion, Topic};

/// The end of a check. Nothing is green that was not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Tried, and as required.
    Pass,
    /// A MUST is violated.
    Violated,
    /// A SHOULD is not followed.
    Warning,
    /// The party does not offer what the check is about.
    NotApplicable,
    /// It could not be tried; the reason says what is missing.
    NotTested,
}

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Self; 5] = [
        Self::Pass,
        Self::Violated,
        Self::Warning,
        Self::NotApplicable,
        Self::NotTested,
    ];

    /// The words of reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Violated => "violated",
            Self::Warning => "warning",
            Self::NotApplicable => "not applicable",
            Self::NotTested => "not tested",
        }
    }

    /// The same as one word, for style sheets and addresses.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Violated => "violated",
            Self::Warning => "warning",
            Self::NotApplicable => "not-applicable",
            Self::NotTested => "not-tested",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// How binding the violated rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// A MUST.
    Must,
    /// A SHOULD.
    Should,
}

/// One deviation from a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How binding the rule is.
    pub severity: Severity,
    /// What is required, one sentence.
    pub rule: String,
    /// What was seen instead.
    pub found: String,
    /// Number of the exchange that shows it, in the result's evidence.
    pub exchange: Option<u32>,
}

/// A check, its verdict and its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check's stable id.
    pub id: String,
    /// What it asks, one sentence.
    pub title: String,
    /// The face that it looks at.
    pub lane: Lane,
    /// The kind of question.
    pub topic: Topic,
    /// The version by which it judged.
    pub version: SpecVersion,
    /// The end.
    pub verdict: Verdict,
    /// Why it was not tested or not applicable.
    pub reason: Option<String>,
    /// Every deviation seen.
    pub findings: Vec<Finding>,
    /// What to change when it is not green.
    pub advice: String,
    /// The requirements that it proves, as register ids.
    pub requirements: Vec<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Every request and response, redacted, in order.
    pub evidence: Vec<Exchange>,
}
