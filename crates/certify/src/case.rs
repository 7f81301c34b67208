//! A check at work: sends, records, notes findings.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use aws_lc_rs::rand;
use serde_json::Value;
use url::Url;

use crate::{
    Answer, Exchange, Finding, Outcome, Profile, RecordedRequest, RecordedResponse, Request,
    SchemaJudge, Severity, SpecVersion, Stop, Target, Wire, WireError,
    contradictions::contradiction, evidence::Redactor, shared::Shared, wire::Enough,
};

/// One run of one check: its version, its target, its evidence.
#[derive(Debug)]
pub struct Case {
    version: SpecVersion,
    target: Arc<Target>,
    wire: Wire,
    judge: Arc<SchemaJudge>,
    redactor: Arc<Redactor>,
    profile: Profile,
    shared: Arc<Shared>,
    notes: Mutex<Notes>,
}

/// What a check has gathered.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) evidence: Vec<Exchange>,
    pub(crate) findings: Vec<Finding>,
}

impl Case {
    pub(crate) fn new(
        version: SpecVersion,
        target: Arc<Target>,
        wire: Wire,
        judge: Arc<SchemaJudge>,
        redactor: Arc<Redactor>,
        profile: Profile,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            version,
            target,
            wire,
            judge,
            redactor,
            profile,
            shared,
            notes: Mutex::default(),
        }
    }

    /// The version by which this run judges.
    #[must_use]
    pub fn version(&self) -> SpecVersion {
        self.version
    }

    /// Addresses, keys and items of the parties under test.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Whose reading of the specification this run takes.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Whether the profile accepts `reading` on a point where the sources contradict each other:
    /// `case.accepts("idempotency-conflict-status", "409")`. Ids and readings are those of
    /// `register/contradictions-*.toml`.
    #[must_use]
    pub fn accepts(&self, contradiction_id: &str, reading: &str) -> bool {
        contradiction(contradiction_id).is_some_and(|one| one.accepts(self.profile, reading))
    }

    /// Whether the profile demands what the specification leaves open on this point.
    #[must_use]
    pub fn demands(&self, contradiction_id: &str) -> bool {
        contradiction(contradiction_id).is_some_and(|one| one.demands(self.profile))
    }

    /// The status is one of `allowed`, or one that the profile accepts besides on this point;
    /// otherwise the check ends.
    pub fn status_or(&self, answer: &Answer, allowed: &[u16], contradiction_id: &str) -> Outcome {
        if self.accepts(contradiction_id, &answer.status.to_string()) {
            return Ok(());
        }
        self.status(answer, allowed)
    }

    /// The one value of this type that all checks of the run have together.
    pub(crate) fn shared<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.shared.of()
    }

    /// Judges documents by the schemas.
    #[must_use]
    pub fn judge(&self) -> &SchemaJudge {
        &self.judge
    }

    /// Sends a request and keeps both sides as evidence; no answer is a violated MUST.
    pub async fn send(&self, base: &Url, request: Request) -> Outcome<Answer> {
        self.send_until(base, request, &|_, _| false).await
    }

    /// The same for an answer that may never end: reading stops once `enough` holds.
    pub(crate) async fn send_until(
        &self,
        base: &Url,
        request: Request,
        enough: Enough<'_>,
    ) -> Outcome<Answer> {
        match self.try_send_until(base, &request, enough).await {
            Ok(answer) => Ok(answer),
            Err((WireError::Budget(max), _)) => {
                Err(Stop::NotTested(WireError::Budget(max).to_string()))
            }
            Err((error @ WireError::Unwritable(_), _)) => Err(Stop::NotTested(error.to_string())),
            Err((error, exchange)) => Err(Stop::Found(Finding {
                severity: Severity::Must,
                rule: "every request gets a complete HTTP answer".to_owned(),
                found: error.to_string(),
                exchange: Some(exchange),
            })),
        }
    }

    /// Sends a request and keeps both sides as evidence; for checks that expect a broken connection.
    /// With the error comes the number of the exchange.
    pub async fn try_send(
        &self,
        base: &Url,
        request: &Request,
    ) -> Result<Answer, (WireError, u32)> {
        self.try_send_until(base, request, &|_, _| false).await
    }

    async fn try_send_until(
        &self,
        base: &Url,
        request: &Request,
        enough: Enough<'_>,
    ) -> Result<Answer, (WireError, u32)> {
        let started = Instant::now();
        let sent = self.wire.send_until(base, request, enough).await;
        let exchange = self.record(base, request, sent.as_ref(), started);
        match sent {
            Ok(answer) => Ok(Answer { exchange, ..answer }),
            Err(error) => Err((error, exchange)),
        }
    }

    fn record(
        &self,
        base: &Url,
        request: &Request,
        sent: Result<&Answer, &WireError>,
        started: Instant,
    ) -> u32 {
        let redactor = &self.redactor;
        let headers = request.headers.iter();
        let recorded = RecordedRequest {
            method: request.method.to_string(),
            url: redactor.text(&format!(
                "{}{}",
                base.as_str().trim_end_matches('/'),
                request.path
            )),
            headers: headers
                .map(|(name, value)| (name.clone(), redactor.header(name, value)))
                .collect(),
            body: redactor.body(request.body.as_deref().unwrap_or_default()),
        };
        let response = sent.ok().map(|answer| RecordedResponse {
            status: answer.status,
            headers: redactor.headers(&answer.headers),
            body: redactor.body(&answer.body),
        });
        self.keep(
            recorded,
            response,
            sent.err().map(ToString::to_string),
            started,
        )
    }

    /// Keeps an exchange that did not go through [`send`](Self::send): raw sockets, or a request that
    /// the judge received. Both sides must be free of secrets. Returns its number.
    pub fn keep(
        &self,
        request: RecordedRequest,
        response: Option<RecordedResponse>,
        error: Option<String>,
        started: Instant,
    ) -> u32 {
        let mut notes = self.notes();
        let number = u32::try_from(notes.evidence.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        notes.evidence.push(Exchange {
            number,
            request,
            response,
            error,
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        number
    }

    /// Takes secrets out of a text that is kept by [`keep`](Self::keep).
    #[must_use]
    pub fn redact(&self, body: &[u8]) -> String {
        self.redactor.body(body)
    }

    /// A MUST: ends the check when `holds` is false. `rule` is one sentence, `found` what was seen.
    pub fn must(
        &self,
        holds: bool,
        answer: &Answer,
        rule: &str,
        found: impl FnOnce() -> String,
    ) -> Outcome {
        if holds {
            return Ok(());
        }
        Err(Stop::Found(self.finding(
            Severity::Must,
            answer,
            rule,
            &found(),
        )))
    }

    /// A MUST whose violation does not keep the check from looking further.
    pub fn must_also(
        &self,
        holds: bool,
        answer: &Answer,
        rule: &str,
        found: impl FnOnce() -> String,
    ) {
        if !holds {
            let finding = self.finding(Severity::Must, answer, rule, &found());
            self.notes().findings.push(finding);
        }
    }

    /// A SHOULD: notes a warning when `holds` is false, and goes on.
    pub fn should(&self, holds: bool, answer: &Answer, rule: &str, found: impl FnOnce() -> String) {
        if !holds {
            let finding = self.finding(Severity::Should, answer, rule, &found());
            self.notes().findings.push(finding);
        }
    }

    /// A MUST about something that is no answer to a request of ours, such as a webhook.
    pub fn must_hold(&self, holds: bool, rule: &str, found: impl FnOnce() -> String) -> Outcome {
        if holds {
            return Ok(());
        }
        Err(Stop::Found(Finding {
            severity: Severity::Must,
            rule: rule.to_owned(),
            found: self.redactor.text(&found()),
            exchange: None,
        }))
    }

    /// A SHOULD about something that is no answer to a request of ours.
    pub fn should_hold(&self, holds: bool, rule: &str, found: impl FnOnce() -> String) {
        if !holds {
            let found = self.redactor.text(&found());
            self.notes().findings.push(Finding {
                severity: Severity::Should,
                rule: rule.to_owned(),
                found,
                exchange: None,
            });
        }
    }

    /// The status is one of `allowed`, otherwise the check ends.
    pub fn status(&self, answer: &Answer, allowed: &[u16]) -> Outcome {
        let list: Vec<_> = allowed.iter().map(u16::to_string).collect();
        self.must(
            allowed.contains(&answer.status),
            answer,
            &format!("the status is {}", list.join(" or ")),
            || format!("{}: {}", answer.status, self.excerpt(answer)),
        )
    }

    /// The body is JSON, otherwise the check ends.
    pub fn json<'a>(&self, answer: &'a Answer) -> Outcome<&'a Value> {
        match &answer.json {
            Some(json) => Ok(json),
            None => Err(Stop::Found(self.finding(
                Severity::Must,
                answer,
                "the body is JSON",
                &self.excerpt(answer),
            ))),
        }
    }

    /// The body is a document of `shape`; every fault is noted, and the first ends the check.
    pub fn shape(&self, answer: &Answer, shape: &str) -> Outcome {
        let json = self.json(answer)?;
        self.document(json, answer, shape)
    }

    /// A part of an answer is a document of `shape`; every fault is noted, and ends the check.
    pub fn document(&self, document: &Value, answer: &Answer, shape: &str) -> Outcome {
        let faults = self
            .judge
            .validate(self.version, shape, document)
            .map_err(|error| Stop::NotTested(error.to_string()))?;
        let mut findings: Vec<_> = faults
            .into_iter()
            .take(20)
            .map(|fault| {
                self.finding(
                    Severity::Must,
                    answer,
                    &format!("the document is a valid {shape} ({})", fault.constraint),
                    &format!("{}: {}", fault.path, fault.message),
                )
            })
            .collect();
        match findings.pop() {
            None => Ok(()),
            Some(last) => {
                self.notes().findings.append(&mut findings);
                Err(Stop::Found(last))
            }
        }
    }

    /// The beginning of a body, for messages.
    #[must_use]
    pub fn excerpt(&self, answer: &Answer) -> String {
        if answer.body.is_empty() {
            return "(empty body)".to_owned();
        }
        self.redactor.body(&answer.body).chars().take(300).collect()
    }

    /// A fresh key, unique beyond this run: a random UUID (version 4).
    pub fn fresh_key(&self) -> Outcome<String> {
        let mut bytes = [0_u8; 16];
        rand::fill(&mut bytes)
            .map_err(|_| Stop::NotTested("this machine gives no random numbers".to_owned()))?;
        Ok(uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string())
    }

    fn finding(&self, severity: Severity, answer: &Answer, rule: &str, found: &str) -> Finding {
        Finding {
            severity,
            rule: rule.to_owned(),
            found: self.redactor.text(found),
            exchange: Some(answer.exchange),
        }
    }

    pub(crate) fn note(&self, finding: Finding) {
        self.notes().findings.push(finding);
    }

    pub(crate) fn take_notes(&self) -> Notes {
        std::mem::take(&mut self.notes())
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
