//! Plants faults, and looks whether the judge sees them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use comptoir_certify::{
    Check, CheckResult, Lane, RunOptions, Runner, SchemaJudge, Severity, SpecVersion, Target,
    Verdict, lanes, requirements,
};
use serde::Serialize;

use super::{
    fault::{Fault, matches},
    stage::{Stage, Stand},
};

type Checks = BTreeMap<(Lane, SpecVersion), Arc<Vec<Check>>>;

/// What all runs share: the shapes, and the lists of checks.
pub(crate) struct Bench {
    schemas: Arc<SchemaJudge>,
    checks: Mutex<Checks>,
}

/// What came of one fault.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    pub(crate) id: &'static str,
    pub(crate) does: &'static str,
    pub(crate) lane: Lane,
    pub(crate) version: SpecVersion,
    /// The checks that must see it.
    pub(crate) checks: Vec<String>,
    /// Those of them that saw it.
    #[serde(rename = "found")]
    pub(crate) seen_by: Vec<String>,
    /// What the others said.
    #[serde(skip)]
    pub(crate) missed: Vec<String>,
}

/// What checks say of parties without a fault.
#[derive(Debug, Default)]
pub(crate) struct Unbroken {
    pub(crate) green: usize,
    /// Checks of what the parties do not offer; the fault makes them offer it, badly.
    pub(crate) not_offered: usize,
    /// What was neither.
    pub(crate) others: Vec<String>,
}

impl Bench {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            schemas: Arc::new(SchemaJudge::bundled()?),
            checks: Mutex::default(),
        })
    }

    /// Every check of a lane and version.
    pub(crate) fn checks(&self, lane: Lane, version: SpecVersion) -> Arc<Vec<Check>> {
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        let made = checks.entry((lane, version));
        Arc::clone(made.or_insert_with(|| Arc::new(lanes::checks(lane, version))))
    }

    /// The checks that a fault names; each name must stand for one at least.
    pub(crate) fn named(&self, fault: &Fault) -> Result<Vec<Check>> {
        let all = self.checks(fault.lane, fault.version);
        for (name, _) in fault.names() {
            all.iter()
                .find(|check| matches(name, check.id()))
                .with_context(|| format!("{}: no check is called {name}", fault.id))?;
        }
        let named = all
            .iter()
            .filter(|check| fault.expects(check.id()).is_some());
        Ok(named.cloned().collect())
    }

    /// What these checks say of a target.
    pub(crate) async fn results(
        &self,
        version: SpecVersion,
        target: Target,
        checks: &[Check],
    ) -> Result<Vec<CheckResult>> {
        let runner = Runner::new(version, target, Arc::clone(&self.schemas))?;
        Ok(runner.run(checks, &RunOptions::default()).await)
    }

    /// Plants one fault among fresh parties.
    pub(crate) async fn plant(&self, fault: &Fault) -> Result<Found> {
        let checks = self.named(fault)?;
        let bend = (fault.plant)();
        let stand = Stand::start(fault.lane, fault.stage, fault.spoil, bend).await?;
        let results = self
            .results(fault.version, stand.target.clone(), &checks)
            .await?;
        let mut found = Found {
            id: fault.id,
            does: fault.does,
            lane: fault.lane,
            version: fault.version,
            checks: checks.iter().map(|check| check.id().to_owned()).collect(),
            seen_by: Vec::new(),
            missed: Vec::new(),
        };
        for result in results {
            // A fault may break rules of both kinds; of agents, also advice that no document gives.
            let warns = result.verdict == Verdict::Warning
                && (fault.lane == Lane::Agent || advises(&result)?);
            if warns || Some(result.verdict) == fault.expects(&result.id) {
                found.seen_by.push(result.id);
            } else {
                let said = told(&result);
                found
                    .missed
                    .push(format!("{} ({}): {said}", fault.id, fault.does));
            }
        }
        Ok(found)
    }

    /// What the checks that these faults name say of unbroken parties.
    pub(crate) async fn unbroken(&self, faults: &[Fault]) -> Result<Unbroken> {
        let mut groups: BTreeMap<(Lane, SpecVersion, Stage), BTreeSet<String>> = BTreeMap::new();
        for fault in faults {
            let stage = match fault.stage {
                // Without the fault the agent is not naive.
                Stage::Naive(_) => Stage::Usual,
                stage @ (Stage::Usual
                | Stage::BriefSessions
                | Stage::Plain
                | Stage::Breakdown
                | Stage::BriefRetries
                | Stage::Rows
                | Stage::Table
                | Stage::Folder
                | Stage::Snapshots
                | Stage::Push) => stage,
            };
            let key = (fault.lane, fault.version, stage);
            let named = self.named(fault)?.into_iter();
            let group = groups.entry(key).or_default();
            group.extend(named.map(|check| check.id().to_owned()));
        }
        let mut unbroken = Unbroken::default();
        for ((lane, version, stage), ids) in groups {
            let mut checks = self.checks(lane, version).to_vec();
            checks.retain(|check| ids.contains(check.id()));
            let stand = Stand::start(lane, stage, |_| {}, stage.honest()).await?;
            let results = self.results(version, stand.unhurried(), &checks).await?;
            for result in results {
                match result.verdict {
                    Verdict::Pass => unbroken.green += 1,
                    Verdict::NotApplicable => unbroken.not_offered += 1,
                    Verdict::Violated | Verdict::Warning | Verdict::NotTested => unbroken
                        .others
                        .push(format!("{version}, no fault: {}", told(&result))),
                }
            }
        }
        Ok(unbroken)
    }
}

/// What a check said, for people.
pub(crate) fn told(result: &CheckResult) -> String {
    let mut told = format!("{} is {}", result.id, result.verdict);
    if let Some(reason) = &result.reason {
        let _ = write!(told, ": {reason}");
    }
    for finding in &result.findings {
        let _ = write!(told, "; {}: {}", finding.rule, finding.found);
    }
    told
}

/// Whether one of a check's rules is advice, so that it may answer with a warning.
fn advises(result: &CheckResult) -> Result<bool> {
    let levels = requirements()?;
    Ok(result.requirements.iter().any(|id| {
        let mut known = levels.iter();
        known.any(|one| one.id == *id && one.level == Severity::Should)
    }))
}
