//! What a run found, as data.

pub(crate) mod human;
pub mod json;
pub mod junit;
pub(crate) mod log;
pub mod pack;
pub mod sarif;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CheckResult, Lane, SpecVersion, Topic, Verdict};

/// A whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this format: 1.
    pub format: u32,
    /// The address of the party.
    pub target: String,
    /// The profile by which it judged: `spec-<version>` or `openai-certification`.
    pub profile: String,
    /// The dated versions by which it judged; every result names its own.
    pub versions: Vec<SpecVersion>,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Requests that it sent.
    pub requests: u32,
    /// Every check, in the order of the plan.
    pub results: Vec<CheckResult>,
}

/// How many checks ended in which verdict.
pub type Counts = BTreeMap<Verdict, usize>;

impl Report {
    /// The current version of the format.
    pub const FORMAT: u32 = 1;

    /// Checks by verdict; every verdict is there.
    #[must_use]
    pub fn counts(&self) -> Counts {
        count(&self.results)
    }

    /// Checks by lane, topic and verdict, for tables. Cells without a check are missing.
    #[must_use]
    pub fn table(&self) -> BTreeMap<Lane, BTreeMap<Topic, Counts>> {
        let mut table: BTreeMap<Lane, BTreeMap<Topic, Counts>> = BTreeMap::new();
        for result in &self.results {
            let row = table.entry(result.lane).or_default();
            let cell = row.entry(result.topic).or_insert_with(|| count(&[]));
            let number = cell.entry(result.verdict).or_default();
            *number = number.saturating_add(1);
        }
        table
    }

    /// Results with this verdict.
    pub fn with_verdict(&self, verdict: Verdict) -> impl Iterator<Item = &CheckResult> {
        self.results
            .iter()
            .filter(move |result| result.verdict == verdict)
    }
}

fn count(results: &[CheckResult]) -> Counts {
    let mut counts: Counts = Verdict::ALL
        .into_iter()
        .map(|verdict| (verdict, 0))
        .collect();
    for result in results {
        let number = counts.entry(result.verdict).or_default();
        *number = number.saturating_add(1);
    }
    counts
}
