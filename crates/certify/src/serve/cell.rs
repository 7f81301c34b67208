//! `/runs/{run}/{lane}/{topic}`: the checks of one cell.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Html,
};

use super::{PageFailure, rendered, report};
use crate::{CheckResult, History, Lane, Report, RunId, Topic, Verdict};

#[derive(Template)]
#[template(path = "serve/cell.html")]
struct Page<'a> {
    id: RunId,
    report: &'a Report,
    lane: Lane,
    topic: Topic,
    groups: Vec<(Verdict, Vec<&'a CheckResult>)>,
}

pub(super) async fn page(
    State(history): State<History>,
    Path((run, lane, topic)): Path<(String, String, String)>,
) -> Result<Html<String>, PageFailure> {
    let (id, report) = report(history, &run).await?;
    let missing = || PageFailure::Missing(format!("checks of {lane}, {topic}"));
    let lane: Lane = lane.parse().map_err(|_| missing())?;
    let topic: Topic = topic.parse().map_err(|_| missing())?;
    // What needs work comes first.
    let order = [
        Verdict::Violated,
        Verdict::Warning,
        Verdict::NotTested,
        Verdict::Pass,
        Verdict::NotApplicable,
    ];
    let groups = order.map(|verdict| {
        let all = report.with_verdict(verdict);
        let here = all.filter(|result| result.lane == lane && result.topic == topic);
        (verdict, here.collect())
    });
    rendered(&Page {
        id,
        report: &report,
        lane,
        topic,
        groups: groups
            .into_iter()
            .filter(|(_, results): &(_, Vec<_>)| !results.is_empty())
            .collect(),
    })
}
