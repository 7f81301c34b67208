//! The checks of the head of a request, one function each.

use comptoir_acp::{id::IdempotencyKey, text::Rfc3339, version::ApiVersion};
use comptoir_signing::request_signature::{self, RequestVerifier};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts, uri::PathAndQuery};
use jiff::{SignedDuration, Timestamp};

use crate::{
    ApiConfig, ApiError, Fault, IDEMPOTENCY_KEY, Principal, SignaturePolicy, Surface,
    call::body::has_no_body,
};

const API_VERSION: HeaderName = HeaderName::from_static("api-version");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("timestamp");

/// The header appears more than once.
struct Repeated;

/// The only value of a header.
fn only<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h HeaderValue>, Repeated> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Repeated),
    }
}

/// Our paths never need escapes: a path that can be written in two ways is not ours. Otherwise two
/// spellings of one session would have two scopes for one idempotency key.
pub(super) fn path(path: &str) -> Result<(), ApiError> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b';' | b'\\');
    let bytes = path.as_bytes();
    let doubled = bytes.windows(2).any(|pair| matches!(pair, b"//" | b"/."));
    if bytes.iter().copied().all(plain) && !doubled {
        Ok(())
    } else {
        Err(ApiError::new(
            Fault::RouteNotFound,
            "this path is not served",
        ))
    }
}

pub(super) fn version(headers: &HeaderMap, config: &ApiConfig) -> Result<ApiVersion, ApiError> {
    let unsupported = || ApiError::unsupported_version(&config.supported);
    match only(headers, &API_VERSION) {
        Err(Repeated) => Err(unsupported()),
        Ok(None) if config.surface.requires_version() => {
            Err(ApiError::missing_version(&config.supported))
        }
        Ok(None) => Ok(ApiVersion::LATEST),
        Ok(Some(value)) => value
            .to_str()
            .ok()
            .and_then(|text| text.parse().ok())
            .filter(|version| config.supported.contains(version))
            .ok_or_else(unsupported),
    }
}

pub(super) fn caller(headers: &HeaderMap, config: &ApiConfig) -> Result<Principal, ApiError> {
    let presented = only(headers, &header::AUTHORIZATION)
        .ok()
        .flatten()
        .and_then(bearer);
    presented
        .and_then(|key| config.callers.find(key))
        .cloned()
        .ok_or_else(ApiError::unauthorized)
}

/// What follows `Bearer`, the scheme's name in any case.
fn bearer(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, key) = value.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then_some(key)
}

/// A key of 1 to 255 visible ASCII characters and inner spaces, exactly once if at all.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let refused = || {
        let message =
            "Idempotency-Key must be 1 to 255 visible ASCII characters and spaces, sent once";
        ApiError::new(Fault::InvalidIdempotencyKey, message)
    };
    let Some(value) = only(headers, &IDEMPOTENCY_KEY).map_err(|Repeated| refused())? else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| refused())?;
    IdempotencyKey::parse(text).map(Some).map_err(|_| refused())
}

pub(super) fn accept_language(headers: &HeaderMap) -> Option<String> {
    headers
        .get(header::ACCEPT_LANGUAGE)?
        .to_str()
        .ok()
        .map(str::to_owned)
}

/// A signature that has to be verified once the body is there.
pub(super) struct PendingSignature<'c> {
    signature: String,
    /// The header's text, which some signatures cover.
    timestamp_text: String,
    timestamp: Timestamp,
    verifier: &'c RequestVerifier,
}

/// The signature of a request that needs one, or carries one that is looked at.
///
/// Requests without a body carry nothing to sign and pass.
pub(super) fn signature<'c>(
    parts: &Parts,
    config: &'c ApiConfig,
    caller: &Principal,
) -> Result<Option<PendingSignature<'c>>, ApiError> {
    let (pinned, required) = match &config.signatures {
        SignaturePolicy::Off => return Ok(None),
        SignaturePolicy::VerifyIfPresent(pinned) => (pinned, false),
        SignaturePolicy::Require(pinned) => (pinned, true),
    };
    if has_no_body(&parts.method) {
        return Ok(None);
    }
    let refused = |Repeated| ApiError::invalid_signature();
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let signature = match only(&parts.headers, &SIGNATURE).map_err(refused)? {
        Some(signature) => text(signature),
        None if required => None,
        None => return Ok(None),
    };
    let timestamp_text = only(&parts.headers, &TIMESTAMP)
        .map_err(refused)?
        .and_then(text);
    let timestamp = timestamp_text.as_deref().and_then(point_in_time);
    match (signature, timestamp_text, timestamp, pinned.get(caller)) {
        (Some(signature), Some(timestamp_text), Some(timestamp), Some(verifier)) => {
            Ok(Some(PendingSignature {
                signature,
                timestamp_text,
                timestamp,
                verifier,
            }))
        }
        _ => Err(ApiError::invalid_signature()),
    }
}

/// The `Timestamp` of an unsigned request: optional, and when it is there, a time near ours. What is
/// older is a replay or the work of a wrong clock (RFC delegate payment §6, RFC agentic checkout §7).
/// Our own surface knows no such header.
pub(super) fn timestamp(parts: &Parts, config: &ApiConfig) -> Result<(), ApiError> {
    if config.surface == Surface::Own || has_no_body(&parts.method) {
        return Ok(());
    }
    let refused = |message| ApiError::new(Fault::InvalidTimestamp, message);
    let value = only(&parts.headers, &TIMESTAMP)
        .map_err(|Repeated| refused("Timestamp must be sent once"))?;
    let Some(value) = value else { return Ok(()) };
    let sent = value
        .to_str()
        .ok()
        .and_then(point_in_time)
        .ok_or_else(|| refused("Timestamp must be an RFC 3339 time with offset"))?;
    let apart = config.environment.now().duration_since(sent).abs();
    if apart > SignedDuration::from_secs(config.limits.signature_tolerance_s) {
        return Err(refused("Timestamp is too far from the time here"));
    }
    Ok(())
}

fn point_in_time(text: &str) -> Option<Timestamp> {
    Rfc3339::parse(text).ok().map(|time| time.timestamp())
}

impl PendingSignature<'_> {
    /// Passes when one of the caller's pinned keys made the signature, over these very bytes.
    pub(super) fn verify(
        &self,
        parts: &Parts,
        idempotency_key: Option<&IdempotencyKey>,
        body: &[u8],
        config: &ApiConfig,
    ) -> Result<(), ApiError> {
        let covered = request_signature::Parts {
            method: parts.method.as_str(),
            path: parts.uri.path_and_query().map_or("/", PathAndQuery::as_str),
            idempotency_key: idempotency_key.map(IdempotencyKey::as_str),
            timestamp: self.timestamp,
            body,
        };
        let now = config.environment.now();
        let tolerance_s = config.limits.signature_tolerance_s;
        self.verifier
            .verify_received(
                &covered,
                &self.timestamp_text,
                &self.signature,
                now,
                tolerance_s,
            )
            .map_err(|_| ApiError::invalid_signature())
    }
}
