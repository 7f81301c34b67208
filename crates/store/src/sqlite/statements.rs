//! The statements of the collections, from one template.

use crate::Collection;

/// Columns of a record, in the order in which rows are read.
macro_rules! record_columns {
    () => {
        "key, tenant, id, owner, state, unique_ref, parent, due_at, revision, created_at, \
         updated_at, rendered, document"
    };
}

/// Statements of one collection.
pub(super) struct RecordSql {
    pub(super) insert: &'static str,
    pub(super) update: &'static str,
    pub(super) delete: &'static str,
    pub(super) by_id: &'static str,
    pub(super) by_unique_ref: &'static str,
    pub(super) rendered: &'static str,
    /// Beginning of a list: columns and table.
    pub(super) select: &'static str,
    /// Beginning of a count.
    pub(super) count: &'static str,
    pub(super) has_owner_index: bool,
    pub(super) has_state_index: bool,
}

macro_rules! record_sql {
    ($table:literal, owner_index: $owner:literal, state_index: $state:literal) => {
        &RecordSql {
            insert: concat!(
                "INSERT INTO ",
                $table,
                " (tenant, id, owner, state, unique_ref, parent, due_at, revision, created_at, \
                 updated_at, rendered, document) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8, ?9, ?10)"
            ),
            update: concat!(
                "UPDATE ",
                $table,
                " SET state = ?4, due_at = ?5, revision = revision + 1, updated_at = ?6, \
                 rendered = ?7, document = ?8 WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            delete: concat!("DELETE FROM ", $table, " WHERE tenant = ?1 AND id = ?2"),
            by_id: concat!(
                "SELECT ",
                record_columns!(),
                " FROM ",
                $table,
                " WHERE tenant = ?1 AND id = ?2"
            ),
            by_unique_ref: concat!(
                "SELECT ",
                record_columns!(),
                " FROM ",
                $table,
                " WHERE tenant = ?1 AND unique_ref = ?2"
            ),
            rendered: concat!(
                "SELECT owner, rendered FROM ",
                $table,
                " WHERE tenant = ?1 AND id = ?2 AND rendered IS NOT NULL"
            ),
            select: concat!("SELECT ", record_columns!(), " FROM ", $table),
            count: concat!("SELECT count(*) FROM ", $table),
            has_owner_index: $owner,
            has_state_index: $state,
        }
    };
}

/// The statements of this collection.
pub(super) const fn record_sql(collection: Collection) -> &'static RecordSql {
    match collection {
        Collection::CheckoutSessions => {
            record_sql!("checkout_sessions", owner_index: false, state_index: false)
        }
        Collection::Orders => record_sql!("orders", owner_index: true, state_index: true),
        Collection::ChargeIntents => {
            record_sql!("charge_intents", owner_index: false, state_index: false)
        }
        Collection::PaymentTokens => {
            record_sql!("payment_tokens", owner_index: true, state_index: false)
        }
        Collection::Charges => record_sql!("charges", owner_index: false, state_index: false),
        Collection::Refunds => record_sql!("refunds", owner_index: false, state_index: false),
        Collection::VaultedCards => {
            record_sql!("vaulted_cards", owner_index: false, state_index: false)
        }
        Collection::Feeds => record_sql!("feeds", owner_index: false, state_index: false),
        Collection::Purchases => record_sql!("purchases", owner_index: true, state_index: false),
        Collection::Consents => record_sql!("consents", owner_index: true, state_index: false),
        Collection::Conversations => {
            record_sql!("conversations", owner_index: true, state_index: false)
        }
        Collection::ReceivedEvents => {
            record_sql!("received_events", owner_index: false, state_index: false)
        }
    }
}
