//! Idempotency as RFC §6 asks: at most one effect per key, and the same answer again.
//!
//! Every function runs inside the store transaction that makes the change, so that record and
//! change are committed together or not at all. A short operation is wrapped in [`once`]; a saga
//! that calls others between two transactions uses [`begin`] and [`finish`].

use bytes::Bytes;
use comptoir_signing::{environment::Environment, fingerprint::Fingerprint};
use comptoir_store::{IdempotencyRecord, IdempotencyState, Rollback, Store, StoreError, Tx};
use http::StatusCode;

use crate::{ApiError, Dialect, Reply};

/// How long an answer is remembered: 24 hours, the least that RFC §6.6 allows, in seconds.
pub const RETENTION_S: i64 = 24 * 3_600;
/// How long answers about money may be remembered: 7 days, in seconds.
pub const RETENTION_LONG_S: i64 = 7 * 24 * 3_600;
/// Longest lease of a running request, in seconds: so soon a dead node's request may be repeated.
pub const LEASE_S_MAX: i64 = 30;

const MICROS_PER_S: i64 = 1_000_000;
/// What a caller is told to wait for a running request, in seconds at most.
const RETRY_AFTER_S_MAX: i64 = 5;
/// Records removed in one transaction.
const PURGE_BATCH: u32 = 500;

/// Identity of a request: where its key belongs, and what its body said.
#[derive(Clone, Copy)]
pub struct CallKey {
    pub(crate) scope: Option<[u8; 16]>,
    pub(crate) raw: Fingerprint,
    pub(crate) canonical: Fingerprint,
    pub(crate) dialect: Dialect,
    pub(crate) retention_s: i64,
}

impl CallKey {
    /// The scope, if the request has a key; what a saga keeps to call [`finish_scope`].
    #[must_use]
    pub fn scope(&self) -> Option<[u8; 16]> {
        self.scope
    }

    /// The same, remembered for this many seconds; less than 24 hours is not possible.
    #[must_use]
    pub fn kept_for(mut self, retention_s: i64) -> Self {
        self.retention_s = retention_s.max(RETENTION_S);
        self
    }

    fn record(&self, scope: [u8; 16], now: i64, state: IdempotencyState) -> IdempotencyRecord {
        IdempotencyRecord {
            scope,
            state,
            raw_fingerprint: *self.raw.as_bytes(),
            canonical_fingerprint: *self.canonical.as_bytes(),
            created_at: now,
            expires_at: now.saturating_add(self.retention_s.saturating_mul(MICROS_PER_S)),
        }
    }

    /// Equal bytes are the fast path; equal meaning is what counts (RFC §6.2).
    fn matches(&self, record: &IdempotencyRecord) -> bool {
        record.raw_fingerprint == *self.raw.as_bytes()
            || record.canonical_fingerprint == *self.canonical.as_bytes()
    }
}

impl std::fmt::Debug for CallKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallKey")
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

/// Whether a saga may start.
#[derive(Debug)]
pub enum Begin {
    /// Nobody answered this request yet, and nobody works on it.
    Fresh,
    /// It was answered: send this.
    Replay(Reply),
}

/// Runs `work` at most once per key, inside one write closure.
///
/// The first request runs it and its answer is stored; a repetition gets that answer. A refusal of
/// the kind that is remembered (4xx, see [`crate::Row::stored`]) takes the work's changes back and
/// is stored all the same, and comes out as `Ok`. A 5xx and an answer that asks to come back are
/// `Err` and leave no trace. Without a key the work simply runs.
///
/// # Errors
/// `idempotency_conflict`, `idempotency_in_flight`, the work's own error when it is not stored, or
/// the store's.
pub fn once(
    tx: &mut dyn Tx,
    call: &CallKey,
    now: i64,
    work: &mut dyn FnMut(&mut dyn Tx) -> Result<Reply, ApiError>,
) -> Result<Reply, ApiError> {
    let Some(scope) = call.scope else {
        return work(tx);
    };
    if let Begin::Replay(reply) = look_up(&*tx, scope, call, now)? {
        return Ok(reply);
    }
    let mut outcome = None;
    tx.savepoint(&mut |inner| {
        let result = work(inner);
        let keep = result
            .as_ref()
            .is_ok_and(|reply| !reply.status.is_server_error());
        outcome = Some(result);
        if keep { Ok(()) } else { Err(Rollback) }
    })?;
    let reply = match outcome {
        Some(Ok(reply)) if reply.status.is_server_error() => return Ok(reply),
        Some(Ok(reply)) => reply,
        Some(Err(error)) => {
            let error = error.under(call.dialect);
            if !error.row().stored() {
                return Err(error);
            }
            error.to_reply()
        }
        None => return Err(ApiError::internal("a savepoint did not run its work")),
    };
    tx.put_idempotency(&call.record(scope, now, stored(&reply)))?;
    Ok(reply)
}

/// Claims the key for a saga, for `lease_s` seconds (at most [`LEASE_S_MAX`]).
///
/// The saga ends with [`finish`] or [`abandon`]. When its node dies, the lease runs out and a
/// repetition is `Fresh` again: it must then join what it finds instead of starting anew.
///
/// # Errors
/// `idempotency_conflict`, `idempotency_in_flight`, or the store's.
pub fn begin(tx: &mut dyn Tx, call: &CallKey, now: i64, lease_s: i64) -> Result<Begin, ApiError> {
    let Some(scope) = call.scope else {
        return Ok(Begin::Fresh);
    };
    if let Begin::Replay(reply) = look_up(&*tx, scope, call, now)? {
        return Ok(Begin::Replay(reply));
    }
    let lease = lease_s.clamp(1, LEASE_S_MAX).saturating_mul(MICROS_PER_S);
    let state = IdempotencyState::InFlight {
        lease_until: now.saturating_add(lease),
    };
    tx.put_idempotency(&call.record(scope, now, state))?;
    Ok(Begin::Fresh)
}

/// Stores the saga's answer in the transaction that holds its result; a 5xx, a 401 and an answer
/// that asks to come back free the key instead.
///
/// # Errors
/// The store's.
pub fn finish(tx: &mut dyn Tx, call: &CallKey, now: i64, reply: &Reply) -> Result<(), StoreError> {
    match call.scope {
        Some(_) if !is_stored(reply) => abandon(tx, call),
        Some(scope) => tx.put_idempotency(&call.record(scope, now, stored(reply))),
        None => Ok(()),
    }
}

/// [`finish`] for a sweeper, which has the scope and not the request. Does nothing when the key is
/// not claimed, or was answered already.
///
/// # Errors
/// The store's.
pub fn finish_scope(tx: &mut dyn Tx, scope: &[u8; 16], reply: &Reply) -> Result<(), StoreError> {
    let Some(record) = tx.idempotency(scope)? else {
        return Ok(());
    };
    match record.state {
        IdempotencyState::Stored { .. } => Ok(()),
        IdempotencyState::InFlight { .. } if is_stored(reply) => {
            tx.put_idempotency(&IdempotencyRecord {
                state: stored(reply),
                ..record
            })
        }
        IdempotencyState::InFlight { .. } => tx.delete_idempotency(scope).map(drop),
    }
}

/// Frees a claimed key: the next request with it is a fresh one (RFC §6.5).
///
/// # Errors
/// The store's.
pub fn abandon(tx: &mut dyn Tx, call: &CallKey) -> Result<(), StoreError> {
    match call.scope {
        Some(scope) => tx.delete_idempotency(&scope).map(drop),
        None => Ok(()),
    }
}

/// Removes expired records in small transactions; returns how many. Run it every few minutes.
///
/// # Errors
/// The store's.
pub async fn purge(store: &Store, environment: &Environment) -> Result<u64, StoreError> {
    let mut removed_in_all = 0_u64;
    loop {
        let now = environment.now_micros();
        let removed = store
            .write("purge_idempotency", move |tx| {
                tx.purge_idempotency(now, PURGE_BATCH)
            })
            .await?;
        removed_in_all = removed_in_all.saturating_add(removed);
        if removed < u64::from(PURGE_BATCH) {
            return Ok(removed_in_all);
        }
    }
}

/// What the record of this scope says about the request.
fn look_up(tx: &dyn Tx, scope: [u8; 16], call: &CallKey, now: i64) -> Result<Begin, ApiError> {
    let Some(record) = tx
        .idempotency(&scope)?
        .filter(|record| record.expires_at > now)
    else {
        return Ok(Begin::Fresh);
    };
    if !call.matches(&record) {
        return Err(ApiError::idempotency_conflict(call.dialect));
    }
    match record.state {
        IdempotencyState::InFlight { lease_until } if lease_until > now => {
            let left_s = lease_until.saturating_sub(now) / MICROS_PER_S;
            let retry_after_s = u32::try_from(left_s.clamp(1, RETRY_AFTER_S_MAX)).unwrap_or(1);
            Err(ApiError::idempotency_in_flight(retry_after_s).under(call.dialect))
        }
        IdempotencyState::InFlight { .. } => Ok(Begin::Fresh),
        IdempotencyState::Stored {
            status,
            headers,
            body,
        } => {
            let status = StatusCode::from_u16(status).map_err(ApiError::internal)?;
            let reply = Reply {
                status,
                headers: Reply::headers_from_text(&headers),
                body: Bytes::from(body),
            };
            Ok(Begin::Replay(if call.dialect.rules.replay_header {
                reply.replayed()
            } else {
                reply
            }))
        }
    }
}

fn is_stored(reply: &Reply) -> bool {
    !reply.status.is_server_error()
        && reply.status != StatusCode::UNAUTHORIZED
        && !reply.headers.contains_key(http::header::RETRY_AFTER)
}

fn stored(reply: &Reply) -> IdempotencyState {
    IdempotencyState::Stored {
        status: reply.status.as_u16(),
        headers: reply.headers_to_text(),
        body: reply.body.to_vec(),
    }
}
