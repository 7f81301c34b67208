//! When a page cannot be shown.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::HistoryError;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageFailure {
    /// The history has no such run, or it cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The run has no such lane, topic or check.
    #[error("this run has no {0}")]
    Missing(String),
    /// The template.
    #[error("the page cannot be rendered")]
    Template(#[from] askama::Error),
    /// The thread that read.
    #[error("reading was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

#[derive(Template)]
#[template(path = "serve/failure.html")]
struct Page {
    message: String,
}

impl IntoResponse for PageFailure {
    fn into_response(self) -> Response {
        let status = match self {
            Self::History(_) | Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Template(_) | Self::Interrupted(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let message = self.to_string();
        let page = Page { message }.render();
        (status, Html(page.unwrap_or_default())).into_response()
    }
}
