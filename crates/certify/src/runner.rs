//! Runs checks against a target, several at a time, within bounds.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use tokio::{
    sync::mpsc::UnboundedSender,
    time::{self, Instant as Deadline},
};

use crate::{
    Case, Check, CheckResult, Finding, Outcome, Profile, SchemaJudge, Severity, SpecVersion, Stop,
    Target, Verdict, Wire, WireError, evidence::Redactor, shared::Shared,
};

/// What a run tells while it works.
#[derive(Debug, Clone)]
pub enum Progress {
    /// The run begins; so many checks follow.
    Planned(usize),
    /// A check ended.
    Ended(Box<CheckResult>),
}

/// How to run.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Stop starting checks after the first violation.
    pub bail: bool,
    /// Where to tell of progress.
    pub progress: Option<UnboundedSender<Progress>>,
}

/// A run's machinery: one client, one judge, one target.
#[derive(Debug, Clone)]
pub struct Runner {
    version: SpecVersion,
    target: Arc<Target>,
    wire: Wire,
    judge: Arc<SchemaJudge>,
    redactor: Arc<Redactor>,
    profile: Profile,
    shared: Arc<Shared>,
}

impl Runner {
    /// A runner that judges `target` by `version`.
    pub fn new(
        version: SpecVersion,
        target: Target,
        judge: Arc<SchemaJudge>,
    ) -> Result<Self, WireError> {
        Ok(Self {
            version,
            wire: Wire::new(target.limits.request_timeout(), target.limits.requests_max)?,
            redactor: Arc::new(Redactor::new(target.secrets())),
            shared: Arc::default(),
            target: Arc::new(target),
            judge,
            profile: Profile::default(),
        })
    }

    /// The same, by another reading of the specification.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Requests sent so far.
    #[must_use]
    pub fn requests_sent(&self) -> u32 {
        self.wire.requests_sent()
    }

    /// A case outside of any check: for probing.
    #[must_use]
    pub fn case(&self) -> Arc<Case> {
        Arc::new(Case::new(
            self.version,
            Arc::clone(&self.target),
            self.wire.clone(),
            Arc::clone(&self.judge),
            Arc::clone(&self.redactor),
            self.profile,
            Arc::clone(&self.shared),
        ))
    }

    /// Runs every check and returns the results in the order of `checks`. Checks that want to be
    /// alone come last, one by one.
    pub async fn run(&self, checks: &[Check], options: &RunOptions) -> Vec<CheckResult> {
        tell(options, || Progress::Planned(checks.len()));
        let deadline = Deadline::now() + self.target.limits.run_timeout();
        let (alone, together): (Vec<_>, Vec<_>) = checks
            .iter()
            .enumerate()
            .partition(|(_, check)| check.is_alone());
        let mut results = BTreeMap::new();
        let mut violated = false;
        for (group, width) in [
            (together, self.target.limits.concurrency.max(1)),
            (alone, 1),
        ] {
            let mut running = stream::iter(group.into_iter().map(|(index, check)| {
                let runner = self.clone();
                let check = check.clone();
                // A task of its own: a check that computes for long must not hold up the others.
                async move {
                    let (own, copy) = (runner.clone(), check.clone());
                    let task = tokio::spawn(async move { own.one(&copy, deadline).await });
                    let result = task.await.unwrap_or_else(|_| {
                        runner.skipped(&check, "the check itself failed; please report it")
                    });
                    (index, result)
                }
            }))
            .buffer_unordered(width);
            while let Some((index, result)) = running.next().await {
                violated |= result.verdict == Verdict::Violated;
                tell(options, || Progress::Ended(Box::new(result.clone())));
                results.insert(index, result);
                if options.bail && violated {
                    break;
                }
            }
            if options.bail && violated {
                break;
            }
        }
        let all = checks.iter().enumerate();
        all.map(|(index, check)| {
            results
                .remove(&index)
                .unwrap_or_else(|| self.skipped(check, "the run ended at the first violation"))
        })
        .collect()
    }

    async fn one(&self, check: &Check, deadline: Deadline) -> CheckResult {
        if Deadline::now() >= deadline {
            return self.skipped(
                check,
                "the run's time was used up; raise limits.run_timeout_s",
            );
        }
        let started = Instant::now();
        let case = self.case();
        if check.is_patient() {
            let outcome = check.start(Arc::clone(&case)).await;
            return self.result(check, &case, outcome, started.elapsed());
        }
        let limit = self.target.limits.check_timeout();
        let outcome = match time::timeout(limit, check.start(Arc::clone(&case))).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Stop::Found(Finding {
                severity: Severity::Must,
                rule: "the answers that a check needs come in time".to_owned(),
                found: format!("the check did not end within {} s", limit.as_secs()),
                exchange: None,
            })),
        };
        self.result(check, &case, outcome, started.elapsed())
    }

    fn result(
        &self,
        check: &Check,
        case: &Case,
        outcome: Outcome,
        elapsed: Duration,
    ) -> CheckResult {
        let (reason, unanswered) = match outcome {
            Ok(()) => (None, None),
            Err(Stop::Found(finding)) => {
                case.note(finding);
                (None, None)
            }
            Err(Stop::NotApplicable(reason)) => (Some(reason), Some(Verdict::NotApplicable)),
            Err(Stop::NotTested(reason)) => (Some(reason), Some(Verdict::NotTested)),
        };
        let notes = case.take_notes();
        let worst = notes.findings.iter().map(|finding| finding.severity).min();
        let verdict = match (worst, unanswered) {
            (Some(Severity::Must), _) => Verdict::Violated,
            (_, Some(unanswered)) => unanswered,
            (Some(Severity::Should), None) => Verdict::Warning,
            (None, None) => Verdict::Pass,
        };
        CheckResult {
            verdict,
            reason,
            findings: notes.findings,
            evidence: notes.evidence,
            duration_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            ..blank(check, self.version)
        }
    }

    fn skipped(&self, check: &Check, reason: &str) -> CheckResult {
        CheckResult {
            reason: Some(reason.to_owned()),
            ..blank(check, self.version)
        }
    }
}

/// A result that says nothing yet.
fn blank(check: &Check, version: SpecVersion) -> CheckResult {
    CheckResult {
        id: check.id().to_owned(),
        title: check.title().to_owned(),
        lane: check.lane(),
        topic: check.topic(),
        version,
        verdict: Verdict::NotTested,
        reason: None,
        findings: Vec::new(),
        advice: check.advice_text().to_owned(),
        requirements: check
            .requirements()
            .iter()
            .map(|&id| id.to_owned())
            .collect(),
        duration_ms: 0,
        evidence: Vec::new(),
    }
}

fn tell(options: &RunOptions, progress: impl FnOnce() -> Progress) {
    if let Some(sender) = &options.progress {
        // Nobody listening is no reason to stop.
        let _ = sender.send(progress());
    }
}
