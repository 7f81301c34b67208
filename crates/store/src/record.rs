//! Aggregates as records: one JSON document with the few columns that are searched beside it.

use crate::TenantId;

/// The most rows one query returns, whatever limit was asked for.
pub const ROWS_MAX: u32 = 10_000;

/// The kinds of aggregates; one table each, with the same columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    /// Checkout sessions of a seller.
    CheckoutSessions,
    /// Orders of a seller.
    Orders,
    /// Charge intents of a seller, written before the processor is asked.
    ChargeIntents,
    /// Delegated payment tokens of a payment service provider.
    PaymentTokens,
    /// Charges of a payment service provider.
    Charges,
    /// Refunds of a payment service provider.
    Refunds,
    /// Sealed cards of a payment service provider.
    VaultedCards,
    /// Product feeds held by an agent.
    Feeds,
    /// Purchases an agent makes for a buyer.
    Purchases,
    /// Consent receipts of buyers.
    Consents,
    /// Conversations with buyers.
    Conversations,
    /// Webhook events already received, kept to recognise doubles.
    ReceivedEvents,
}

impl Collection {
    /// Every collection, in the order of the enum.
    pub const ALL: [Self; 12] = [
        Self::CheckoutSessions,
        Self::Orders,
        Self::ChargeIntents,
        Self::PaymentTokens,
        Self::Charges,
        Self::Refunds,
        Self::VaultedCards,
        Self::Feeds,
        Self::Purchases,
        Self::Consents,
        Self::Conversations,
        Self::ReceivedEvents,
    ];

    /// The name of its table.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::CheckoutSessions => "checkout_sessions",
            Self::Orders => "orders",
            Self::ChargeIntents => "charge_intents",
            Self::PaymentTokens => "payment_tokens",
            Self::Charges => "charges",
            Self::Refunds => "refunds",
            Self::VaultedCards => "vaulted_cards",
            Self::Feeds => "feeds",
            Self::Purchases => "purchases",
            Self::Consents => "consents",
            Self::Conversations => "conversations",
            Self::ReceivedEvents => "received_events",
        }
    }
}

/// One stored aggregate.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Position in the collection: grows with every insert.
    pub key: i64,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Public identity, unique in the collection and tenant.
    pub id: String,
    /// The principal who created it.
    pub owner: String,
    /// State of the aggregate, as its own state machine names it.
    pub state: String,
    /// A second unique name, such as a charge key.
    pub unique_ref: Option<String>,
    /// Identity of a record it hangs on, searchable.
    pub parent: Option<String>,
    /// When something must look at it again, in microseconds since the epoch.
    pub due_at: Option<i64>,
    /// 1 after the insert, one more after each update.
    pub revision: i64,
    /// The aggregate as JSON.
    pub document: Vec<u8>,
    /// Ready response bytes, when it has any.
    pub rendered: Option<Vec<u8>>,
    /// Microseconds since the epoch.
    pub created_at: i64,
    /// Microseconds since the epoch.
    pub updated_at: i64,
}

/// The bytes stay out: documents carry personal data and must not reach a log line.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("key", &self.key)
            .field("tenant", &self.tenant)
            .field("id", &self.id)
            .field("state", &self.state)
            .field("revision", &self.revision)
            .field("document_bytes", &self.document.len())
            .field("rendered_bytes", &self.rendered.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// A record to insert; its revision becomes 1.
#[derive(Clone, Copy)]
pub struct NewRecord<'a> {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Public identity. Let it start with a time-ordered part: inserts then append to the index.
    pub id: &'a str,
    /// The principal who creates it.
    pub owner: &'a str,
    /// State of the aggregate.
    pub state: &'a str,
    /// A second unique name.
    pub unique_ref: Option<&'a str>,
    /// Identity of a record it hangs on.
    pub parent: Option<&'a str>,
    /// When something must look at it again, in microseconds since the epoch.
    pub due_at: Option<i64>,
    /// The aggregate as JSON.
    pub document: &'a [u8],
    /// Ready response bytes.
    pub rendered: Option<&'a [u8]>,
    /// Microseconds since the epoch.
    pub now: i64,
}

/// The new content of a record; succeeds only on the expected revision.
#[derive(Clone, Copy)]
pub struct RecordUpdate<'a> {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Public identity.
    pub id: &'a str,
    /// The revision that was read; it becomes this plus one.
    pub expected_revision: i64,
    /// State of the aggregate.
    pub state: &'a str,
    /// When something must look at it again; `None` clears it.
    pub due_at: Option<i64>,
    /// The aggregate as JSON.
    pub document: &'a [u8],
    /// Ready response bytes; `None` clears them.
    pub rendered: Option<&'a [u8]>,
    /// Microseconds since the epoch.
    pub now: i64,
}

/// Which records to list. Filters are joined by "and".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordQuery<'a> {
    /// Only in this state.
    pub state: Option<&'a str>,
    /// Only of this principal.
    pub owner: Option<&'a str>,
    /// Only hanging on this record.
    pub parent: Option<&'a str>,
    /// Only due at or before this time, in microseconds since the epoch; the longest due first then.
    pub due_before: Option<i64>,
    /// Only keys behind this one in the order asked for; the last key of the page before.
    pub after_key: Option<i64>,
    /// Newest first instead of oldest first.
    pub descending: bool,
    /// Rows at most; never more than [`ROWS_MAX`].
    pub limit: u32,
}

impl Default for RecordQuery<'_> {
    fn default() -> Self {
        Self {
            state: None,
            owner: None,
            parent: None,
            due_before: None,
            after_key: None,
            descending: false,
            limit: 100,
        }
    }
}
