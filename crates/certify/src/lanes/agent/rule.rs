//! A rule: what the agent must have done, or must not.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use super::{
    call::Call,
    launch::Ended,
    scenario::{self, HONEST, Scenario, Task},
    stage::Stage,
    transcript::Transcript,
};
use crate::{
    Case, Check, Finding, Lane, Outcome, RecordedRequest, RecordedResponse, Severity, Stop, Topic,
};

type Judge = fn(&Grade<'_>) -> Outcome;

/// What must be known before a rule says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// The fault was before the agent's eyes.
    Fault,
    /// Besides, the agent buys when nothing is wrong: only then does its refusal prove anything.
    FaultAndHonesty,
    /// Nothing.
    Nothing,
}

/// Something to look at in a purchase.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    /// What is required, one sentence without its scenario.
    pub(super) says: &'static str,
    pub(super) judge: Judge,
    pub(super) proves: Vec<&'static str>,
    pub(super) advice: &'static str,
    pub(super) needs: Needs,
    pub(super) topic: Option<Topic>,
    pub(super) shapes: Vec<&'static str>,
}

impl Rule {
    pub(super) fn new(name: &'static str, says: &'static str, judge: Judge) -> Self {
        Self {
            name,
            says,
            judge,
            proves: Vec::new(),
            advice: "",
            needs: Needs::Fault,
            topic: None,
            shapes: Vec::new(),
        }
    }

    pub(super) fn proves(mut self, ids: &[&'static str]) -> Self {
        self.proves.extend_from_slice(ids);
        self
    }

    pub(super) fn shapes(mut self, shapes: &[&'static str]) -> Self {
        self.shapes.extend_from_slice(shapes);
        self
    }

    pub(super) fn advice(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
    }

    pub(super) fn needs(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }

    pub(super) fn topic(mut self, topic: Topic) -> Self {
        self.topic = Some(topic);
        self
    }

    /// The check of this rule in a scenario.
    pub(super) fn check(&self, scenario: &'static Scenario) -> Check {
        let rule = self.clone();
        let name = format!("{}-{}", scenario.name, self.name);
        let title = if scenario.story.is_empty() {
            self.says.to_owned()
        } else {
            format!("{}: {}", scenario.story, self.says)
        };
        let run = move |case: Arc<Case>| {
            let rule = rule.clone();
            async move {
                let grade = Grade::of(&case, scenario, rule.needs).await?;
                (rule.judge)(&grade)
            }
        };
        let topic = self.topic.unwrap_or(scenario.topic);
        Check::new(Lane::Agent, topic, &name, title, run)
            .versions(scenario.versions)
            .proves(&self.proves)
            .proves_shapes(&self.shapes)
            .advice(self.advice)
            .patient()
    }
}

/// A purchase before its judge.
pub(super) struct Grade<'a> {
    pub(super) case: &'a Case,
    pub(super) seen: Arc<Transcript>,
    recorded: AtomicBool,
}

impl<'a> Grade<'a> {
    async fn of(case: &'a Case, scenario: &'static Scenario, needs: Needs) -> Outcome<Grade<'a>> {
        let stage = case.shared::<Stage>();
        if needs == Needs::FaultAndHonesty
            && let Some(honest) = scenario::named(HONEST)
            && !stage.transcript(case, honest).await?.bought()
        {
            return Err(Stop::NotTested(
                "the agent does not buy when nothing is wrong, so its refusal proves nothing; see agent.lifecycle.honest-completes"
                    .to_owned(),
            ));
        }
        let seen = stage.transcript(case, scenario).await?;
        let grade = Self {
            case,
            seen,
            recorded: AtomicBool::new(false),
        };
        if needs != Needs::Nothing && scenario.has_fault() && !grade.seen.shown {
            return Err(grade.never_shown());
        }
        Ok(grade)
    }

    fn never_shown(&self) -> Stop {
        let calls = self.seen.calls.len();
        let reason = format!(
            "the agent made {calls} requests and none to which the fault belongs: {}",
            self.seen.scenario.story
        );
        if self.seen.scenario.task == Task::Buy {
            return Stop::NotTested(reason);
        }
        let task = self.seen.scenario.task.as_str();
        Stop::NotApplicable(format!(
            "{reason}; the agent does not take up ACP_TASK={task}"
        ))
    }

    /// Keeps the whole purchase as evidence, call by call: the numbers are those of the calls. Only
    /// where there is something to show, for hundreds of checks look at the same purchase.
    fn record(&self) {
        if self.recorded.swap(true, Ordering::Relaxed) {
            return;
        }
        for call in &self.seen.calls {
            let host = call.header("host").unwrap_or_default();
            let request = RecordedRequest {
                method: call.method.to_string(),
                url: format!("http://{host}{}", call.path),
                headers: call
                    .headers
                    .iter()
                    .map(|(name, value)| {
                        let value = String::from_utf8_lossy(value.as_bytes());
                        (name.to_string(), masked(name.as_str(), &value))
                    })
                    .collect(),
                body: self.case.redact(&call.body),
            };
            let given = call.given.as_ref();
            let response = given.map(|given| RecordedResponse {
                status: given.status,
                headers: given.headers.clone(),
                body: self.case.redact(&given.body),
            });
            let broken = match given {
                Some(given) => given.broken.map(str::to_owned),
                None => Some("no answer was given while the purchase lasted".to_owned()),
            };
            self.case.keep(request, response, broken, Instant::now());
        }
    }

    /// Number of a call in the evidence.
    fn number(&self, call: &Call) -> Option<u32> {
        let place = self.seen.calls.iter().position(|other| {
            other.at == call.at && other.path == call.path && other.party == call.party
        })?;
        u32::try_from(place.saturating_add(1)).ok()
    }

    /// A MUST about a call; ends the check.
    pub(super) fn must(
        &self,
        holds: bool,
        call: &Call,
        rule: &str,
        found: impl FnOnce() -> String,
    ) -> Outcome {
        self.hold(holds, Some(call), rule, found)
    }

    /// A SHOULD about a call.
    #[expect(clippy::unnecessary_wraps, reason = "ends closures as `must` does")]
    pub(super) fn should(
        &self,
        holds: bool,
        call: &Call,
        rule: &str,
        found: impl FnOnce() -> String,
    ) -> Outcome {
        self.advise(holds, Some(call), rule, found);
        Ok(())
    }

    /// A MUST about the purchase as a whole.
    pub(super) fn must_all(
        &self,
        holds: bool,
        rule: &str,
        found: impl FnOnce() -> String,
    ) -> Outcome {
        self.hold(holds, None, rule, found)
    }

    /// A SHOULD about the purchase as a whole.
    #[expect(clippy::unnecessary_wraps, reason = "ends closures as `must` does")]
    pub(super) fn should_all(
        &self,
        holds: bool,
        rule: &str,
        found: impl FnOnce() -> String,
    ) -> Outcome {
        self.advise(holds, None, rule, found);
        Ok(())
    }

    fn hold(
        &self,
        holds: bool,
        call: Option<&Call>,
        rule: &str,
        found: impl FnOnce() -> String,
    ) -> Outcome {
        if holds {
            return Ok(());
        }
        let finding = self.finding(Severity::Must, call, rule, &found());
        Err(Stop::Found(finding))
    }

    fn advise(&self, holds: bool, call: Option<&Call>, rule: &str, found: impl FnOnce() -> String) {
        if !holds {
            self.case
                .note(self.finding(Severity::Should, call, rule, &found()));
        }
    }

    fn finding(&self, severity: Severity, call: Option<&Call>, rule: &str, found: &str) -> Finding {
        self.record();
        Finding {
            severity,
            rule: rule.to_owned(),
            found: self.case.redact(found.as_bytes()),
            exchange: call.and_then(|call| self.number(call)),
        }
    }

    /// What the agent did, in one line.
    pub(super) fn summary(&self) -> String {
        let calls: Vec<String> = self
            .seen
            .calls
            .iter()
            .take(40)
            .map(|call| {
                let status = match call.status() {
                    Some(status) => status.to_string(),
                    None => "no whole answer".to_owned(),
                };
                format!("{} ({status})", call.what())
            })
            .collect();
        let end = match &self.seen.ended {
            Ended::Failed(how) => format!("then its command failed ({how})"),
            Ended::Done => "then it was done".to_owned(),
            Ended::TimedOut(seconds) => format!("and it was not done within {seconds} s"),
        };
        if calls.is_empty() {
            return format!("the agent made no request, {end}");
        }
        format!("the agent sent {}; {end}", calls.join(", "))
    }
}

/// The agent does not do what a rule is about.
pub(super) fn not_offered(what: &str) -> Stop {
    Stop::NotApplicable(format!("not offered: {what}"))
}

/// Credentials as evidence shows them.
fn masked(name: &str, value: &str) -> String {
    if !["authorization", "cookie", "proxy-authorization"].contains(&name) {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, secret)) => {
            let shown: String = secret
                .chars()
                .take(secret.chars().count().min(12) / 4)
                .collect();
            format!("{scheme} {shown}…")
        }
        None => "…".to_owned(),
    }
}
