//! The one table from what went wrong to what the caller is told.

use comptoir_acp::error::ErrorType;

use crate::{Dialect, Surface};

/// What went wrong, as far as the caller's view of it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `API-Version` is missing.
    MissingVersion,
    /// `API-Version` names no version we speak, or appears twice.
    UnsupportedVersion,
    /// No bearer key, a wrong one, or more than one.
    Unauthorized,
    /// A signature is missing, wrong or stale.
    InvalidSignature,
    /// `Timestamp` is no RFC 3339 time, too far from our clock, or appears twice.
    InvalidTimestamp,
    /// The caller may not do this.
    Forbidden,
    /// A POST without `Idempotency-Key`.
    IdempotencyKeyRequired,
    /// `Idempotency-Key` is not 1 to 255 visible ASCII characters and spaces, or appears twice.
    InvalidIdempotencyKey,
    /// The key was used with another body.
    IdempotencyConflict,
    /// The first request with this key is still running.
    IdempotencyInFlight,
    /// The body is longer than the limit.
    BodyTooLarge,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The body ended early.
    BodyIncomplete,
    /// The body is not declared as plain `application/json`.
    UnsupportedMediaType,
    /// An `Expect` other than `100-continue`.
    ExpectationFailed,
    /// The message could be read in two ways.
    AmbiguousRequest,
    /// The body is no acceptable JSON.
    InvalidJson,
    /// A field is missing.
    Missing,
    /// A field or parameter is wrong.
    Invalid,
    /// The addressed thing does not exist for this caller.
    NotFound,
    /// The path is not served.
    RouteNotFound,
    /// The path is served, but not with this method; or the state does not allow the step.
    MethodNotAllowed,
    /// The state of the thing stands against it, for good.
    Conflict,
    /// The thing is being worked on: the same request may succeed later.
    Busy,
    /// The request is well formed and cannot be done.
    Unprocessable,
    /// Too many requests.
    RateLimited,
    /// We cannot answer now.
    Unavailable,
    /// We failed.
    Internal,
}

/// What the caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Class of the error.
    pub r#type: ErrorType,
    /// Code, unless the error names its own.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Whether the same request may succeed later (with the header added, where one is missing).
    pub retryable: bool,
    /// `Retry-After` in seconds, unless the error names its own.
    pub retry_after_s: Option<u32>,
    stored: bool,
}

impl Row {
    /// Whether the answer is remembered under the idempotency key. Only what an endpoint decides
    /// for good is: never a 5xx (RFC §6.5), nor what is refused before an endpoint runs, nor an
    /// answer that asks to come back.
    #[must_use]
    pub const fn stored(&self) -> bool {
        self.stored
    }
}

impl Fault {
    /// Every fault, in the order of the table.
    pub const ALL: [Self; 28] = [
        Self::MissingVersion,
        Self::UnsupportedVersion,
        Self::Unauthorized,
        Self::InvalidSignature,
        Self::InvalidTimestamp,
        Self::Forbidden,
        Self::IdempotencyKeyRequired,
        Self::InvalidIdempotencyKey,
        Self::IdempotencyConflict,
        Self::IdempotencyInFlight,
        Self::BodyTooLarge,
        Self::BodyTimeout,
        Self::BodyIncomplete,
        Self::UnsupportedMediaType,
        Self::ExpectationFailed,
        Self::AmbiguousRequest,
        Self::InvalidJson,
        Self::Missing,
        Self::Invalid,
        Self::NotFound,
        Self::RouteNotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Busy,
        Self::Unprocessable,
        Self::RateLimited,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The row of this fault under these rules.
    #[must_use]
    pub const fn row(self, dialect: Dialect) -> Row {
        match self {
            Self::MissingVersion => refused(400, "missing_api_version"),
            Self::UnsupportedVersion => refused(400, "unsupported_api_version"),
            Self::Unauthorized => refused(401, "unauthorized"),
            Self::InvalidSignature => refused(401, "invalid_signature"),
            Self::InvalidTimestamp => refused(400, "invalid_timestamp"),
            Self::Forbidden => decided(403, "forbidden"),
            Self::IdempotencyKeyRequired => later(refused(400, "idempotency_key_required"), None),
            Self::InvalidIdempotencyKey => refused(400, "invalid_idempotency_key"),
            Self::IdempotencyConflict => idempotency_conflict(dialect),
            Self::IdempotencyInFlight => later(refused(409, "idempotency_in_flight"), Some(1)),
            Self::BodyTooLarge => refused(413, "body_too_large"),
            Self::BodyTimeout => later(refused(408, "request_timeout"), None),
            Self::BodyIncomplete => later(refused(400, "incomplete_body"), None),
            Self::UnsupportedMediaType => refused(415, "unsupported_media_type"),
            Self::ExpectationFailed => refused(417, "expectation_failed"),
            Self::AmbiguousRequest => refused(400, "ambiguous_request"),
            Self::InvalidJson => refused(400, "invalid_json"),
            Self::Missing => decided(400, "missing"),
            Self::Invalid => decided(400, "invalid"),
            Self::NotFound => decided(404, "not_found"),
            Self::RouteNotFound => refused(404, "not_found"),
            Self::MethodNotAllowed => decided(405, "method_not_allowed"),
            Self::Conflict => decided(409, "conflict"),
            Self::Busy => later(refused(409, "conflict"), Some(1)),
            Self::Unprocessable => decided(422, "unprocessable"),
            Self::RateLimited => rate_limited(dialect),
            Self::Unavailable => later(
                failed(ErrorType::ServiceUnavailable, 503, "service_unavailable"),
                Some(1),
            ),
            Self::Internal => later(
                failed(ErrorType::ProcessingError, 500, "internal_error"),
                None,
            ),
        }
    }
}

const fn failed(r#type: ErrorType, status: u16, code: &'static str) -> Row {
    Row {
        r#type,
        code,
        status,
        retryable: false,
        retry_after_s: None,
        stored: false,
    }
}

const fn refused(status: u16, code: &'static str) -> Row {
    failed(ErrorType::InvalidRequest, status, code)
}

/// A refusal that an endpoint decides, and that stays.
const fn decided(status: u16, code: &'static str) -> Row {
    Row {
        stored: true,
        ..refused(status, code)
    }
}

const fn later(row: Row, retry_after_s: Option<u32>) -> Row {
    Row {
        retryable: true,
        retry_after_s,
        ..row
    }
}

/// RFC §6.4; older versions and delegate authentication differ.
const fn idempotency_conflict(dialect: Dialect) -> Row {
    let rules = dialect.rules;
    let (r#type, status) = match dialect.surface {
        Surface::DelegateAuthentication => (
            rules.idempotency_conflict_type,
            rules.delegate_authentication_conflict_status,
        ),
        // Its types are a closed list without `request_not_idempotent`.
        Surface::DelegatePayment => (ErrorType::InvalidRequest, rules.idempotency_conflict_status),
        Surface::Acp | Surface::Feed | Surface::Own => (
            rules.idempotency_conflict_type,
            rules.idempotency_conflict_status,
        ),
    };
    failed(r#type, status, "idempotency_conflict")
}

/// Only the delegate surfaces have an error type of their own for it.
const fn rate_limited(dialect: Dialect) -> Row {
    let r#type = match dialect.surface {
        Surface::DelegatePayment | Surface::DelegateAuthentication => ErrorType::RateLimitExceeded,
        Surface::Acp | Surface::Feed | Surface::Own => ErrorType::InvalidRequest,
    };
    later(failed(r#type, 429, "too_many_requests"), Some(1))
}

/// Codes that the schema of delegate payment allows in every version (`Error.code`).
const DELEGATE_PAYMENT_CODES: [&str; 4] = [
    "invalid_card",
    "duplicate_request",
    "idempotency_conflict",
    "too_many_requests",
];

/// Codes that it allows since the key is mandatory.
const IDEMPOTENCY_CODES: [&str; 2] = ["idempotency_key_required", "idempotency_in_flight"];

/// The code a surface may send for this one.
///
/// Delegate payment's list is closed and has nothing for most faults: there the nearest one stands
/// in, and message and `param` say what is meant.
pub(super) fn narrow(code: &str, dialect: Dialect) -> &str {
    if dialect.surface != Surface::DelegatePayment {
        return code;
    }
    let has_more = dialect.rules.delegate_payment_idempotency_codes;
    match code {
        listed if DELEGATE_PAYMENT_CODES.contains(&listed) => listed,
        listed if has_more && IDEMPOTENCY_CODES.contains(&listed) => listed,
        "invalid_idempotency_key" if has_more => "idempotency_key_required",
        "conflict" | "idempotency_in_flight" => "duplicate_request",
        _ => "invalid_card",
    }
}
