//! Whether a verified event is newer than what is known of its order.

use jiff::Timestamp;

use super::VerifiedEvent;

/// What the receiver remembers of an order's newest event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The highest signed revision applied, if the seller signs revisions.
    pub revision: Option<i64>,
    /// When the newest applied event was signed.
    pub signed_at: Timestamp,
}

/// How to treat an event that is not a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It shows a newer state: take it over as a whole.
    Apply,
    /// It shows an older state, or one already known: acknowledge it and change nothing.
    IgnoreOlder,
}

/// Decides by revision, never by arrival; every event carries the full order, so a skipped revision
/// loses nothing.
///
/// Once an order has a signed revision, events without one are ignored: they can only be an older
/// message stripped of its headers. Sellers without revisions are ordered by the signed time.
#[must_use]
pub fn decide(known: Option<&Known>, event: &VerifiedEvent) -> Decision {
    let is_newer = match (known, event.order_revision) {
        (None | Some(Known { revision: None, .. }), Some(_)) | (None, None) => true,
        (
            Some(Known {
                revision: Some(known),
                ..
            }),
            Some(revision),
        ) => revision > *known,
        (
            Some(Known {
                revision: Some(_), ..
            }),
            None,
        ) => false,
        (
            Some(Known {
                revision: None,
                signed_at,
            }),
            None,
        ) => event.signed_at >= *signed_at,
    };
    if is_newer {
        Decision::Apply
    } else {
        Decision::IgnoreOlder
    }
}
