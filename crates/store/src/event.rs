//! Events and their deliveries: the outbox.

use crate::TenantId;

/// One stored event. Events are appended and never changed.
#[derive(Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Position in the log: grows with every event.
    pub key: i64,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Kind of the event.
    pub topic: String,
    /// Identity of the aggregate it tells about.
    pub subject: String,
    /// Revision of the aggregate.
    pub revision: i64,
    /// The event as JSON.
    pub payload: Vec<u8>,
    /// Microseconds since the epoch.
    pub created_at: i64,
}

impl std::fmt::Debug for EventRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventRow")
            .field("key", &self.key)
            .field("tenant", &self.tenant)
            .field("topic", &self.topic)
            .field("subject", &self.subject)
            .field("revision", &self.revision)
            .field("payload_bytes", &self.payload.len())
            .finish_non_exhaustive()
    }
}

/// An event to append.
#[derive(Clone, Copy)]
pub struct NewEvent<'a> {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Kind of the event.
    pub topic: &'a str,
    /// Identity of the aggregate it tells about.
    pub subject: &'a str,
    /// Revision of the aggregate.
    pub revision: i64,
    /// The event as JSON.
    pub payload: &'a [u8],
    /// Microseconds since the epoch.
    pub now: i64,
}

/// Which events to list, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventQuery<'a> {
    /// Only of this kind.
    pub topic: Option<&'a str>,
    /// Only about this aggregate.
    pub subject: Option<&'a str>,
    /// Only behind this key.
    pub after_key: Option<i64>,
    /// Rows at most; never more than [`crate::ROWS_MAX`].
    pub limit: u32,
}

impl Default for EventQuery<'_> {
    fn default() -> Self {
        Self {
            topic: None,
            subject: None,
            after_key: None,
            limit: 100,
        }
    }
}

/// A delivery to put into the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDelivery<'a> {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// The event to deliver; it must exist.
    pub event_key: i64,
    /// Who receives it.
    pub subscriber: &'a str,
    /// Deliveries to one subscriber about one subject go out in the order of their revision.
    pub subject: &'a str,
    /// Order within the subject.
    pub revision: i64,
    /// Not before this time, in microseconds since the epoch.
    pub next_at: i64,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// Behind an earlier revision of the same subject.
    Queued,
    /// Ready when its time comes.
    Waiting,
    /// A worker holds it.
    Leased,
    /// Acknowledged by the subscriber.
    Delivered,
    /// Given up; an operator must look at it.
    Parked,
}

impl DeliveryState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Leased => "leased",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [
            Self::Queued,
            Self::Waiting,
            Self::Leased,
            Self::Delivered,
            Self::Parked,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}

/// One delivery with its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Identity of the delivery.
    pub key: i64,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Fence: grows with every lease; results of an older lease are refused.
    pub epoch: i64,
    /// How often it was leased, this lease included.
    pub attempt: i64,
    /// Where it stands.
    pub state: DeliveryState,
    /// Who receives it.
    pub subscriber: String,
    /// What it is about.
    pub subject: String,
    /// Order within the subject.
    pub revision: i64,
    /// Not before this time; while leased, the end of the lease. Microseconds since the epoch.
    pub next_at: i64,
    /// Why the attempt before failed.
    pub last_error: Option<String>,
    /// What to deliver.
    pub event: EventRow,
}
