//! The bytes that a signature covers.

use super::{Coverage, Parts, SignatureError};
use crate::canonical::canonicalize_text;

/// Separates our profile from anything else the same key may ever sign.
const BOUND_PREFIX: &[u8] = b"comptoir-request-v1\n";

/// The covered bytes; `timestamp` is the header's text, which a foreign peer may write differently.
pub(super) fn covered(
    coverage: Coverage,
    parts: &Parts<'_>,
    timestamp: &str,
) -> Result<Vec<u8>, SignatureError> {
    match coverage {
        Coverage::CanonicalBody if parts.body.is_empty() => Ok(Vec::new()),
        Coverage::CanonicalBody => canonicalize_text(parts.body).map_err(SignatureError::Body),
        Coverage::TimestampAndBody => Ok([timestamp.as_bytes(), parts.body].concat()),
        Coverage::Bound => Ok(bound(parts, timestamp)),
    }
}

/// Every part preceded by its length, so that no byte can move from one part to the next.
fn bound(parts: &Parts<'_>, timestamp: &str) -> Vec<u8> {
    let mut message = BOUND_PREFIX.to_vec();
    for part in [
        Some(parts.method.as_bytes()),
        Some(parts.path.as_bytes()),
        parts.idempotency_key.map(str::as_bytes),
        Some(timestamp.as_bytes()),
        Some(parts.body),
    ] {
        match part {
            Some(bytes) => {
                message.extend_from_slice(format!("{}:", bytes.len()).as_bytes());
                message.extend_from_slice(bytes);
            }
            None => message.push(b'-'),
        }
        message.push(b'\n');
    }
    message
}
