//! Which checks prove which requirements.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Constraint, Lane, RegisterError, Requirement, SchemaJudge, Severity, SpecVersion, lanes,
    requirements,
};

/// Every requirement with its tests.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// One entry for each requirement, in the order of the register.
    pub requirements: Vec<Covered>,
}

/// A requirement and what proves it.
#[derive(Debug, Clone)]
pub struct Covered {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// Ids of the checks that prove it, over all lanes and versions.
    pub checks: BTreeSet<String>,
}

/// Requirements of one document and level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// How many there are.
    pub all: usize,
    /// How many a check proves.
    pub tested: usize,
    /// How many have a written reason instead.
    pub reasoned: usize,
}

/// A schema constraint and whether a check judges documents of its shape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConstraintNumbers {
    /// How many constraints there are.
    pub all: usize,
    /// How many stand in a shape that a check of that version judges.
    pub tested: usize,
    /// How many stand in a shape that no message of that version holds.
    pub unused: usize,
}

impl Coverage {
    /// Looks through every check of every lane and version.
    pub fn of_all_checks() -> Result<Self, &'static RegisterError> {
        let mut proofs: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for version in SpecVersion::ALL {
            for check in Lane::ALL
                .into_iter()
                .flat_map(|lane| lanes::checks(lane, version))
            {
                for &id in check.requirements() {
                    proofs.entry(id).or_default().insert(check.id().to_owned());
                }
            }
        }
        let requirements = requirements()?
            .iter()
            .map(|requirement| Covered {
                requirement,
                checks: proofs.remove(requirement.id.as_str()).unwrap_or_default(),
            })
            .collect();
        Ok(Self { requirements })
    }

    /// Requirements with neither test nor reason.
    pub fn open(&self) -> impl Iterator<Item = &'static Requirement> {
        let all = self.requirements.iter();
        all.filter(|one| !one.is_proven() && one.requirement.untested.is_none())
            .map(|one| one.requirement)
    }

    /// Numbers by document and level.
    #[must_use]
    pub fn table(&self) -> BTreeMap<&'static str, BTreeMap<Severity, Numbers>> {
        let mut table: BTreeMap<&'static str, BTreeMap<Severity, Numbers>> = BTreeMap::new();
        for one in &self.requirements {
            let document = table.entry(&one.requirement.document).or_default();
            let numbers = document.entry(one.requirement.level).or_default();
            numbers.all = numbers.all.saturating_add(1);
            if one.is_proven() {
                numbers.tested = numbers.tested.saturating_add(1);
            } else if one.requirement.untested.is_some() {
                numbers.reasoned = numbers.reasoned.saturating_add(1);
            }
        }
        table
    }
}

impl Covered {
    /// Whether a check proves it.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        !self.checks.is_empty()
    }
}

/// The shapes of a version whose documents some check judges.
#[derive(Debug, Clone, Default)]
pub struct JudgedShapes {
    /// The shapes, with those that they refer to, as `bundle#Name`.
    pub shapes: BTreeSet<String>,
    /// Why a name that a check gives means no shape: a fault of the check.
    pub faults: Vec<String>,
}

impl JudgedShapes {
    /// Looks through [`Check::shapes`](crate::Check::shapes) of every lane.
    #[must_use]
    pub fn of(judge: &SchemaJudge, version: SpecVersion) -> Self {
        let mut judged = Self::default();
        for check in Lane::ALL
            .into_iter()
            .flat_map(|lane| lanes::checks(lane, version))
        {
            for shape in check.shapes() {
                match judge.parts(version, shape) {
                    Ok(parts) => judged.shapes.extend(parts),
                    Err(error) => judged.faults.push(format!("{}: {error}", check.id())),
                }
            }
        }
        judged
    }

    /// Whether a document in which this constraint matters is judged.
    #[must_use]
    pub fn covers(&self, constraint: &Constraint) -> bool {
        let shape = format!("{}#{}", constraint.bundle, constraint.shape);
        self.shapes.contains(&shape)
    }
}

/// Schema constraints by version and bundle. A constraint counts as tested when a check of that
/// version names its shape, or one that refers to it.
#[must_use]
pub fn constraints(
    judge: &SchemaJudge,
) -> BTreeMap<SpecVersion, BTreeMap<&'static str, ConstraintNumbers>> {
    let mut table: BTreeMap<SpecVersion, BTreeMap<&'static str, ConstraintNumbers>> =
        BTreeMap::new();
    for version in SpecVersion::ALL {
        let judged = JudgedShapes::of(judge, version);
        for constraint in judge.constraints(version) {
            let bundles = table.entry(version).or_default();
            let numbers = bundles.entry(constraint.bundle).or_default();
            numbers.all = numbers.all.saturating_add(1);
            let judged = judged.covers(constraint);
            let unused = !judged && judge.unused(constraint).is_some();
            numbers.tested = numbers.tested.saturating_add(usize::from(judged));
            numbers.unused = numbers.unused.saturating_add(usize::from(unused));
        }
    }
    table
}
