//! Rules as rows of a table: a valid body with one change, and what should come of it.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::sync::OnceCell;

use super::{Psp, body};
use crate::{Answer, Case, Check, Lane, Outcome, Severity, Stop, Topic, VersionRange};

/// One row: a change, and whether the request is then refused or taken.
#[derive(Debug, Clone)]
pub(super) struct Row {
    name: &'static str,
    title: &'static str,
    changes: Vec<(&'static str, Option<Value>)>,
    taken: bool,
    severity: Severity,
    proves: Vec<&'static str>,
    versions: VersionRange,
    topic: Topic,
}

/// A request that must be refused.
pub(super) fn refused(name: &'static str, title: &'static str) -> Row {
    Row {
        name,
        title,
        changes: Vec::new(),
        taken: false,
        severity: Severity::Must,
        proves: Vec::new(),
        versions: VersionRange::ALL,
        topic: Topic::Errors,
    }
}

/// A request that should be taken: it is valid, if unusual.
pub(super) fn taken(name: &'static str, title: &'static str) -> Row {
    Row {
        taken: true,
        severity: Severity::Should,
        topic: Topic::Lifecycle,
        ..refused(name, title)
    }
}

impl Row {
    /// Puts a value at a JSON Pointer.
    pub(super) fn set(mut self, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.changes.push((pointer, Some(value.into())));
        self
    }

    /// Takes a member away.
    pub(super) fn without(mut self, pointer: &'static str) -> Self {
        self.changes.push((pointer, None));
        self
    }

    pub(super) fn proves(mut self, requirements: &[&'static str]) -> Self {
        self.proves.extend_from_slice(requirements);
        self
    }

    /// Good practice that no text demands: a warning when it is not followed.
    pub(super) fn advised(mut self) -> Self {
        self.severity = Severity::Should;
        self
    }

    pub(super) fn demanded(mut self) -> Self {
        self.severity = Severity::Must;
        self
    }

    pub(super) fn versions(mut self, versions: VersionRange) -> Self {
        self.versions = versions;
        self
    }

    pub(super) fn check(self) -> Check {
        let (name, title, topic) = (self.name, self.title, self.topic);
        let (proves, versions) = (self.proves.clone(), self.versions);
        let advice = match (self.taken, self.severity) {
            (true, _) => "take every request that the schema of the version permits",
            (false, Severity::Must) => {
                "check every member of the request before a token is made, and answer 400 or 422"
            }
            (false, Severity::Should) => {
                "no text demands it, but such a token can never pay or would pay wrongly: refuse it with 400 or 422"
            }
        };
        let row = Arc::new(self);
        Check::new(Lane::Psp, topic, name, title, move |case| {
            let row = Arc::clone(&row);
            async move { row.run(case).await }
        })
        .proves(&proves)
        .versions(versions)
        .advice(advice)
    }

    async fn run(&self, case: Arc<Case>) -> Outcome {
        let psp = Psp::of(&case)?;
        let mut body = psp.body()?;
        for (pointer, value) in &self.changes {
            match value {
                Some(value) => body::set(&mut body, pointer, value.clone()),
                None => body::remove(&mut body, pointer),
            }
        }
        if self.taken {
            return self.judge_taken(&psp, &body).await;
        }
        valid_request_is_taken(&psp).await?;
        let answer = psp.delegate(&body).await?;
        judge_refusal(psp.case(), &answer, self.severity, self.title)
    }

    async fn judge_taken(&self, psp: &Psp, body: &Value) -> Outcome {
        let answer = psp.delegate(body).await?;
        if answer.status == 201 {
            return Ok(());
        }
        let found = || format!("{}: {}", answer.status, psp.case().excerpt(&answer));
        match self.severity {
            Severity::Must => psp.case().must(false, &answer, self.title, found),
            Severity::Should => {
                psp.case().should(false, &answer, self.title, found);
                Ok(())
            }
        }
    }
}

/// A refusal is a 4xx with an error that is not an answer to something else, and no token.
pub(super) fn judge_refusal(
    case: &Case,
    answer: &Answer,
    severity: Severity,
    rule: &str,
) -> Outcome {
    let found = || format!("{}: {}", answer.status, case.excerpt(answer));
    let fault = (500..600).contains(&answer.status);
    case.must(
        !fault,
        answer,
        "a faulty request is no reason for a 5xx",
        found,
    )?;
    let refused = answer.is_refusal() && answer.text("/created").is_none();
    match severity {
        Severity::Must => case.must(refused, answer, rule, found),
        Severity::Should => {
            case.should(refused, answer, rule, found);
            Ok(())
        }
    }
}

type Probe = Arc<OnceCell<Result<(), Stop>>>;

/// Whether each target takes a valid request at all. A refusal proves nothing about a provider that
/// refuses everything; one request per run answers it for all rows.
static PROBES: LazyLock<Mutex<HashMap<String, Probe>>> = LazyLock::new(Mutex::default);

/// Not tested where even a valid request is refused.
pub(super) async fn valid_request_is_taken(psp: &Psp) -> Outcome {
    let run = std::ptr::from_ref(psp.case().target()).addr();
    let name = format!("{run} {} {}", psp.target().url, psp.case().version());
    let probe = {
        let mut probes = PROBES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(probes.entry(name).or_default())
    };
    let known = probe
        .get_or_init(|| async {
            let answer = match psp.delegate(&psp.body()?).await {
                Ok(answer) => answer,
                Err(Stop::Found(finding)) => return Err(Stop::NotTested(finding.found)),
                Err(stop) => return Err(stop),
            };
            if answer.status == 201 {
                return Ok(());
            }
            Err(Stop::NotTested(format!(
                "a refusal proves nothing while a valid request is refused too ({}: {})",
                answer.status,
                psp.case().excerpt(&answer)
            )))
        })
        .await;
    known.clone()
}
