//! Bodies with a clock: a request's has to arrive in time, an answer's end is noticed.

use std::{
    future::Future as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{BoxError, body::Body};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::connection::Activity;

/// The body did not arrive in time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive in time")]
pub(crate) struct BodyTimedOut;

/// The body of a request. The clock starts when somebody first has to wait for it, so that a body
/// that is already there costs no timer.
pub(super) struct TimedBody {
    incoming: Incoming,
    timeout: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl TimedBody {
    /// The body as the router takes it.
    pub(super) fn boxed(incoming: Incoming, timeout: Duration) -> Body {
        if incoming.is_end_stream() {
            return Body::empty();
        }
        Body::new(Self {
            incoming,
            timeout,
            alarm: None,
        })
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.incoming).poll_frame(cx) {
            return Poll::Ready(frame.map(|result| result.map_err(BoxError::from)));
        }
        let timeout = this.timeout;
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep(timeout)));
        alarm
            .as_mut()
            .poll(cx)
            .map(|()| Some(Err(BodyTimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

/// The body of an answer. When it is dropped the answer is over and the connection idle.
pub(super) struct NoticedBody {
    body: Body,
    activity: Arc<Activity>,
}

impl NoticedBody {
    pub(super) fn new(body: Body, activity: Arc<Activity>) -> Self {
        Self { body, activity }
    }
}

impl Drop for NoticedBody {
    fn drop(&mut self) {
        self.activity.answered();
    }
}

impl HttpBody for NoticedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
