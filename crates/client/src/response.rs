//! A successful answer.

use std::fmt;

use bytes::Bytes;

/// A successful answer.
#[derive(Clone)]
pub struct Response<T> {
    /// HTTP status, 2xx: peers differ in which one they use.
    pub status: u16,
    /// What the peer said.
    pub value: T,
    /// The bytes it said it with.
    pub raw: Bytes,
    /// The `Request-Id` header of the answer.
    pub request_id: Option<String>,
    /// Whether the peer repeated an earlier answer (`Idempotent-Replayed`).
    pub replayed: bool,
}

/// Value and bytes are left out: they hold personal data.
impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("replayed", &self.replayed)
            .finish_non_exhaustive()
    }
}
