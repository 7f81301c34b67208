//! The page of results: kept runs, their checks, their evidence. Read-only, without script.

mod cell;
mod check;
mod compare;
mod failure;
mod run;
mod runs;

use std::net::IpAddr;

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, map_response},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use crate::{History, HistoryError, Report, RunId};
use failure::PageFailure;

/// Nothing but our own style sheet; nobody may frame the page or send its forms elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The pages over a history.
pub(crate) fn router(history: History) -> Router {
    Router::new()
        .route("/", get(runs::page))
        .route("/compare", get(compare::page))
        .route("/runs/{run}", get(run::page))
        .route("/runs/{run}/report.json", get(run::json))
        .route("/runs/{run}/{lane}/{topic}", get(cell::page))
        .route("/runs/{run}/checks/{version}/{check}", get(check::page))
        .route("/style.css", get(style))
        .with_state(history)
        .layer(from_fn(local_names))
        .layer(map_response(guarded))
}

/// Only addresses and `localhost` are served: a foreign name that points here belongs to a page that
/// wants to read the history through the visitor's browser.
async fn local_names(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
    // A name is `localhost`, an address is one that the person typed.
    if name == "localhost" || address.is_ok() {
        return next.run(request).await;
    }
    let told = "open this page by its address, not by a name\n";
    (StatusCode::MISDIRECTED_REQUEST, told).into_response()
}

async fn style() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../templates/style.css"))
}

/// Every answer carries the same guards.
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A kept run, read off the async threads: reports are large.
async fn report(history: History, run: &str) -> Result<(RunId, Report), PageFailure> {
    let id: RunId = run.parse()?;
    let wanted = id.clone();
    let report = tokio::task::spawn_blocking(move || history.report(&wanted)).await??;
    Ok((id, report))
}

fn rendered(template: &impl askama::Template) -> Result<Html<String>, PageFailure> {
    Ok(Html(template.render()?))
}

/// A moment to the second.
fn moment(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
