//! Which checks run, and running them.

use std::{sync::Arc, time::Instant};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use crate::{
    Check, Lane, Pattern, Profile, Progress, Report, RunOptions, Runner, SchemaJudge, SpecVersion,
    Target, Topic, Verdict, WireError, lanes,
};

/// A run before it begins.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The party, as reports name it.
    pub name: String,
    /// How to reach it.
    pub target: Target,
    /// The lanes to run.
    pub lanes: Vec<Lane>,
    /// The versions by which to judge, one after the other.
    pub versions: Vec<SpecVersion>,
    /// Whose reading to take.
    pub profile: Profile,
    /// Only checks whose ids match one of these; all when empty.
    pub only: Vec<Pattern>,
    /// Only checks of these topics; all when empty.
    pub topics: Vec<Topic>,
    /// Stop at the first violation.
    pub bail: bool,
}

impl Plan {
    /// A plan of everything in `lanes` by the target's version.
    #[must_use]
    pub fn new(name: impl Into<String>, target: Target, lanes: &[Lane]) -> Self {
        Self {
            name: name.into(),
            versions: vec![target.version.unwrap_or(SpecVersion::LATEST)],
            target,
            lanes: lanes.to_vec(),
            profile: Profile::default(),
            only: Vec::new(),
            topics: Vec::new(),
            bail: false,
        }
    }

    /// The checks that it would run by `version`.
    #[must_use]
    pub fn checks(&self, version: SpecVersion) -> Vec<Check> {
        let all = self
            .lanes
            .iter()
            .flat_map(|&lane| lanes::checks(lane, version));
        all.filter(|check| self.wants(check)).collect()
    }

    fn wants(&self, check: &Check) -> bool {
        let topic = self.topics.is_empty() || self.topics.contains(&check.topic());
        let id = self.only.is_empty() || self.only.iter().any(|one| one.matches(check.id()));
        topic && id
    }

    /// Runs it. The target's limits bound all versions together.
    pub async fn run(
        &self,
        judge: &Arc<SchemaJudge>,
        progress: Option<UnboundedSender<Progress>>,
    ) -> Result<Report, WireError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "a report names the moment at which it was made"
        )]
        let started = Timestamp::now();
        let clock = Instant::now();
        let options = RunOptions {
            bail: self.bail,
            progress,
        };
        let mut report = Report {
            format: Report::FORMAT,
            target: self.name.clone(),
            profile: self.profile.name(&self.versions),
            versions: self.versions.clone(),
            started,
            duration_ms: 0,
            requests: 0,
            results: Vec::new(),
        };
        for &version in &self.versions {
            let mut target = self.target.clone();
            let limits = &mut target.limits;
            limits.requests_max = limits.requests_max.saturating_sub(report.requests);
            limits.run_timeout_s = limits
                .run_timeout_s
                .saturating_sub(clock.elapsed().as_secs());
            let runner =
                Runner::new(version, target, Arc::clone(judge))?.with_profile(self.profile);
            let results = runner.run(&self.checks(version), &options).await;
            report.requests = report.requests.saturating_add(runner.requests_sent());
            let violated = results.iter().any(|one| one.verdict == Verdict::Violated);
            report.results.extend(results);
            if self.bail && violated {
                break;
            }
        }
        report.duration_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(report)
    }
}
