//! A check: one question to a party.

use std::{fmt, future::Future, sync::Arc};

use futures_util::future::BoxFuture;

use crate::{Case, Finding, Lane, SpecVersion, Topic, VersionRange};

/// How a check ends early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A rule is violated and nothing more can be learnt.
    Found(Finding),
    /// The party does not offer this.
    NotApplicable(String),
    /// It cannot be tried; the text says what is missing and where to set it.
    NotTested(String),
}

/// `Ok` when the question was answered; findings on the way were noted in the [`Case`].
pub type Outcome<T = ()> = Result<T, Stop>;

type Run = Arc<dyn Fn(Arc<Case>) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// One question with a stable id.
#[derive(Clone)]
pub struct Check {
    id: String,
    title: String,
    lane: Lane,
    topic: Topic,
    versions: VersionRange,
    requirements: Vec<&'static str>,
    shapes: Vec<&'static str>,
    advice: String,
    alone: bool,
    patient: bool,
    run: Run,
}

impl Check {
    /// A check of `lane` and `topic`. `name` is made of lower case words and hyphens; the id becomes
    /// `<lane>.<topic>.<name>`. The title says in one sentence what is required.
    pub fn new<F, R>(lane: Lane, topic: Topic, name: &str, title: impl Into<String>, run: F) -> Self
    where
        F: Fn(Arc<Case>) -> R + Send + Sync + 'static,
        R: Future<Output = Outcome> + Send + 'static,
    {
        Self {
            id: format!("{lane}.{topic}.{name}"),
            title: title.into(),
            lane,
            topic,
            versions: VersionRange::ALL,
            requirements: Vec::new(),
            shapes: Vec::new(),
            advice: String::new(),
            alone: false,
            patient: false,
            run: Arc::new(move |case| Box::pin(run(case))),
        }
    }

    /// Register ids of the requirements that this check proves.
    #[must_use]
    pub fn proves(mut self, requirements: &[&'static str]) -> Self {
        self.requirements.extend_from_slice(requirements);
        self
    }

    /// Names of the shapes whose constraints it proves, by judging documents of that shape.
    #[must_use]
    pub fn proves_shapes(mut self, shapes: &[&'static str]) -> Self {
        self.shapes.extend_from_slice(shapes);
        self
    }

    /// The versions that have this rule; all when not said.
    #[must_use]
    pub fn versions(mut self, versions: VersionRange) -> Self {
        self.versions = versions;
        self
    }

    /// What the party should change when the check is not green.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// Runs while no other check does: for questions that others would disturb, such as the last
    /// item in stock.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Bounds its time itself: it may wait for its turn longer than the limit of a check.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.patient = true;
        self
    }

    /// The stable id, `<lane>.<topic>.<name>`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is required, one sentence.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The face that it looks at.
    #[must_use]
    pub fn lane(&self) -> Lane {
        self.lane
    }

    /// The kind of question.
    #[must_use]
    pub fn topic(&self) -> Topic {
        self.topic
    }

    /// Whether `version` has this rule.
    #[must_use]
    pub fn applies_to(&self, version: SpecVersion) -> bool {
        self.versions.contains(version)
    }

    /// The versions that have this rule.
    #[must_use]
    pub fn version_range(&self) -> VersionRange {
        self.versions
    }

    /// Register ids of the requirements that it proves.
    #[must_use]
    pub fn requirements(&self) -> &[&'static str] {
        &self.requirements
    }

    /// Shapes whose constraints it proves.
    #[must_use]
    pub fn shapes(&self) -> &[&'static str] {
        &self.shapes
    }

    /// What to change when it is not green.
    #[must_use]
    pub fn advice_text(&self) -> &str {
        &self.advice
    }

    pub(crate) fn is_alone(&self) -> bool {
        self.alone
    }

    pub(crate) fn is_patient(&self) -> bool {
        self.patient
    }

    pub(crate) fn start(&self, case: Arc<Case>) -> BoxFuture<'static, Outcome> {
        (self.run)(case)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Check")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
