//! One connection from accept to close.

use std::{
    convert::Infallible,
    future::{Future as _, poll_fn},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

use axum::{Router, response::IntoResponse};
use http::{HeaderValue, Request, Response, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use super::{
    ServeOptions,
    body::{NoticedBody, TimedBody},
    head::{self, Framing},
    io::WatchedStream,
};
use crate::{ApiError, Fault};

/// Room for the next head that a connection keeps, in bytes.
const HEAD_BYTES_KEPT: usize = 2 * 1_024;

/// The two ways a server ends a connection.
pub(super) struct Ends {
    /// After the running request.
    pub(super) graceful: CancellationToken,
    /// Now.
    pub(super) at_once: CancellationToken,
}

/// Serves one connection until either side ends it or a limit is passed.
///
/// hyper's own header timer stays off: it also runs while a connection is idle, and takes a new
/// timer for each request. One alarm per connection does for all phases: when it rings it looks how
/// far the connection has come, and goes back to sleep if that is far enough.
pub(super) async fn run(stream: TcpStream, router: Router, options: ServeOptions, ends: Ends) {
    let activity = Arc::new(Activity::new(options.head_bytes_max));
    let io = WatchedStream::new(stream, Arc::clone(&activity), options.write_timeout);
    let watched = Arc::clone(&activity);
    let service =
        service_fn(move |request| answer(router.clone(), Arc::clone(&watched), options, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(options.head_bytes_max.max(8_192))
        .max_headers(options.headers_max)
        .serve_connection(TokioIo::new(io), service);
    let mut connection = pin!(connection);
    let mut alarm = pin!(sleep_until(Instant::now() + options.first_byte_timeout));
    let mut graceful = pin!(ends.graceful.cancelled());
    let mut at_once = pin!(ends.at_once.cancelled());
    let mut draining = false;
    poll_fn(|cx| {
        if !draining && graceful.as_mut().poll(cx).is_ready() {
            draining = true;
            connection.as_mut().graceful_shutdown();
        }
        // Errors here are the peer's: it went away, or sent what is no HTTP and was told so.
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if draining && (activity.is_unused() || at_once.as_mut().poll(cx).is_ready()) {
            return Poll::Ready(());
        }
        loop {
            let deadline = activity.deadline(&options);
            if let Some(earlier) = deadline.filter(|deadline| *deadline < alarm.deadline()) {
                alarm.as_mut().reset(earlier);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            match deadline {
                Some(deadline) if deadline <= Instant::now() => return Poll::Ready(()),
                Some(deadline) => alarm.as_mut().reset(deadline),
                None => alarm.as_mut().reset(Instant::now() + options.idle_timeout),
            }
        }
    })
    .await;
}

/// Answers one request.
async fn answer(
    mut router: Router,
    activity: Arc<Activity>,
    options: ServeOptions,
    request: Request<Incoming>,
) -> Result<Response<NoticedBody>, Infallible> {
    let framing = activity.started(&request);
    let mut response = if framing == Framing::Ambiguous {
        let message = "the framing of this request is ambiguous";
        ApiError::new(Fault::AmbiguousRequest, message).into_response()
    } else {
        let request = request.map(|body| TimedBody::boxed(body, options.body_timeout));
        match router.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    };
    if framing != Framing::Clear {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response.map(|body| NoticedBody::new(body, activity)))
}

/// How far a connection has come. Shared by its socket, its requests and its alarm, which all run
/// on one task: the lock is never waited for.
pub(super) struct Activity {
    state: Mutex<State>,
    head_bytes_max: usize,
}

struct State {
    phase: Phase,
    since: Instant,
    /// The current request's head as received, perhaps with the start of its body.
    head: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing received yet.
    Opened,
    /// A request has begun to arrive.
    Head,
    /// A request is being answered; its body has a clock of its own.
    Busy,
    /// An answer is over, and no request has begun.
    Idle,
}

impl Activity {
    fn new(head_bytes_max: usize) -> Self {
        let state = State {
            phase: Phase::Opened,
            since: Instant::now(),
            head: Vec::new(),
        };
        Self {
            state: Mutex::new(state),
            head_bytes_max,
        }
    }

    /// Bytes came in.
    pub(super) fn received(&self, bytes: &[u8]) {
        self.with(|state| {
            match state.phase {
                Phase::Busy => return,
                Phase::Opened | Phase::Idle => state.enter(Phase::Head),
                Phase::Head => {}
            }
            let room = self.head_bytes_max.saturating_sub(state.head.len());
            state
                .head
                .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        });
    }

    /// A request's head is complete.
    fn started<B>(&self, request: &Request<B>) -> Framing {
        self.with(|state| {
            state.enter(Phase::Busy);
            let framing = head::framing(request.version(), request.headers(), &state.head);
            state.head.clear();
            // Thousands of idle connections must not each keep the room of their longest request.
            state.head.shrink_to(HEAD_BYTES_KEPT);
            framing
        })
    }

    /// An answer is over.
    pub(super) fn answered(&self) {
        self.with(|state| state.enter(Phase::Idle));
    }

    /// Whether no byte has come in yet.
    fn is_unused(&self) -> bool {
        self.with(|state| state.phase == Phase::Opened)
    }

    /// When the connection has to have come further; never while it is busy.
    fn deadline(&self, options: &ServeOptions) -> Option<Instant> {
        self.with(|state| match state.phase {
            Phase::Opened => Some(state.since + options.first_byte_timeout),
            Phase::Head => Some(state.since + options.header_timeout),
            Phase::Idle => Some(state.since + options.idle_timeout),
            Phase::Busy => None,
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }
}
