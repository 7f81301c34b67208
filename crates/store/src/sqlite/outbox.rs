//! Events and their deliveries.

use rusqlite::{Row, params};

use super::{fault::is_constraint, session::Session};
use crate::{
    DeliveryRow, DeliveryState, EventQuery, EventRow, NewDelivery, NewEvent, ROWS_MAX, StoreError,
    TenantId,
};

/// Bytes kept of the reason of a failed attempt.
const ERROR_BYTES_MAX: usize = 1_000;

const APPEND: &str = "INSERT INTO events (tenant, topic, subject, revision, created_at, payload) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const EVENT: &str = "SELECT key, tenant, topic, subject, revision, created_at, payload \
     FROM events WHERE key = ?1";
const EVENTS: &str = "SELECT key, tenant, topic, subject, revision, created_at, payload \
     FROM events WHERE tenant = ?1 AND key > ?2 AND (?3 IS NULL OR topic = ?3) \
     ORDER BY key LIMIT ?4";
const EVENTS_OF_SUBJECT: &str = "SELECT key, tenant, topic, subject, revision, created_at, \
     payload FROM events INDEXED BY events_subject WHERE tenant = ?1 AND key > ?2 \
     AND (?3 IS NULL OR topic = ?3) AND subject = ?5 ORDER BY key LIMIT ?4";

/// Columns of a delivery and its event, in the order in which rows are read.
macro_rules! delivery_select {
    ($rest:literal) => {
        concat!(
            "SELECT d.key, d.tenant, d.epoch, d.attempt, d.state, d.subscriber, d.subject, \
             d.revision, coalesce(d.due_at, d.next_at) AS next_at, d.last_error, e.key, e.tenant, \
             e.topic, e.subject, e.revision, e.created_at, e.payload \
             FROM deliveries d JOIN events e ON e.key = d.event_key ",
            $rest
        )
    };
}

const HEAD: &str = "SELECT key, revision, state FROM deliveries INDEXED BY deliveries_open \
     WHERE tenant = ?1 AND subscriber = ?2 AND subject = ?3 \
     AND state IN ('queued', 'waiting', 'leased') ORDER BY revision, key LIMIT 1";
const ENQUEUE: &str = "INSERT INTO deliveries (tenant, event_key, subscriber, subject, revision, \
     state, next_at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const QUEUE_UP: &str = "UPDATE deliveries SET state = 'queued', due_at = NULL WHERE key = ?1";
const PROMOTE: &str = "UPDATE deliveries SET state = 'waiting', due_at = next_at \
     WHERE key = ?1 AND state = 'queued'";
const DUE_KEYS: &str = "SELECT key, tenant, subscriber, subject FROM deliveries \
     INDEXED BY deliveries_due_at WHERE due_at <= ?1 ORDER BY due_at, key LIMIT ?2";
const DUE: &str = delivery_select!(
    "WHERE d.key IN (SELECT key FROM deliveries INDEXED BY deliveries_due_at \
     WHERE due_at <= ?1 ORDER BY due_at, key LIMIT ?2) ORDER BY d.due_at, d.key"
);
const LEASE: &str = "UPDATE deliveries SET state = 'leased', due_at = ?2, epoch = epoch + 1, \
     attempt = attempt + 1 WHERE key = ?1";
const DELIVERY: &str = delivery_select!("WHERE d.key = ?1");
const PARKED: &str =
    delivery_select!("WHERE d.state = 'parked' AND d.key > ?1 ORDER BY d.key LIMIT ?2");
const FINISH: &str = "UPDATE deliveries SET state = 'delivered', due_at = NULL, \
     delivered_at = ?3, last_error = NULL WHERE key = ?1 AND epoch = ?2 AND state = 'leased' \
     RETURNING tenant, subscriber, subject";
const RETRY: &str = "UPDATE deliveries SET state = 'waiting', due_at = ?3, next_at = ?3, \
     last_error = ?4 WHERE key = ?1 AND epoch = ?2 AND state = 'leased' \
     RETURNING tenant, subscriber, subject";
const PARK: &str = "UPDATE deliveries SET state = 'parked', due_at = NULL, last_error = ?3 \
     WHERE key = ?1 AND epoch = ?2 AND state = 'leased' \
     RETURNING tenant, subscriber, subject";
const OPEN: &str = "SELECT count(*) FROM deliveries INDEXED BY deliveries_open \
     WHERE state IN ('queued', 'waiting', 'leased')";
const NEXT_AT: &str = "SELECT due_at FROM deliveries INDEXED BY deliveries_due_at \
     WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1";

/// Deliveries of one subscriber about one subject: they go out one after the other.
struct Chain {
    tenant: i64,
    subscriber: String,
    subject: String,
}

/// The first open delivery of a chain.
struct Head {
    key: i64,
    revision: i64,
    is_waiting: bool,
}

impl Session<'_> {
    pub(super) fn event_append(&mut self, event: &NewEvent<'_>) -> Result<i64, StoreError> {
        self.before_write()?;
        let params = params![
            event.tenant.0,
            event.topic,
            event.subject,
            event.revision,
            event.now,
            event.payload
        ];
        self.execute(APPEND, params)?;
        Ok(self.last_key())
    }

    pub(super) fn event_by_key(&self, key: i64) -> Result<Option<EventRow>, StoreError> {
        self.one("events", EVENT, params![key], |row| read_event(row, 0))
    }

    pub(super) fn event_list(
        &self,
        tenant: TenantId,
        query: &EventQuery<'_>,
    ) -> Result<Vec<EventRow>, StoreError> {
        let after = query.after_key.unwrap_or(i64::MIN);
        let limit = query.limit.min(ROWS_MAX);
        let read = |row: &Row<'_>| read_event(row, 0);
        match query.subject {
            Some(subject) => {
                let params = params![tenant.0, after, query.topic, limit, subject];
                self.all("events", EVENTS_OF_SUBJECT, params, read)
            }
            None => self.all(
                "events",
                EVENTS,
                params![tenant.0, after, query.topic, limit],
                read,
            ),
        }
    }

    pub(super) fn delivery_enqueue(&mut self, new: &NewDelivery<'_>) -> Result<i64, StoreError> {
        self.before_write()?;
        let head = self.head(new.tenant.0, new.subscriber, new.subject)?;
        let goes_first = head
            .as_ref()
            .is_none_or(|head| new.revision < head.revision);
        if let Some(head) = head.filter(|head| goes_first && head.is_waiting) {
            self.execute(QUEUE_UP, params![head.key])?;
        }
        let state = if goes_first {
            DeliveryState::Waiting
        } else {
            DeliveryState::Queued
        };
        let inserted = self.try_execute(
            ENQUEUE,
            params![
                new.tenant.0,
                new.event_key,
                new.subscriber,
                new.subject,
                new.revision,
                state.as_str(),
                new.next_at,
                goes_first.then_some(new.next_at)
            ],
        );
        match inserted {
            Ok(_) => Ok(self.last_key()),
            Err(error) if is_constraint(&error) => Err(StoreError::Conflict {
                collection: "deliveries",
                field: "event_key",
            }),
            Err(error) => Err(self.fault(error)),
        }
    }

    pub(super) fn delivery_list_due(
        &self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        self.all(
            "deliveries",
            DUE,
            params![now, limit.min(ROWS_MAX)],
            read_delivery,
        )
    }

    pub(super) fn delivery_list_parked(
        &self,
        after_key: Option<i64>,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let params = params![after_key.unwrap_or(i64::MIN), limit.min(ROWS_MAX)];
        self.all("deliveries", PARKED, params, read_delivery)
    }

    pub(super) fn delivery_count_open(&self) -> Result<u64, StoreError> {
        self.number("deliveries", OPEN, [])
    }

    pub(super) fn delivery_next_at(&self) -> Result<Option<i64>, StoreError> {
        self.one("deliveries", NEXT_AT, [], |row| row.get(0))
    }

    pub(super) fn delivery_lease(
        &mut self,
        now: i64,
        lease_until: i64,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        if lease_until <= now {
            return Err(StoreError::InvalidArgument {
                argument: "a lease must end after now",
            });
        }
        let due = self.all(
            "deliveries",
            DUE_KEYS,
            params![now, limit.min(ROWS_MAX)],
            |row| {
                let chain = Chain {
                    tenant: row.get(1)?,
                    subscriber: row.get(2)?,
                    subject: row.get(3)?,
                };
                Ok((row.get::<_, i64>(0)?, chain))
            },
        )?;
        let mut leased = Vec::with_capacity(due.len());
        for (key, chain) in due {
            self.before_write()?;
            // A lower revision may have come in while this one was leased and its lease ran out.
            let head = self.head(chain.tenant, &chain.subscriber, &chain.subject)?;
            if head.is_some_and(|head| head.key != key) {
                self.execute(QUEUE_UP, params![key])?;
                continue;
            }
            self.execute(LEASE, params![key, lease_until])?;
            leased.extend(self.one("deliveries", DELIVERY, params![key], read_delivery)?);
        }
        Ok(leased)
    }

    pub(super) fn delivery_finish(
        &mut self,
        key: i64,
        epoch: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        self.before_write()?;
        let chain = self.one("deliveries", FINISH, params![key, epoch, now], read_chain)?;
        self.let_next_go(&chain.ok_or_else(|| stale(key))?)
    }

    pub(super) fn delivery_retry(
        &mut self,
        key: i64,
        epoch: i64,
        next_at: i64,
        error: &str,
    ) -> Result<(), StoreError> {
        self.before_write()?;
        let params = params![key, epoch, next_at, shortened(error)];
        let chain = self
            .one("deliveries", RETRY, params, read_chain)?
            .ok_or_else(|| stale(key))?;
        let head = self.head(chain.tenant, &chain.subscriber, &chain.subject)?;
        if head.is_some_and(|head| head.key != key) {
            self.execute(QUEUE_UP, params![key])?;
        }
        Ok(())
    }

    pub(super) fn delivery_park(
        &mut self,
        key: i64,
        epoch: i64,
        error: &str,
    ) -> Result<(), StoreError> {
        self.before_write()?;
        let params = params![key, epoch, shortened(error)];
        let chain = self.one("deliveries", PARK, params, read_chain)?;
        self.let_next_go(&chain.ok_or_else(|| stale(key))?)
    }

    fn let_next_go(&mut self, chain: &Chain) -> Result<(), StoreError> {
        if let Some(head) = self.head(chain.tenant, &chain.subscriber, &chain.subject)? {
            self.execute(PROMOTE, params![head.key])?;
        }
        Ok(())
    }

    fn head(
        &self,
        tenant: i64,
        subscriber: &str,
        subject: &str,
    ) -> Result<Option<Head>, StoreError> {
        self.one(
            "deliveries",
            HEAD,
            params![tenant, subscriber, subject],
            |row| {
                let is_waiting = row.get_ref(2)?.as_str()? == DeliveryState::Waiting.as_str();
                Ok(Head {
                    key: row.get(0)?,
                    revision: row.get(1)?,
                    is_waiting,
                })
            },
        )
    }
}

fn stale(key: i64) -> StoreError {
    StoreError::Stale {
        table: "deliveries",
        row: format!("key {key}"),
    }
}

fn shortened(error: &str) -> &str {
    let end = (0..=error.len().min(ERROR_BYTES_MAX))
        .rev()
        .find(|at| error.is_char_boundary(*at));
    error.get(..end.unwrap_or(0)).unwrap_or("")
}

fn read_chain(row: &Row<'_>) -> rusqlite::Result<Chain> {
    Ok(Chain {
        tenant: row.get(0)?,
        subscriber: row.get(1)?,
        subject: row.get(2)?,
    })
}

fn read_event(row: &Row<'_>, first: usize) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        key: row.get(first)?,
        tenant: TenantId(row.get(first + 1)?),
        topic: row.get(first + 2)?,
        subject: row.get(first + 3)?,
        revision: row.get(first + 4)?,
        created_at: row.get(first + 5)?,
        payload: row.get(first + 6)?,
    })
}

fn read_delivery(row: &Row<'_>) -> rusqlite::Result<DeliveryRow> {
    let state = DeliveryState::parse(row.get_ref(4)?.as_str()?)
        .ok_or_else(|| rusqlite::Error::IntegralValueOutOfRange(4, 0))?;
    Ok(DeliveryRow {
        key: row.get(0)?,
        tenant: TenantId(row.get(1)?),
        epoch: row.get(2)?,
        attempt: row.get(3)?,
        state,
        subscriber: row.get(5)?,
        subject: row.get(6)?,
        revision: row.get(7)?,
        next_at: row.get(8)?,
        last_error: row.get(9)?,
        event: read_event(row, 10)?,
    })
}
