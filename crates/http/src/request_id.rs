//! The identity of a request: the caller's if it is legal, else ours.

use std::sync::{Mutex, PoisonError};

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

/// Bytes of randomness in one id.
const RANDOM_BYTES: usize = 14;
/// Ids for which randomness is drawn at once.
const IDS_AHEAD: usize = 32;

/// Makes ids for requests that come without one. They name requests in logs and answers and guard
/// nothing, so their randomness may be drawn ahead: that is what an id costs most.
pub(crate) struct RequestIds {
    environment: Environment,
    /// Each is taken out when it is used.
    ahead: Mutex<Vec<[u8; RANDOM_BYTES]>>,
}

impl RequestIds {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self {
            environment: environment.clone(),
            ahead: Mutex::default(),
        }
    }

    /// A new id as a header.
    pub(crate) fn next(&self) -> Option<HeaderValue> {
        let random = self.random();
        HeaderValue::try_from(self.environment.id_with(RequestId::PREFIX, &random)).ok()
    }

    fn random(&self) -> [u8; RANDOM_BYTES] {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(random) = ahead.pop() {
            return random;
        }
        let drawn: [u8; RANDOM_BYTES * IDS_AHEAD] = self.environment.random();
        let (chunks, _) = drawn.as_chunks();
        ahead.extend_from_slice(chunks);
        ahead.pop().unwrap_or_else(|| self.environment.random())
    }
}

/// The id of this request. Behind [`crate::layers`] it is in the headers already.
pub(crate) fn of(headers: &HeaderMap, environment: &Environment) -> Result<RequestId, ApiError> {
    let given = legal(headers).and_then(|value| value.to_str().ok());
    let id = given.map_or_else(|| environment.new_id(RequestId::PREFIX), str::to_owned);
    RequestId::parse(id).map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_legal_and_never_come_twice() {
        let ids = RequestIds::new(&Environment::system());
        let mut seen = BTreeSet::new();
        for _ in 0..10 * IDS_AHEAD {
            let id = ids.next().unwrap();
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, id.clone());
            assert_eq!(legal(&headers), Some(&id));
            assert!(RequestId::parse(id.to_str().unwrap()).is_ok());
            // The random part alone: the time in front of it changes too.
            assert!(seen.insert(id.as_bytes().get(14..).unwrap().to_vec()));
        }
    }
}
