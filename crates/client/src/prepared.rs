//! A call whose bytes and key are fixed before it is sent.

use std::{fmt, marker::PhantomData, str};

use bytes::Bytes;
use comptoir_acp::id::IdempotencyKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Why a call cannot be put into bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The request cannot be written as JSON.
    #[error("request cannot be written as JSON")]
    Json(#[source] serde_json::Error),
    /// An id of a peer that would change the path (`.` or `..`).
    #[error("id cannot stand in a path")]
    UnusableId,
}

/// Why a stored call cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The call holds card data, which must never reach a disk.
    #[error("a call with card data cannot be stored")]
    HoldsCardData,
    /// Not written by [`Prepared::to_record`].
    #[error("record of a prepared call is damaged")]
    Damaged(#[source] serde_json::Error),
}

/// The HTTP method of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or changes.
    Post,
    /// Changes a part.
    Patch,
}

impl Method {
    /// The method in upper case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

/// A call with its bytes and key, answered by `T`. The same on every sending.
pub struct Prepared<T> {
    pub(crate) method: Method,
    /// Below the base address, or below the host for well-known paths.
    pub(crate) path: String,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) body: Bytes,
    pub(crate) access: Access,
    answer: PhantomData<fn() -> T>,
}

/// How a call stands to secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Sent with the bearer key.
    Bearer,
    /// Sent without, to the root of the host.
    Public,
    /// Sent with the bearer key; the body holds a card.
    CardData,
}

impl<T> Prepared<T> {
    pub(crate) fn get(segments: &[&str]) -> Result<Self, PrepareError> {
        Ok(Self::new(
            Method::Get,
            path_of(segments)?,
            None,
            Bytes::new(),
            Access::Bearer,
        ))
    }

    pub(crate) fn public(path: &str) -> Self {
        Self::new(
            Method::Get,
            path.to_owned(),
            None,
            Bytes::new(),
            Access::Public,
        )
    }

    pub(crate) fn change<R: Serialize>(
        method: Method,
        segments: &[&str],
        request: &R,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        let body = serde_json::to_vec(request).map_err(PrepareError::Json)?;
        let body = Bytes::from_owner(Zeroizing::new(body));
        Ok(Self::new(
            method,
            path_of(segments)?,
            Some(key),
            body,
            Access::Bearer,
        ))
    }

    pub(crate) fn with_card_data(
        path: &str,
        body: Zeroizing<Vec<u8>>,
        key: IdempotencyKey,
    ) -> Self {
        // The owner is wiped when the last sending has let go of it.
        let body = Bytes::from_owner(body);
        Self::new(
            Method::Post,
            path.to_owned(),
            Some(key),
            body,
            Access::CardData,
        )
    }

    fn new(
        method: Method,
        path: String,
        idempotency_key: Option<IdempotencyKey>,
        body: Bytes,
        access: Access,
    ) -> Self {
        Self {
            method,
            path,
            idempotency_key,
            body,
            access,
            answer: PhantomData,
        }
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The path below the base address.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The idempotency key, on every call that changes something.
    #[must_use]
    pub const fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    /// The call as bytes to store before it is sent. They may hold a payment token and addresses:
    /// store them sealed. A call with card data is refused.
    pub fn to_record(&self) -> Result<Zeroizing<Vec<u8>>, RecordError> {
        if self.access == Access::CardData {
            return Err(RecordError::HoldsCardData);
        }
        let record = Record {
            method: self.method,
            path: self.path.clone(),
            idempotency_key: self.idempotency_key.clone(),
            // Always UTF-8: it was written by serde_json.
            body: str::from_utf8(&self.body).unwrap_or_default().to_owned(),
        };
        serde_json::to_vec(&record)
            .map(Zeroizing::new)
            .map_err(RecordError::Damaged)
    }

    /// A stored call, byte for byte as it was.
    pub fn from_record(record: &[u8]) -> Result<Self, RecordError> {
        let record: Record = serde_json::from_slice(record).map_err(RecordError::Damaged)?;
        let body = Bytes::from_owner(Zeroizing::new(record.body.into_bytes()));
        let access = match record.idempotency_key {
            None if record.path.starts_with("/.well-known/") => Access::Public,
            _ => Access::Bearer,
        };
        Ok(Self::new(
            record.method,
            record.path,
            record.idempotency_key,
            body,
            access,
        ))
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    method: Method,
    path: String,
    idempotency_key: Option<IdempotencyKey>,
    body: String,
}

impl<T> Clone for Prepared<T> {
    fn clone(&self) -> Self {
        let key = self.idempotency_key.clone();
        Self::new(
            self.method,
            self.path.clone(),
            key,
            self.body.clone(),
            self.access,
        )
    }
}

/// The body is left out: it may hold cards, tokens and addresses.
impl<T> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("idempotency_key", &self.idempotency_key)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Joins segments; whatever a peer put into an id stays inside of its segment.
fn path_of(segments: &[&str]) -> Result<String, PrepareError> {
    let mut path = String::new();
    for segment in segments {
        if matches!(*segment, "" | "." | "..") {
            return Err(PrepareError::UnusableId);
        }
        path.push('/');
        for byte in segment.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                path.push(char::from(byte));
            } else {
                let [high, low] = [byte >> 4, byte & 0x0f].map(hex_digit);
                path.extend(['%', high, low]);
            }
        }
    }
    Ok(path)
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_segment() {
        assert_eq!(
            path_of(&["a", "../b?c#d e/é"]).unwrap(),
            "/a/..%2Fb%3Fc%23d%20e%2F%C3%A9"
        );
        for bad in [".", "..", ""] {
            assert!(matches!(
                path_of(&["a", bad]),
                Err(PrepareError::UnusableId)
            ));
        }
    }
}
