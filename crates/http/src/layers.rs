//! What surrounds every route: request id, panics, and errors that are all flat.

use std::{
    any::Any,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use comptoir_acp::id::IdempotencyKey;
use comptoir_signing::environment::Environment;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tower::{Layer, Service};

use crate::{
    ApiError, Dialect, Fault,
    error::Cause,
    request_id::{self, RequestIds},
};

/// Names a request that may be repeated.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Puts a finished router behind the common layer. Call it last, once per server.
///
/// - Each request has a `Request-Id`: the caller's if it is legal, else a new one. The answer
///   repeats it, and `Idempotency-Key` too.
/// - A panic becomes a 500, an unknown path a 404, a wrong method a 405 (with `Allow`), and axum's
///   own refusals in plain text keep their status: all as flat errors.
/// - Causes of 5xx answers are logged with the request id and never sent.
///
/// A router with a fallback of its own keeps it.
pub fn layers(router: Router, environment: &Environment) -> Router {
    router.layer(CommonLayer(Arc::new(RequestIds::new(environment))))
}

#[derive(Clone)]
struct CommonLayer(Arc<RequestIds>);

impl<S> Layer<S> for CommonLayer {
    type Service = Common<S>;

    fn layer(&self, inner: S) -> Common<S> {
        Common {
            inner,
            ids: Arc::clone(&self.0),
        }
    }
}

#[derive(Clone)]
struct Common<S> {
    inner: S,
    ids: Arc<RequestIds>,
}

impl<S> Service<Request> for Common<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
    S::Error: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let id = adopt_request_id(request.headers_mut(), &self.ids);
        let key = echoed_key(request.headers());
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut response = match catch_panic(answer).await {
                Ok(answer) => answer?,
                Err(_payload) => panicked(),
            };
            if response.status().as_u16() >= 400 {
                response = presentable(response, id.as_ref());
            }
            let headers = response.headers_mut();
            if let Some(id) = id {
                headers.insert(request_id::REQUEST_ID, id);
            }
            if let Some(key) = key {
                headers.insert(IDEMPOTENCY_KEY, key);
            }
            Ok(response)
        })
    }
}

/// Leaves exactly one legal id in the request's headers, and returns it.
fn adopt_request_id(headers: &mut HeaderMap, ids: &RequestIds) -> Option<HeaderValue> {
    if let Some(id) = request_id::legal(headers) {
        return Some(id.clone());
    }
    let id = ids.next()?;
    headers.insert(request_id::REQUEST_ID, id.clone());
    Some(id)
}

/// The key to repeat: only a legal one, sent once.
fn echoed_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    IdempotencyKey::parse(value.to_str().ok()?).ok()?;
    Some(value.clone())
}

/// Runs a future to its end or to its panic.
async fn catch_panic<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        // After a panic the future is dropped and never polled again: nothing half-changed is seen.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(payload) => Poll::Ready(Err(payload)),
        }
    })
    .await
}

/// The payload of a panic may quote anything, so it goes nowhere.
fn panicked() -> Response {
    ApiError::internal("a handler panicked").into_response()
}

/// Logs what must not be sent, and makes every error flat.
fn presentable(mut response: Response, id: Option<&HeaderValue>) -> Response {
    let status = response.status();
    let cause = response.extensions_mut().remove::<Cause>();
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    if let Some(Cause { error, .. }) = &cause {
        log(status, id, error.as_ref());
    }
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        let dialect = cause.and_then(|cause| cause.dialect).unwrap_or_default();
        let message = format!("an internal error occurred in request {id}");
        return replace_body(
            response,
            &ApiError::new(Fault::Internal, message).under(dialect),
        );
    }
    if is_for_machines_or_pages(response.headers()) {
        return response;
    }
    let error = match status.as_u16() {
        404 => ApiError::new(Fault::RouteNotFound, "this path is not served"),
        405 => ApiError::method_not_allowed("this path does not take this method"),
        413 => ApiError::new(Fault::BodyTooLarge, "the body is too long"),
        415 => ApiError::new(
            Fault::UnsupportedMediaType,
            "this Content-Type is not accepted",
        ),
        500.. => ApiError::new(Fault::Unavailable, "the service cannot answer now"),
        _ => ApiError::new(Fault::Invalid, "the request is not valid"),
    };
    replace_body(response, &error.under(Dialect::default()))
}

fn log(status: StatusCode, id: &str, error: &(dyn std::error::Error + Send + Sync)) {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    let status = status.as_u16();
    if status >= 500 {
        tracing::error!(
            request.id = id,
            http.status = status,
            error = text,
            "request failed"
        );
    } else {
        tracing::info!(
            request.id = id,
            http.status = status,
            error = text,
            "request refused"
        );
    }
}

/// Whether the body was made on purpose: JSON, or a page.
fn is_for_machines_or_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| !value.as_bytes().starts_with(b"text/plain"))
}

/// Another body under the same status and other headers, such as `Allow`.
fn replace_body(response: Response, error: &ApiError) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Response::from_parts(parts, axum::body::Body::from(error.to_reply().body))
}
