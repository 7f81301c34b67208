//! The one error of every endpoint, and its flat form on the wire.

mod table;

use std::{borrow::Cow, error::Error, fmt, sync::Arc};

use axum::response::{IntoResponse, Response};
use comptoir_acp::{error as wire, version::ApiVersion};
use comptoir_store::StoreError;
use http::{HeaderValue, StatusCode, header};

use crate::{Dialect, Reply, strict_json::JsonError};

pub use table::{Fault, Row};

/// An error as endpoints return it. One word wide.
///
/// Status, type, code and `Retry-After` come from the table in `error/table.rs`. Internal causes
/// are logged with the request id and never sent.
pub struct ApiError(Box<Inner>);

struct Inner {
    fault: Fault,
    code: Option<&'static str>,
    message: Cow<'static, str>,
    param: Option<String>,
    retry_after_s: Option<u32>,
    supported_versions: Option<Vec<ApiVersion>>,
    dialect: Option<Dialect>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// The cause of a 5xx, left in the response's extensions for whoever logs it.
#[derive(Clone)]
pub(crate) struct Cause {
    pub(crate) error: Arc<dyn Error + Send + Sync>,
    pub(crate) dialect: Option<Dialect>,
}

/// Constructors, one per kind of refusal.
impl ApiError {
    /// An error of this kind with this text for people. The text must not quote the request.
    #[must_use]
    pub fn new(fault: Fault, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            fault,
            code: None,
            message: message.into(),
            param: None,
            retry_after_s: None,
            supported_versions: None,
            dialect: None,
            cause: None,
        }))
    }

    /// 400: the field at this `JSONPath` is wrong.
    #[must_use]
    pub fn invalid(param: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Fault::Invalid, message).with_param(param)
    }

    /// 400: the field at this `JSONPath` is missing.
    #[must_use]
    pub fn missing(param: impl Into<String>) -> Self {
        Self::new(Fault::Missing, "a required field is missing").with_param(param)
    }

    /// 400: the version is not spoken here; names those that are, newest first.
    #[must_use]
    pub fn unsupported_version(supported: &[ApiVersion]) -> Self {
        Self::version(
            Fault::UnsupportedVersion,
            "API-Version is not supported",
            supported,
        )
    }

    /// 400: `API-Version` is missing; names the versions spoken here, newest first.
    #[must_use]
    pub fn missing_version(supported: &[ApiVersion]) -> Self {
        Self::version(
            Fault::MissingVersion,
            "API-Version header is required",
            supported,
        )
    }

    fn version(fault: Fault, message: &'static str, supported: &[ApiVersion]) -> Self {
        let mut versions = supported.to_vec();
        versions.sort_unstable_by(|left, right| right.cmp(left));
        let mut error = Self::new(fault, message);
        error.0.supported_versions = Some(versions);
        error
    }

    /// 401, without a word about why.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(Fault::Unauthorized, "a valid bearer key is required")
    }

    /// 401 `invalid_signature`, without a word about why.
    #[must_use]
    pub fn invalid_signature() -> Self {
        Self::new(Fault::InvalidSignature, "a valid signature is required")
    }

    /// 403.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Fault::Forbidden, "this caller may not do this")
    }

    /// 404: no such thing, or not this caller's, which must look the same.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(Fault::NotFound, format!("no such {what}"))
    }

    /// 405: the method does not fit the path, or the state does not allow the step.
    #[must_use]
    pub fn method_not_allowed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Fault::MethodNotAllowed, message)
    }

    /// 409 for good: repeating the same request will not help.
    #[must_use]
    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Fault::Conflict, message).with_code(code)
    }

    /// 409 for now: the thing is being worked on. Not remembered under the idempotency key.
    #[must_use]
    pub fn busy(
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        retry_after_s: u32,
    ) -> Self {
        Self::new(Fault::Busy, message)
            .with_code(code)
            .with_retry_after(retry_after_s)
    }

    /// 422: well formed, and impossible.
    #[must_use]
    pub fn unprocessable(
        code: &'static str,
        param: impl Into<String>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(Fault::Unprocessable, message)
            .with_code(code)
            .with_param(param)
    }

    /// 429.
    #[must_use]
    pub fn rate_limited(retry_after_s: u32) -> Self {
        Self::new(Fault::RateLimited, "too many requests").with_retry_after(retry_after_s)
    }

    /// 400: a POST without `Idempotency-Key` (RFC §6.1).
    #[must_use]
    pub fn idempotency_key_required() -> Self {
        let message = "Idempotency-Key header is required on all POST requests";
        Self::new(Fault::IdempotencyKeyRequired, message)
    }

    /// 422, or 409 under older rules: the key was used with another body (RFC §6.4).
    #[must_use]
    pub fn idempotency_conflict(dialect: Dialect) -> Self {
        let message = "Idempotency-Key has already been used with a different request body";
        Self::new(Fault::IdempotencyConflict, message).under(dialect)
    }

    /// 409: the first request with this key is still running (RFC §6.4).
    #[must_use]
    pub fn idempotency_in_flight(retry_after_s: u32) -> Self {
        let message = "A request with this Idempotency-Key is currently being processed";
        Self::new(Fault::IdempotencyInFlight, message).with_retry_after(retry_after_s)
    }

    /// 503: not now. Also for outcomes that are unknown yet.
    #[must_use]
    pub fn unavailable(message: impl Into<Cow<'static, str>>, retry_after_s: u32) -> Self {
        Self::new(Fault::Unavailable, message).with_retry_after(retry_after_s)
    }

    /// 500. The cause is logged, never sent.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Fault::Internal, "an internal error occurred").with_cause(cause)
    }
}

/// Details and views.
impl ApiError {
    /// The same error with a code of its own.
    #[must_use]
    pub fn with_code(mut self, code: &'static str) -> Self {
        self.0.code = Some(code);
        self
    }

    /// The same error, naming the place in the body.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.0.param = Some(param.into());
        self
    }

    /// The same error with this `Retry-After`, in seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_s = Some(seconds.max(1));
        self
    }

    /// The same error with a cause for the log.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(Arc::from(cause.into()));
        self
    }

    /// The same error, written under these rules. The first to say so wins.
    #[must_use]
    pub fn under(mut self, dialect: Dialect) -> Self {
        self.0.dialect.get_or_insert(dialect);
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.0.fault
    }

    /// Its row in the table.
    #[must_use]
    pub fn row(&self) -> Row {
        self.0.fault.row(self.dialect())
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.row().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code on the wire.
    #[must_use]
    pub fn code(&self) -> &str {
        table::narrow(self.0.code.unwrap_or(self.row().code), self.dialect())
    }

    /// The text for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// `JSONPath` of the wrong field.
    #[must_use]
    pub fn param(&self) -> Option<&str> {
        self.0.param.as_deref()
    }

    /// The flat object of the wire.
    #[must_use]
    pub fn to_wire(&self) -> wire::Error {
        let mut error = wire::Error::new(self.row().r#type, self.code().to_owned(), self.message());
        error.param.clone_from(&self.0.param);
        error
            .supported_versions
            .clone_from(&self.0.supported_versions);
        error
    }

    /// The answer it becomes; what is stored when it is remembered.
    #[must_use]
    pub fn to_reply(&self) -> Reply {
        let body = serde_json::to_vec(&self.to_wire()).unwrap_or_default();
        let mut reply = Reply::bytes(self.status(), body);
        if let Some(seconds) = self.0.retry_after_s.or(self.row().retry_after_s) {
            reply
                .headers
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if reply.status == StatusCode::UNAUTHORIZED {
            reply
                .headers
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        reply
    }

    fn dialect(&self) -> Dialect {
        self.0.dialect.unwrap_or_default()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.to_reply().into_response();
        if let Some(error) = self.0.cause {
            response.extensions_mut().insert(Cause {
                error,
                dialect: self.0.dialect,
            });
        }
        response
    }
}

impl From<ApiError> for Reply {
    fn from(error: ApiError) -> Self {
        error.to_reply()
    }
}

impl From<StoreError> for ApiError {
    /// Contention asks to come back, a disk in trouble is a 503, everything else is our fault.
    fn from(error: StoreError) -> Self {
        let busy = "the service is busy";
        match &error {
            StoreError::Busy => Self::unavailable(busy, 1),
            StoreError::DiskFull
            | StoreError::ReadOnly
            | StoreError::Io(_)
            | StoreError::Closed => {
                Self::unavailable("the service cannot take changes now", 5).with_cause(error)
            }
            StoreError::Stale { .. } => Self::busy("conflict", "it was changed meanwhile", 1),
            StoreError::Conflict { .. } => {
                Self::conflict("conflict", "it exists already").with_cause(error)
            }
            StoreError::Inconsistent { .. }
            | StoreError::InvalidArgument { .. }
            | StoreError::Panicked { .. }
            | StoreError::Corrupt(_)
            | StoreError::NotDurable { .. }
            | StoreError::Migration(_)
            | StoreError::FileExists { .. }
            | StoreError::NoSuchDatabase { .. }
            | StoreError::UnsoundBackup { .. }
            | StoreError::Engine(_) => Self::internal(error),
        }
    }
}

impl From<JsonError> for ApiError {
    fn from(error: JsonError) -> Self {
        Self::new(Fault::InvalidJson, error.fault.to_string()).with_param(error.path)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: {}",
            self.row().status,
            self.code(),
            self.message()
        )
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("fault", &self.0.fault)
            .field("code", &self.code())
            .field("message", &self.0.message)
            .field("param", &self.0.param)
            .field("cause", &self.0.cause)
            .finish_non_exhaustive()
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.cause {
            Some(cause) => Some(cause.as_ref()),
            None => None,
        }
    }
}
