//! The body of a request: declared type, size, and arrival.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, header, request::Parts};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

use crate::{ApiError, Fault, Limits, serve::BodyTimedOut};

/// A body that was read for its signature, or not yet.
pub(super) enum Received {
    Whole(Bytes),
    Pending(Body),
}

impl Received {
    /// The bytes, once everything the headers say about them is right.
    ///
    /// GET, HEAD and DELETE have no body here: what follows them is not read.
    pub(super) async fn checked(self, parts: &Parts, limits: &Limits) -> Result<Bytes, ApiError> {
        if has_no_body(&parts.method) {
            return Ok(Bytes::new());
        }
        let empty = match &self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Pending(body) => body.is_end_stream(),
        };
        expectation(&parts.headers)?;
        media_type(&parts.headers, empty)?;
        match self {
            Self::Whole(bytes) => Ok(bytes),
            Self::Pending(_) if empty => Ok(Bytes::new()),
            Self::Pending(body) => collect(body, limits.body_bytes_max).await,
        }
    }
}

pub(super) fn has_no_body(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::DELETE)
}

/// Reads a body of at most this many bytes.
///
/// A declared length past the limit is refused before a byte is kept, an undeclared one as soon as
/// the limit is passed.
///
/// # Errors
/// [`Fault::BodyTooLarge`], [`Fault::BodyTimeout`], [`Fault::BodyIncomplete`].
pub async fn collect(mut body: Body, bytes_max: usize) -> Result<Bytes, ApiError> {
    let too_large = || {
        ApiError::new(
            Fault::BodyTooLarge,
            format!("the body is longer than {bytes_max} bytes"),
        )
    };
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > bytes_max {
        return Err(too_large());
    }
    let mut first = Bytes::new();
    let mut joined: Option<BytesMut> = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(arrival)?.into_data() else {
            continue;
        };
        let so_far = joined.as_ref().map_or(first.len(), BytesMut::len);
        if so_far.saturating_add(data.len()) > bytes_max {
            return Err(too_large());
        }
        match &mut joined {
            Some(joined) => joined.extend_from_slice(&data),
            None if first.is_empty() => first = data,
            None => {
                let capacity = declared.max(so_far.saturating_add(data.len()));
                let mut both = BytesMut::with_capacity(capacity);
                both.extend_from_slice(&first);
                both.extend_from_slice(&data);
                joined = Some(both);
            }
        }
        if body.is_end_stream() {
            break;
        }
    }
    Ok(joined.map_or(first, BytesMut::freeze))
}

/// Why a body did not arrive.
fn arrival(error: axum::Error) -> ApiError {
    if error.into_inner().is::<BodyTimedOut>() {
        return ApiError::new(Fault::BodyTimeout, "the body did not arrive in time");
    }
    ApiError::new(
        Fault::BodyIncomplete,
        "the body ended early or is malformed",
    )
}

fn expectation(headers: &HeaderMap) -> Result<(), ApiError> {
    let known = |value: &http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"100-continue");
    if headers.get_all(header::EXPECT).iter().all(known) {
        Ok(())
    } else {
        Err(ApiError::new(
            Fault::ExpectationFailed,
            "only Expect: 100-continue is understood",
        ))
    }
}

/// `application/json`, at most with `charset=utf-8`, and no content coding.
fn media_type(headers: &HeaderMap, empty: bool) -> Result<(), ApiError> {
    let refused = |message| Err(ApiError::new(Fault::UnsupportedMediaType, message));
    let plain = |value: &http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return refused("encoded bodies are not accepted");
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    match (types.next(), types.next()) {
        (Some(only), None) if is_json(only.as_bytes()) => Ok(()),
        (None, None) if empty => Ok(()),
        _ => refused("Content-Type must be application/json"),
    }
}

fn is_json(value: &[u8]) -> bool {
    if value == b"application/json" {
        return true;
    }
    let mut parts = value.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case(b"application/json"))
        && parts.all(|parameter| {
            parameter.eq_ignore_ascii_case(b"charset=utf-8")
                || parameter.eq_ignore_ascii_case(b"charset=\"utf-8\"")
        })
}
