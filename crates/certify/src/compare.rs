//! Two runs side by side.

use std::collections::BTreeMap;

use crate::{CheckResult, Report, SpecVersion, Verdict};

/// What is different in the later of two runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// Violated now, and not before.
    pub newly_red: Vec<Change>,
    /// Passes now, and did not before.
    pub newly_green: Vec<Change>,
    /// Any other change of the verdict.
    pub changed: Vec<Change>,
    /// Checks that only the later run has, and that are not red.
    pub added: Vec<Change>,
    /// Checks that only the earlier run has.
    pub gone: Vec<Change>,
    /// How many checks ended alike in both.
    pub same: usize,
}

/// A check whose verdict is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The check.
    pub id: String,
    /// What it asks.
    pub title: String,
    /// The version by which it judged.
    pub version: SpecVersion,
    /// The verdict of the earlier run; `None` when that run did not have the check.
    pub before: Option<Verdict>,
    /// The verdict of the later run; `None` when that run does not have the check.
    pub after: Option<Verdict>,
}

impl Comparison {
    /// Compares by check and version.
    #[must_use]
    pub fn of(earlier: &Report, later: &Report) -> Self {
        let mut left: BTreeMap<_, _> = earlier.results.iter().map(|one| (key(one), one)).collect();
        let mut comparison = Self::default();
        for result in &later.results {
            let before = left.remove(&key(result)).map(|one| one.verdict);
            comparison.add(change(result, before, Some(result.verdict)));
        }
        let gone = earlier.results.iter();
        comparison.gone = gone
            .filter(|one| left.contains_key(&key(one)))
            .map(|one| change(one, Some(one.verdict), None))
            .collect();
        comparison
    }

    /// Whether both runs ended alike.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups().iter().all(|(_, changes)| changes.is_empty())
    }

    /// The kinds of change with their names, the bad news first.
    #[must_use]
    pub fn groups(&self) -> [(&'static str, &[Change]); 5] {
        [
            ("newly red", &self.newly_red),
            ("newly green", &self.newly_green),
            ("changed", &self.changed),
            ("only in the later run", &self.added),
            ("only in the earlier run", &self.gone),
        ]
    }

    fn add(&mut self, change: Change) {
        let group = match (change.before, change.after) {
            (before, after) if before == after => {
                self.same = self.same.saturating_add(1);
                return;
            }
            (_, Some(Verdict::Violated)) => &mut self.newly_red,
            (None, _) => &mut self.added,
            (_, Some(Verdict::Pass)) => &mut self.newly_green,
            _ => &mut self.changed,
        };
        group.push(change);
    }
}

fn key(result: &CheckResult) -> (&str, SpecVersion) {
    (&result.id, result.version)
}

fn change(result: &CheckResult, before: Option<Verdict>, after: Option<Verdict>) -> Change {
    Change {
        id: result.id.clone(),
        title: result.title.clone(),
        version: result.version,
        before,
        after,
    }
}
