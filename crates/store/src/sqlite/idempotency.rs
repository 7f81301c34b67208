//! Memory of requests.

use rusqlite::{Row, params};

use super::{fault::inconsistent, session::Session};
use crate::{IdempotencyRecord, IdempotencyState, ROWS_MAX, StoreError};

const GET: &str = "SELECT key, state, lease_until, status, created_at, expires_at, \
     raw_fingerprint, canonical_fingerprint, headers, body FROM idempotency WHERE scope = ?1";
const PUT: &str = "INSERT INTO idempotency (scope, state, lease_until, status, created_at, \
     expires_at, raw_fingerprint, canonical_fingerprint, headers, body) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (scope) DO UPDATE SET \
     state = excluded.state, lease_until = excluded.lease_until, status = excluded.status, \
     created_at = excluded.created_at, expires_at = excluded.expires_at, \
     raw_fingerprint = excluded.raw_fingerprint, \
     canonical_fingerprint = excluded.canonical_fingerprint, headers = excluded.headers, \
     body = excluded.body";
const DELETE: &str = "DELETE FROM idempotency WHERE scope = ?1";
const PURGE: &str = "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency \
     WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

impl Session<'_> {
    pub(super) fn idempotency_get(
        &self,
        scope: &[u8; 16],
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let found = self.one("idempotency", GET, params![scope], |row| {
            Ok(read_record(row, scope)?.ok_or_else(|| inconsistent("idempotency", "state", row)))
        })?;
        found.transpose()
    }

    pub(super) fn idempotency_put(&mut self, record: &IdempotencyRecord) -> Result<(), StoreError> {
        self.before_write()?;
        let (state, lease_until, status, headers, body) = match &record.state {
            IdempotencyState::InFlight { lease_until } => {
                ("in_flight", Some(*lease_until), None, None, None)
            }
            IdempotencyState::Stored {
                status,
                headers,
                body,
            } => ("stored", None, Some(*status), Some(headers), Some(body)),
        };
        let params = params![
            record.scope,
            state,
            lease_until,
            status,
            record.created_at,
            record.expires_at,
            record.raw_fingerprint,
            record.canonical_fingerprint,
            headers,
            body
        ];
        self.execute(PUT, params)?;
        Ok(())
    }

    pub(super) fn idempotency_delete(&mut self, scope: &[u8; 16]) -> Result<bool, StoreError> {
        self.before_write()?;
        Ok(self.execute(DELETE, params![scope])? == 1)
    }

    pub(super) fn idempotency_purge(
        &mut self,
        expired_before: i64,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.before_write()?;
        let purged = self.execute(PURGE, params![expired_before, limit.min(ROWS_MAX)])?;
        Ok(u64::try_from(purged).unwrap_or(u64::MAX))
    }
}

/// `None` when the state's own columns are missing.
fn read_record(row: &Row<'_>, scope: &[u8; 16]) -> rusqlite::Result<Option<IdempotencyRecord>> {
    let state = match row.get_ref(1)?.as_str()? {
        "in_flight" => row
            .get::<_, Option<i64>>(2)?
            .map(|lease_until| IdempotencyState::InFlight { lease_until }),
        _ => match (row.get(3)?, row.get(8)?, row.get(9)?) {
            (Some(status), Some(headers), Some(body)) => Some(IdempotencyState::Stored {
                status,
                headers,
                body,
            }),
            _ => None,
        },
    };
    let (created_at, expires_at) = (row.get(4)?, row.get(5)?);
    let (raw_fingerprint, canonical_fingerprint) = (row.get(6)?, row.get(7)?);
    Ok(state.map(|state| IdempotencyRecord {
        scope: *scope,
        state,
        raw_fingerprint,
        canonical_fingerprint,
        created_at,
        expires_at,
    }))
}
