//! The judge's receiver: one listener per run, for the seller has one address to send to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Notify, OnceCell},
    task::JoinHandle,
    time::{Instant as Deadline, sleep, timeout_at},
};

use super::{super::clock::now, delivery::Delivery};
use crate::{Case, Outcome, Stop, WebhookTarget};

/// Deliveries that are kept; the rest of a flood is answered and forgotten.
const DELIVERIES_MAX: usize = 20_000;

/// How the judge answers a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// This status, with `Retry-After` in seconds where it has one.
    Status(u16, Option<u32>),
    /// 307 to another path of the judge.
    Redirect,
    /// No answer for so many seconds.
    Silence(u64),
    /// The connection is closed without an answer.
    Close,
}

/// Where a redirect leads.
pub(super) const ELSEWHERE: &str = "/elsewhere";

/// The receiver of a run. Its listener ends with the run.
#[derive(Debug, Default)]
pub(super) struct Hub {
    listening: OnceCell<Result<Listening, String>>,
    inbox: Arc<Inbox>,
}

#[derive(Debug)]
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Debug, Default)]
struct Inbox {
    received: Mutex<Received>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Received {
    deliveries: Vec<Delivery>,
    /// How to answer the next deliveries of a session; 200 once this is used up.
    reactions: HashMap<String, Vec<Reaction>>,
}

impl Hub {
    /// The listening hub of the run; not tested without a `[webhooks]` section.
    pub(super) async fn of(case: &Case) -> Outcome<(Arc<Self>, &WebhookTarget)> {
        let target = case.target().webhooks.as_ref().ok_or_else(|| {
            Stop::NotTested(
                "nowhere to listen for order events: set [webhooks] in certify.toml".to_owned(),
            )
        })?;
        let hub = case.shared::<Self>();
        let inbox = Arc::clone(&hub.inbox);
        let listening = hub.listening.get_or_init(|| listen(target, inbox)).await;
        if let Err(problem) = listening {
            return Err(Stop::NotTested(problem.clone()));
        }
        Ok((hub, target))
    }

    /// Answers the next deliveries of this session like this.
    pub(super) fn react(&self, session: &str, reactions: &[Reaction]) {
        let mut received = self.inbox.lock();
        let mut reversed = reactions.to_vec();
        reversed.reverse();
        received.reactions.insert(session.to_owned(), reversed);
    }

    /// Everything that came for this session, in order.
    pub(super) fn of_session(&self, session: &str) -> Vec<Delivery> {
        self.all(|delivery| delivery.session() == session)
    }

    /// Everything that came and fits.
    pub(super) fn all(&self, fits: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
        let received = self.inbox.lock();
        let fitting = received.deliveries.iter().filter(|one| fits(one));
        fitting.cloned().collect()
    }

    /// Waits until what came for this session satisfies `enough`; false when the time is up.
    pub(super) async fn wait(
        &self,
        session: &str,
        longest: Duration,
        enough: impl Fn(&[Delivery]) -> bool,
    ) -> bool {
        let deadline = Deadline::now() + longest;
        loop {
            // Registered before looking, so that nothing that comes in between is missed.
            let arrived = self.inbox.arrived.notified();
            if enough(&self.of_session(session)) {
                return true;
            }
            if timeout_at(deadline, arrived).await.is_err() {
                return enough(&self.of_session(session));
            }
        }
    }
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, mut delivery: Delivery) -> Reaction {
        let mut received = self.lock();
        let reaction = received
            .reactions
            .get_mut(delivery.session())
            .and_then(Vec::pop)
            .unwrap_or(Reaction::Status(200, None));
        delivery.answered = match reaction {
            Reaction::Status(status, _) => status,
            Reaction::Redirect => 307,
            Reaction::Silence(_) | Reaction::Close => 0,
        };
        if received.deliveries.len() < DELIVERIES_MAX {
            received.deliveries.push(delivery);
        }
        drop(received);
        self.arrived.notify_waiters();
        reaction
    }
}

async fn listen(target: &WebhookTarget, inbox: Arc<Inbox>) -> Result<Listening, String> {
    let listener = TcpListener::bind(target.listen).await.map_err(|error| {
        format!(
            "cannot listen for order events on {}: {error}; set webhooks.listen in certify.toml",
            target.listen
        )
    })?;
    let router = Router::new().fallback(receive).with_state(inbox);
    Ok(Listening(tokio::spawn(async move {
        // Ends with the run only: what it would return is of no use.
        let _ = axum::serve(listener, router).await;
    })))
}

async fn receive(
    State(inbox): State<Arc<Inbox>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = headers.get("request-id").cloned();
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let reaction = inbox.take(Delivery {
        method,
        target: target.to_owned(),
        headers,
        json: serde_json::from_slice(&body).unwrap_or(Value::Null),
        body,
        at: now(),
        instant: Instant::now(),
        answered: 0,
    });
    match reaction {
        Reaction::Status(status, retry_after) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let mut body = json!({ "received": true });
            if !status.is_success() {
                body = json!({
                    "type": "service_unavailable",
                    "code": "try_again",
                    "message": "The judge refuses on purpose.",
                });
            } else if let (Some(members), Some(Ok(id))) = (
                body.as_object_mut(),
                request_id.as_ref().map(|id| id.to_str()),
            ) {
                members.insert("request_id".to_owned(), json!(id));
            }
            let retry_after = retry_after.map(|seconds| seconds.to_string());
            let mut response = (status, axum::Json(body)).into_response();
            if let Some(Ok(value)) = retry_after.map(TryInto::try_into) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
        Reaction::Redirect => (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, ELSEWHERE)],
        )
            .into_response(),
        Reaction::Silence(seconds) => {
            sleep(Duration::from_secs(seconds)).await;
            StatusCode::OK.into_response()
        }
        // Ends the task of this connection, and with it the connection; no panic message is written.
        Reaction::Close => std::panic::resume_unwind(Box::new("closed on purpose")),
    }
}
