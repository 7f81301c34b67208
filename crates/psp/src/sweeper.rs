//! What is left open, finished: pending charges and refunds, ended tokens, late failures.

use std::{sync::Arc, time::Duration};

use comptoir_http::idempotency;
use comptoir_store::{Collection, RecordQuery, StoreError};
use tokio::{task::JoinHandle, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::{
    charge::Charge,
    charging,
    refund::Refund,
    refunding, row,
    shared::Shared,
    token::{self, TokenDocument},
};

/// Rows of one kind that one round takes.
const ROWS_MAX: u32 = 200;

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(1);

/// Rounds between two removals of expired idempotency records.
const PURGE_EVERY: u32 = 300;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Pending charges that were looked at.
    pub charges: usize,
    /// Pending refunds that were looked at.
    pub refunds: usize,
    /// Tokens that expired.
    pub tokens: usize,
    /// Charges that the issuer took back.
    pub reversals: usize,
}

/// Runs a round every second until told to stop.
pub(crate) fn spawn(shared: Arc<Shared>, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = 0_u32;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = sweep(&shared).await {
                tracing::warn!(%error, "a round of the sweeper failed; the next one tries again");
            }
            if round.is_multiple_of(PURGE_EVERY)
                && let Err(error) = idempotency::purge(&shared.store, &shared.environment).await
            {
                tracing::warn!(%error, "expired idempotency records could not be removed");
            }
            round = round.wrapping_add(1);
        }
    })
}

/// One round.
pub(crate) async fn sweep(shared: &Arc<Shared>) -> Result<Sweep, StoreError> {
    shared.vault.codes.sweep(shared.environment.now());
    Ok(Sweep {
        charges: sweep_charges(shared).await?,
        refunds: sweep_refunds(shared).await?,
        tokens: expire_tokens(shared).await?,
        reversals: take_reversals(shared).await?,
    })
}

/// Settles pending charges that nobody works on any more.
async fn sweep_charges(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let tenant = shared.tenant;
    let pending = shared
        .store
        .read("psp_pending_charges", move |tx| {
            let query = RecordQuery {
                state: Some("pending"),
                limit: ROWS_MAX,
                ..RecordQuery::default()
            };
            let records = tx.records(Collection::Charges, tenant, &query)?;
            records
                .into_iter()
                .map(|record| row::decode::<Charge>(record).map(|(_, charge)| charge))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let mut looked_at = 0_usize;
    for charge in pending
        .into_iter()
        .filter(|charge| shared.is_abandoned(charge))
    {
        charging::resolve(shared, charge).await?;
        looked_at = looked_at.saturating_add(1);
    }
    Ok(looked_at)
}

/// Asks the issuer again for refunds without an answer. Asking twice refunds once.
async fn sweep_refunds(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let (tenant, now) = (shared.tenant, shared.environment.now_micros());
    let pending = shared
        .store
        .read("psp_pending_refunds", move |tx| {
            let query = RecordQuery {
                state: Some("pending"),
                due_before: Some(now),
                limit: ROWS_MAX,
                ..RecordQuery::default()
            };
            let records = tx.records(Collection::Refunds, tenant, &query)?;
            records
                .into_iter()
                .map(|record| row::decode::<Refund>(record).map(|(_, refund)| refund))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let looked_at = pending.len();
    for refund in pending {
        refunding::resolve(shared, refund).await?;
    }
    Ok(looked_at)
}

/// Ends tokens whose time is over and deletes their cards.
async fn expire_tokens(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let (shared_in, now) = (Arc::clone(shared), shared.environment.now());
    let expired = shared
        .store
        .write("psp_expire_tokens", move |tx| {
            let tenant = shared_in.tenant;
            let query = RecordQuery {
                state: Some("active"),
                due_before: Some(now.as_microsecond()),
                limit: ROWS_MAX,
                ..RecordQuery::default()
            };
            let mut expired = Vec::new();
            for record in tx.records(Collection::PaymentTokens, tenant, &query)? {
                let (record, mut document) = row::decode::<TokenDocument>(record)?;
                if let Some(token) = document.token.expire(now) {
                    document.token = token;
                    token::replace(tx, tenant, &record, &document)?;
                    expired.push(record.id);
                }
            }
            Ok::<_, StoreError>(expired)
        })
        .await?;
    for token in &expired {
        shared.vault.codes.forget(token);
    }
    Ok(expired.len())
}

/// Records what the issuer took back. Acknowledged only once it is stored.
async fn take_reversals(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let keys = shared.issuer.reversals(ROWS_MAX).await;
    for key in &keys {
        charging::reverse(shared, key).await?;
        shared.issuer.acknowledge_reversal(key).await;
        tracing::warn!(charge.id = %key, "the issuer took the money of a charge back");
    }
    Ok(keys.len())
}
