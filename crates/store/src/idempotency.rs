//! What is remembered of a request so that its repetition gives the same answer.

/// Memory of one request.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// Digest of caller, method, path and key.
    pub scope: [u8; 16],
    /// Running, or answered.
    pub state: IdempotencyState,
    /// Digest of the body as received.
    pub raw_fingerprint: [u8; 32],
    /// Digest of the body's canonical JSON.
    pub canonical_fingerprint: [u8; 32],
    /// Microseconds since the epoch.
    pub created_at: i64,
    /// From then on it may be purged; whoever reads it must compare it with the clock.
    pub expires_at: i64,
}

impl std::fmt::Debug for IdempotencyRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdempotencyRecord")
            .field("state", &self.state)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Where the request stands.
#[derive(Clone, PartialEq, Eq)]
pub enum IdempotencyState {
    /// Somebody works on it.
    InFlight {
        /// After this time (microseconds since the epoch) the worker counts as lost.
        lease_until: i64,
    },
    /// It was answered.
    Stored {
        /// HTTP status of the answer.
        status: u16,
        /// Headers of the answer, in the form the caller of the store chose.
        headers: String,
        /// Body of the answer, byte for byte.
        body: Vec<u8>,
    },
}

impl std::fmt::Debug for IdempotencyState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InFlight { lease_until } => f
                .debug_struct("InFlight")
                .field("lease_until", lease_until)
                .finish(),
            Self::Stored { status, body, .. } => f
                .debug_struct("Stored")
                .field("status", status)
                .field("body_bytes", &body.len())
                .finish_non_exhaustive(),
        }
    }
}
