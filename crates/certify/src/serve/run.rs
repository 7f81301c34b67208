//! `/runs/{run}`: one run, lanes and topics as a table.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{
    extract::{Path, State},
    http::header,
    response::{Html, IntoResponse},
};

use super::{PageFailure, moment, rendered, report};
use crate::{
    CheckResult, Counts, History, Lane, Report, RunId, Topic, Verdict, report::human::seconds,
};

#[derive(Template)]
#[template(path = "serve/run.html")]
struct Page<'a> {
    id: RunId,
    report: &'a Report,
    started: String,
    duration: String,
    counts: Counts,
    lanes: Vec<Lane>,
    rows: Vec<(Topic, Vec<Cell>)>,
    red: Vec<&'a CheckResult>,
    warnings: Vec<&'a CheckResult>,
    unanswered: Vec<Unanswered<'a>>,
    previous: Option<RunId>,
}

/// One lane and topic.
struct Cell {
    lane: Lane,
    counts: Vec<(Verdict, usize)>,
}

/// Checks that gave no answer for the same reason.
struct Unanswered<'a> {
    verdict: Verdict,
    reason: &'a str,
    results: Vec<&'a CheckResult>,
}

pub(super) async fn page(
    State(history): State<History>,
    Path(run): Path<String>,
) -> Result<Html<String>, PageFailure> {
    let (id, report) = report(history.clone(), &run).await?;
    let (target, before) = (report.target.clone(), id.clone());
    let previous =
        tokio::task::spawn_blocking(move || previous(&history, &before, &target)).await?;
    let lanes: BTreeSet<Lane> = report.results.iter().map(|result| result.lane).collect();
    let lanes: Vec<Lane> = lanes.into_iter().collect();
    rendered(&Page {
        started: moment(report.started),
        duration: seconds(report.duration_ms),
        counts: report.counts(),
        rows: rows(&report, &lanes),
        lanes,
        red: report.with_verdict(Verdict::Violated).collect(),
        warnings: report.with_verdict(Verdict::Warning).collect(),
        unanswered: unanswered(&report),
        previous,
        report: &report,
        id,
    })
}

/// `/runs/{run}/report.json`: the whole run.
pub(super) async fn json(
    State(history): State<History>,
    Path(run): Path<String>,
) -> Result<impl IntoResponse, PageFailure> {
    let (_, report) = report(history, &run).await?;
    let text = crate::report::json::text(&report)
        .map_err(|_| PageFailure::Missing("report as JSON".to_owned()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text))
}

/// Topics as rows, so that the table fits a phone: there are more topics than lanes.
fn rows(report: &Report, lanes: &[Lane]) -> Vec<(Topic, Vec<Cell>)> {
    let table = report.table();
    let counts = |lane: Lane, topic: Topic| -> Vec<(Verdict, usize)> {
        let cell = table.get(&lane).and_then(|row| row.get(&topic));
        let all = cell.into_iter().flatten();
        all.filter(|(_, number)| **number > 0)
            .map(|(verdict, number)| (*verdict, *number))
            .collect()
    };
    Topic::ALL
        .into_iter()
        .filter(|topic| table.values().any(|row| row.contains_key(topic)))
        .map(|topic| {
            let cells = lanes.iter().map(|&lane| Cell {
                lane,
                counts: counts(lane, topic),
            });
            (topic, cells.collect())
        })
        .collect()
}

fn unanswered(report: &Report) -> Vec<Unanswered<'_>> {
    let mut groups: BTreeMap<(Verdict, &str), Vec<&CheckResult>> = BTreeMap::new();
    for verdict in [Verdict::NotTested, Verdict::NotApplicable] {
        for result in report.with_verdict(verdict) {
            let reason = result.reason.as_deref().unwrap_or("no reason given");
            groups.entry((verdict, reason)).or_default().push(result);
        }
    }
    let mut groups: Vec<_> = groups
        .into_iter()
        .map(|((verdict, reason), results)| Unanswered {
            verdict,
            reason,
            results,
        })
        .collect();
    groups.sort_by_key(|group| {
        let applies = group.verdict == Verdict::NotApplicable;
        (applies, std::cmp::Reverse(group.results.len()))
    });
    groups
}

/// The run of the same target before this one.
fn previous(history: &History, id: &RunId, target: &str) -> Option<RunId> {
    let runs = history.runs().ok()?;
    let mut earlier = runs.into_iter().filter(|run| run < id);
    earlier.find(|run| {
        history
            .summary(run)
            .is_ok_and(|summary| summary.target == target)
    })
}
