//! What came of a call that brought no usable answer.

use std::fmt;

use bytes::Bytes;
use comptoir_acp::error::Error;

use crate::prepared::PrepareError;

/// Why a call brought no usable answer. Whether it may have had its effect is
/// [`outcome_is_unknown`](Self::outcome_is_unknown).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The call could not be put into bytes; nothing was sent.
    #[error("request cannot be prepared")]
    Prepare(#[from] PrepareError),
    /// The request could not be signed; nothing was sent.
    #[error("request cannot be signed")]
    Sign(#[source] comptoir_signing::request_signature::SignatureError),
    /// The peer answered with an error.
    #[error("peer answered {status}: {error}")]
    Api {
        /// HTTP status.
        status: u16,
        /// The flat error; made up from the status when the body holds none.
        error: Box<Error>,
        /// Seconds after which the peer asks to try again.
        retry_after_s: Option<u64>,
    },
    /// The connection failed on every attempt.
    #[error("{}", if *sent { "connection broke after sending" } else { "peer cannot be reached" })]
    Transport {
        /// Whether an attempt may have reached the peer.
        sent: bool,
        /// The last failure, without address.
        #[source]
        source: reqwest::Error,
    },
    /// No answer within the time limit: the outcome is unknown. Send the same
    /// [`Prepared`](crate::Prepared) call again, or look the state up, before anything else.
    #[error("no answer within the time limit")]
    Timeout,
    /// The peer did what was asked, but its answer cannot be read.
    #[error("answer with status {status} cannot be read: {reason}")]
    BadBody {
        /// HTTP status, 2xx.
        status: u16,
        /// What is wrong.
        reason: String,
        /// The answer, or nothing when it was too long.
        raw: RawBody,
    },
}

impl ClientError {
    /// Whether the call may have had its effect all the same: never start another one with a new
    /// key before that is known.
    #[must_use]
    pub fn outcome_is_unknown(&self) -> bool {
        match self {
            Self::Timeout | Self::BadBody { .. } => true,
            Self::Transport { sent, .. } => *sent,
            Self::Api { status, error, .. } => {
                *status >= 500 || *status == 408 || error.code == "idempotency_in_flight"
            }
            Self::Prepare(_) | Self::Sign(_) => false,
        }
    }
}

/// Bytes of an answer, which may hold personal data: only their number is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody(pub Bytes);

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBody({} bytes)", self.0.len())
    }
}
