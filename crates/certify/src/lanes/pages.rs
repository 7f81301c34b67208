//! A web server of the judge that only counts who comes.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{Router, extract::State, http::Uri};
use http::Method;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{Outcome, Stop};

/// Pages on this machine; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Pages {
    base: String,
    visits: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Pages {
    /// Pages on any free port.
    pub(super) async fn start() -> Outcome<Self> {
        let untried = |error: std::io::Error| Stop::NotTested(format!("cannot listen: {error}"));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(untried)?;
        let base = format!("http://{}", listener.local_addr().map_err(untried)?);
        let visits = Arc::<Mutex<Vec<String>>>::default();
        let router = Router::new()
            .fallback(visit)
            .with_state(Arc::clone(&visits));
        let serving = tokio::spawn(async move {
            // Ends with the check only.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            base,
            visits,
            serving,
        })
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Method and path of every request so far.
    pub(super) fn visits(&self) -> Vec<String> {
        let visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        visits.clone()
    }
}

async fn visit(
    State(visits): State<Arc<Mutex<Vec<String>>>>,
    method: Method,
    uri: Uri,
) -> &'static str {
    let mut visits = visits.lock().unwrap_or_else(PoisonError::into_inner);
    visits.push(format!("{method} {}", uri.path()));
    "a page"
}
