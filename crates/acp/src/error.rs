//! The flat error object of every endpoint.
//!
//! Plain data; which status and code a failure gets is decided where responses are made.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::version::{ApiVersion, VersionDate};

closed_enum! {
    /// The class of an error.
    pub enum ErrorType {
        /// The caller must change the request.
        InvalidRequest = "invalid_request",
        /// The callee failed on a legal request.
        ProcessingError = "processing_error",
        /// The callee cannot answer now.
        ServiceUnavailable = "service_unavailable",
        /// The key was used with another body. Versions before 2026-04-17 only.
        RequestNotIdempotent = "request_not_idempotent",
        /// Too many requests. Delegate payment and delegate authentication only.
        RateLimitExceeded = "rate_limit_exceeded",
    }
}

/// The machine-readable reason of an error. Extensible: any text round-trips.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(Cow<'static, str>);

impl ErrorCode {
    /// A required field is missing.
    pub const MISSING: Self = Self::new("missing");
    /// A field or header has an illegal value.
    pub const INVALID: Self = Self::new("invalid");
    /// The addressed thing does not exist for this caller.
    pub const NOT_FOUND: Self = Self::new("not_found");
    /// POST without `Idempotency-Key`.
    pub const IDEMPOTENCY_KEY_REQUIRED: Self = Self::new("idempotency_key_required");
    /// The same key with another body.
    pub const IDEMPOTENCY_CONFLICT: Self = Self::new("idempotency_conflict");
    /// The first request with this key is still running.
    pub const IDEMPOTENCY_IN_FLIGHT: Self = Self::new("idempotency_in_flight");
    /// The complete call lacks the authentication result.
    pub const REQUIRES_3DS: Self = Self::new("requires_3ds");
    /// The card cannot be vaulted.
    pub const INVALID_CARD: Self = Self::new("invalid_card");
    /// A signature is missing or wrong.
    pub const INVALID_SIGNATURE: Self = Self::new("invalid_signature");

    /// A code known at compile time.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    /// The code as written on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for ErrorCode {
    fn from(code: &'static str) -> Self {
        Self::new(code)
    }
}

impl From<String> for ErrorCode {
    fn from(code: String) -> Self {
        Self(Cow::Owned(code))
    }
}

impl PartialEq<str> for ErrorCode {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ErrorCode {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// The flat error object (2026-04-17 checkout schema, `Error`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{type}: {code}: {message}")]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// The class.
    pub r#type: ErrorType,
    /// The reason, for machines.
    pub code: ErrorCode,
    /// The reason, for people.
    pub message: String,
    /// JSONPath (RFC 9535) of the field that is wrong; peers also send bare dotted paths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// The versions that would be accepted, when the version was not. A peer may name versions
    /// that this build does not know: those are dropped when read.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "known_versions"
    )]
    pub supported_versions: Option<Vec<ApiVersion>>,
}

impl Error {
    /// An error without `param` and `supported_versions`.
    #[must_use]
    pub fn new(r#type: ErrorType, code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self {
            r#type,
            code: code.into(),
            message: message.into(),
            param: None,
            supported_versions: None,
        }
    }

    /// The same error, naming the field that is wrong as a JSONPath.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }
}

fn known_versions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<ApiVersion>>, D::Error> {
    let dates = Vec::<VersionDate>::deserialize(deserializer)?;
    Ok(Some(dates.iter().filter_map(VersionDate::known).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_newer_peer_do_not_break_reading_its_error() {
        let text = r#"{"type":"invalid_request","code":"unsupported_api_version","message":"m",
            "supported_versions":["2026-04-17","2031-01-01"]}"#;
        let error: Error = serde_json::from_str(text).unwrap();
        assert_eq!(
            error.supported_versions,
            Some(vec![ApiVersion::V2026_04_17])
        );
        assert_eq!(error.code, "unsupported_api_version");
    }
}
