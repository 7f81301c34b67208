//! The identity of a request: the caller's if it is legal, else ours.

use comptoir_acp::id::RequestId;
use comptoir_signing::environment::Environment;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::ApiError;

/// Names a request in logs and answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Longest request id that is taken over from a caller, in bytes.
const BYTES_MAX: usize = 255;

/// The caller's id as a header, if it is sent once and legal: up to 255 visible ASCII characters.
pub(crate) fn legal(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut values = headers.get_all(REQUEST_ID).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let bytes = value.as_bytes();
    let fits = (1..=BYTES_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
    fits.then_some(value)
}

/// A new id as a header.
pub(crate) fn generate(environment: &Environment) -> Option<HeaderValue> {
    HeaderValue::try_from(environment.new_id(RequestId::PREFIX)).ok()
}

/// The id of this request. Behind [`crate::layers`] it is in the headers already.
pub(crate) fn of(headers: &HeaderMap, environment: &Environment) -> Result<RequestId, ApiError> {
    let given = legal(headers).and_then(|value| value.to_str().ok());
    let id = given.map_or_else(|| environment.new_id(RequestId::PREFIX), str::to_owned);
    RequestId::parse(id).map_err(ApiError::internal)
}
