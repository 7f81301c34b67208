//! `/compare?earlier=…&later=…`: two runs side by side.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Html,
};
use serde::Deserialize;

use super::{PageFailure, moment, rendered, report};
use crate::{Comparison, History, Report, RunId};

#[derive(Debug, Deserialize)]
pub(super) struct Runs {
    earlier: String,
    later: String,
}

#[derive(Template)]
#[template(path = "serve/compare.html")]
struct Page<'a> {
    earlier: (RunId, &'a Report, String),
    later: (RunId, &'a Report, String),
    comparison: Comparison,
}

pub(super) async fn page(
    State(history): State<History>,
    Query(runs): Query<Runs>,
) -> Result<Html<String>, PageFailure> {
    let (mut earlier, mut later) = (
        report(history.clone(), &runs.earlier).await?,
        report(history, &runs.later).await?,
    );
    // Chosen the wrong way round: time decides.
    if earlier.1.started > later.1.started {
        std::mem::swap(&mut earlier, &mut later);
    }
    rendered(&Page {
        comparison: Comparison::of(&earlier.1, &later.1),
        earlier: (earlier.0, &earlier.1, moment(earlier.1.started)),
        later: (later.0, &later.1, moment(later.1.started)),
    })
}
