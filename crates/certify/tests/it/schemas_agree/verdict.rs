//! Puts a document before both judges and compares.

use std::collections::BTreeSet;

use comptoir_certify::{SPEC_DEFECTS, SchemaJudge, SpecVersion};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;

use crate::spec::{BASE, Spec};

/// How many disagreements are shown.
const SHOWN: usize = 10;

/// What was judged so far.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) documents: usize,
    valid: usize,
    excused: usize,
    pub(super) defects: BTreeSet<usize>,
    pub(super) valid_shapes: BTreeSet<String>,
    /// The ids of our constraints, and the places of official keywords, that some document breached.
    pub(super) breached: BTreeSet<String>,
    disagreements: Vec<String>,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.valid += other.valid;
        self.excused += other.excused;
        self.defects.extend(other.defects);
        self.valid_shapes.extend(other.valid_shapes);
        self.breached.extend(other.breached);
        self.disagreements.extend(other.disagreements);
    }

    /// Prints the numbers and fails on any disagreement.
    pub(super) fn report(&self, what: &str) {
        println!(
            "{} {what} documents judged by both: {} valid, {} refused officially for a known defect",
            self.documents, self.valid, self.excused
        );
        let shown = self.disagreements.iter().take(SHOWN).cloned();
        assert!(
            self.disagreements.is_empty(),
            "{} disagreements, such as\n{}",
            self.disagreements.len(),
            shown.collect::<Vec<_>>().join("\n")
        );
    }
}

/// Both judges of one shape.
pub(super) struct Bench<'a> {
    judge: &'a SchemaJudge,
    version: SpecVersion,
    shape: &'a str,
    official: Validator,
    /// Whether a defect makes the official definition unusable, so that a refusal proves nothing.
    broken: bool,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        spec: &Spec,
        judge: &'a SchemaJudge,
        version: SpecVersion,
        shape: &'a str,
        address: &str,
    ) -> Self {
        let broken = SPEC_DEFECTS
            .iter()
            .any(|defect| defect.shape == Some(shape) && defect.versions.contains(version));
        Self {
            judge,
            version,
            shape,
            official: spec.validator(address),
            broken,
        }
    }

    /// Notes which of our constraints and of the official keywords `value` breaches.
    pub(super) fn breaches(&self, value: &Value, tally: &mut Tally) {
        let faults = self.judge.validate(self.version, self.shape, value);
        tally
            .breached
            .extend(faults.unwrap().into_iter().map(|fault| fault.constraint));
        for error in self.official.iter_errors(value) {
            places(&error, &mut tally.breached);
        }
    }

    /// Judges `value` twice and notes a disagreement.
    pub(super) fn judge(&self, value: &Value, tally: &mut Tally) {
        tally.documents += 1;
        let ours = self
            .judge
            .is_valid(self.version, self.shape, value)
            .unwrap();
        let official = self.official.is_valid(value);
        if ours {
            tally.valid += 1;
            tally
                .valid_shapes
                .insert(format!("{}/{}", self.version, self.shape));
        }
        if ours == official && (official || !self.broken) {
            return;
        }
        let mut used = BTreeSet::new();
        let mended = official
            || self
                .official
                .iter_errors(value)
                .all(|error| self.excused(&error, ours, &mut used));
        if ours == mended {
            if ours {
                tally.excused += 1;
                tally.defects.extend(used);
            }
            return;
        }
        if tally.disagreements.len() > 1_000 {
            return;
        }
        let side = if ours {
            "only ours accepts"
        } else {
            "only the official schema accepts"
        };
        let faults = self
            .judge
            .validate(self.version, self.shape, value)
            .unwrap();
        let errors: Vec<_> = self
            .official
            .iter_errors(value)
            .map(|error| format!("{} at {}", place(&error), error.instance_path()))
            .collect();
        tally.disagreements.push(format!(
            "{}/{}: {side}\n  ours: {:?}\n  official: {errors:?}\n  {:.600}",
            self.version,
            self.shape,
            faults.iter().take(3).collect::<Vec<_>>(),
            value.to_string(),
        ));
    }

    /// Whether the error would be none if the known defects were mended. Without `anywhere`, only
    /// those count that make the whole shape unusable: others refuse more than the one value that
    /// they should not.
    fn excused(
        &self,
        error: &ValidationError<'_>,
        anywhere: bool,
        used: &mut BTreeSet<usize>,
    ) -> bool {
        let place = place(error);
        let members: Vec<_> =
            if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
                unexpected
                    .iter()
                    .map(|member| Some(member.as_str()))
                    .collect()
            } else {
                vec![None]
            };
        let covered = members.into_iter().all(|member| {
            let found = SPEC_DEFECTS.iter().position(|defect| {
                (anywhere || defect.shape.is_some())
                    && defect.covers(self.version, self.shape, &place, member)
            });
            used.extend(found);
            found.is_some()
        });
        if covered {
            return true;
        }
        if let ValidationErrorKind::AnyOf { context }
        | ValidationErrorKind::OneOfNotValid { context } = error.kind()
        {
            return context.iter().any(|errors| {
                errors
                    .iter()
                    .all(|error| self.excused(error, anywhere, used))
            });
        }
        false
    }
}

/// The places of an error and of those inside of it.
fn places(error: &ValidationError<'_>, found: &mut BTreeSet<String>) {
    found.insert(place(error));
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
    {
        for error in context.iter().flatten() {
            places(error, found);
        }
    }
}

fn place(error: &ValidationError<'_>) -> String {
    let address = error.absolute_keyword_location().unwrap().to_string();
    address.strip_prefix(BASE).unwrap_or(&address).to_owned()
}
