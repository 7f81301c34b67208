//! Plants faults, and looks whether the judge sees them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use comptoir_certify::{
    Check, CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Verdict, lanes,
};
use serde::Serialize;

use super::{
    fault::Fault,
    stage::{Honest, Stage, Stand},
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
    pub(crate) found: Vec<String>,
    /// What the others said.
    #[serde(skip)]
    pub(crate) missed: Vec<String>,
}

impl Bench {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            schemas: Arc::new(SchemaJudge::bundled()?),
            checks: Mutex::default(),
        })
    }

    /// Every check of a lane and version.
    fn checks(&self, lane: Lane, version: SpecVersion) -> Arc<Vec<Check>> {
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        let made = checks.entry((lane, version));
        Arc::clone(made.or_insert_with(|| Arc::new(lanes::checks(lane, version))))
    }

    /// The checks that a fault names; each name must stand for one at least.
    pub(crate) fn named(&self, fault: &Fault) -> Result<Vec<Check>> {
        let all = self.checks(fault.lane, fault.version);
        for red in fault.red {
            all.iter()
                .find(|check| matches(red, check.id()))
                .with_context(|| format!("{}: no check is called {red}", fault.id))?;
        }
        let named = all
            .iter()
            .filter(|check| fault.red.iter().any(|red| matches(red, check.id())));
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
            found: Vec::new(),
            missed: Vec::new(),
        };
        for result in results {
            if result.verdict == fault.verdict {
                found.found.push(result.id);
            } else {
                let said = told(&result);
                found
                    .missed
                    .push(format!("{} ({}): {said}", fault.id, fault.does));
            }
        }
        Ok(found)
    }

    /// What the checks that these faults name say of unbroken parties: the number of checks, and
    /// those that are not green.
    pub(crate) async fn unbroken(&self, faults: &[Fault]) -> Result<(usize, Vec<String>)> {
        let mut groups: BTreeMap<(Lane, SpecVersion, Stage), BTreeSet<String>> = BTreeMap::new();
        for fault in faults {
            let key = (fault.lane, fault.version, fault.stage);
            let named = self.named(fault)?.into_iter();
            let group = groups.entry(key).or_default();
            group.extend(named.map(|check| check.id().to_owned()));
        }
        let (mut count, mut others) = (0, Vec::new());
        for ((lane, version, stage), ids) in groups {
            let mut checks = self.checks(lane, version).to_vec();
            checks.retain(|check| ids.contains(check.id()));
            let stand = Stand::start(lane, stage, |_| {}, Box::new(Honest)).await?;
            let results = self.results(version, stand.target.clone(), &checks).await?;
            count += results.len();
            let bad = results
                .iter()
                .filter(|result| result.verdict != Verdict::Pass);
            others.extend(bad.map(|result| format!("{version}, no fault: {}", told(result))));
        }
        Ok((count, others))
    }
}

/// What a check said, for people.
fn told(result: &CheckResult) -> String {
    let mut told = format!("{} is {}", result.id, result.verdict);
    if let Some(reason) = &result.reason {
        told.push_str(&format!(": {reason}"));
    }
    for finding in &result.findings {
        told.push_str(&format!("; {}: {}", finding.rule, finding.found));
    }
    told
}

/// Whether a name, or the beginning of names, stands for an id.
pub(crate) fn matches(name: &str, id: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => id == name,
    }
}
