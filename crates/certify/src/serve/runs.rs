//! `/`: every target with its runs.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Html};

use super::{PageFailure, moment, rendered};
use crate::{History, RunId, Summary, Verdict, report::human::seconds};

/// Most runs that the page lists, the newest first.
const RUNS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "serve/runs.html")]
struct Page {
    targets: Vec<(String, Vec<Row>)>,
    several: bool,
}

struct Row {
    id: RunId,
    started: String,
    duration: String,
    summary: Summary,
}

pub(super) async fn page(State(history): State<History>) -> Result<Html<String>, PageFailure> {
    let rows = tokio::task::spawn_blocking(move || rows(&history)).await??;
    let several = rows.len() > 1;
    let mut targets: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        let target = row.summary.target.clone();
        targets.entry(target).or_default().push(row);
    }
    let targets = targets.into_iter().collect();
    rendered(&Page { targets, several })
}

fn rows(history: &History) -> Result<Vec<Row>, PageFailure> {
    let mut rows = Vec::new();
    for id in history.runs()?.into_iter().take(RUNS_MAX) {
        // A file that is no report is left out; the rest is still worth seeing.
        if let Ok(summary) = history.summary(&id) {
            rows.push(Row {
                id,
                started: moment(summary.started),
                duration: seconds(summary.duration_ms),
                summary,
            });
        }
    }
    Ok(rows)
}

impl Row {
    fn count(&self, verdict: Verdict) -> usize {
        let counts = &self.summary.counts;
        counts.get(&verdict).copied().unwrap_or_default()
    }
}
