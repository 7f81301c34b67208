//! `/runs/{run}/checks/{version}/{check}`: one check with its evidence.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Html,
};

use super::{PageFailure, rendered, report};
use crate::{
    CheckResult, Finding, History, Report, Requirement, RunId, register::requirement, report::log,
};

#[derive(Template)]
#[template(path = "serve/check.html")]
struct Page<'a> {
    id: RunId,
    report: &'a Report,
    result: &'a CheckResult,
    requirements: Vec<(&'a str, Option<&'static Requirement>)>,
}

pub(super) async fn page(
    State(history): State<History>,
    Path((run, version, check)): Path<(String, String, String)>,
) -> Result<Html<String>, PageFailure> {
    let (id, report) = report(history, &run).await?;
    let mut all = report.results.iter();
    let result = all
        .find(|result| result.id == check && result.version.as_str() == version)
        .ok_or_else(|| PageFailure::Missing(format!("check {check} of {version}")))?;
    let requirements = result.requirements.iter();
    rendered(&Page {
        id,
        report: &report,
        requirements: requirements
            .map(|id| (id.as_str(), requirement(id)))
            .collect(),
        result,
    })
}

impl Page<'_> {
    /// Findings that this exchange shows.
    fn findings_at(&self, number: u32) -> Vec<&Finding> {
        let all = self.result.findings.iter();
        all.filter(|finding| finding.exchange == Some(number))
            .collect()
    }
}
