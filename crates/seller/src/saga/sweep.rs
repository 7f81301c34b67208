//! Whoever comes back after a crash: settle abandoned charges, expire sessions, repeat refunds.

use std::time::Duration;

use comptoir_acp::id::CheckoutSessionId;
use comptoir_commerce::checkout::ChargeNews;
use comptoir_http::{ApiError, idempotency};
use comptoir_processors::Lookup;
use comptoir_store::{Collection, Record, RecordQuery, RecordUpdate};
use tokio_util::sync::CancellationToken;

use super::{
    charge::{decline, new_order_id},
    intent::{PENDING, lease_end},
    refund,
    settle::settle,
};
use crate::{Seller, session::Session};

/// Pause between two rounds.
const ROUND: Duration = Duration::from_millis(500);
/// Intents or sessions looked at in one transaction.
const BATCH: u32 = 50;
/// Rounds between two purges of expired idempotency records.
const ROUNDS_PER_PURGE: u32 = 600;

/// Runs rounds until told to stop.
pub(crate) async fn run(seller: Seller, stop: CancellationToken) {
    let mut round = 0_u32;
    loop {
        once(&seller).await;
        if round.is_multiple_of(ROUNDS_PER_PURGE) {
            let config = seller.config();
            if let Err(error) = idempotency::purge(&config.store, &config.environment).await {
                tracing::error!(%error, "cannot purge idempotency records");
            }
        }
        round = round.wrapping_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

/// One round. Every error is logged, and its subject stays due.
pub(crate) async fn once(seller: &Seller) {
    if let Err(error) = settle_abandoned(seller).await {
        tracing::error!(%error, "cannot sweep charge intents");
    }
    if let Err(error) = expire_sessions(seller).await {
        tracing::error!(%error, "cannot expire sessions");
    }
    refund::run_due(seller).await;
}

/// Takes over intents whose lease ran out and asks the processor what became of them.
async fn settle_abandoned(seller: &Seller) -> Result<(), ApiError> {
    for intent in lease_intents(seller).await? {
        let failpoints = &seller.config().failpoints;
        failpoints.hit("sweeper_before_lookup");
        let lookup = seller.config().processor.lookup_charge(&intent.id).await;
        failpoints.hit("sweeper_after_lookup");
        let Some(news) = news(seller, &intent.id, lookup) else {
            continue;
        };
        match settle(seller, intent.id.clone(), news).await {
            Ok(_) => tracing::info!(charge.key = intent.id, "abandoned charge settled"),
            Err(error) => {
                tracing::error!(charge.key = intent.id, %error, "cannot settle an abandoned charge");
            }
        }
    }
    Ok(())
}

/// What the look-up means for the session; nothing when it must be asked again.
fn news(seller: &Seller, charge_key: &str, lookup: Lookup) -> Option<ChargeNews> {
    match lookup {
        Lookup::Approved { charge_id } => Some(ChargeNews::Approved {
            charge_id,
            order_id: new_order_id(seller)?,
        }),
        Lookup::Declined { reason, .. } => Some(ChargeNews::Declined {
            reason: decline(reason),
        }),
        Lookup::AuthenticationRequired => Some(ChargeNews::AuthenticationRequired),
        // Taken and given back: for this session nothing was paid.
        Lookup::Reversed { .. } | Lookup::Absent => Some(ChargeNews::Absent),
        Lookup::Unknown { cause } => {
            tracing::warn!(
                charge.key = charge_key,
                cause,
                "charge still unknown; asking again"
            );
            None
        }
    }
}

async fn lease_intents(seller: &Seller) -> Result<Vec<Record>, ApiError> {
    let config = seller.config().clone();
    let environment = config.environment.clone();
    let store = config.store.clone();
    let due = due(seller, Collection::ChargeIntents, Some(PENDING)).await?;
    if due.is_empty() {
        return Ok(due);
    }
    store
        .write("lease_intents", move |tx| {
            let now = environment.now();
            for record in &due {
                tx.update(
                    Collection::ChargeIntents,
                    &RecordUpdate {
                        tenant: config.tenant,
                        id: &record.id,
                        expected_revision: record.revision,
                        state: PENDING,
                        due_at: Some(lease_end(&config, now)),
                        document: &record.document,
                        rendered: None,
                        now: now.as_microsecond(),
                    },
                )?;
            }
            Ok(due.clone())
        })
        .await
}

/// Records the end of sessions whose time is over, and lets their stock go.
async fn expire_sessions(seller: &Seller) -> Result<(), ApiError> {
    let due = due(seller, Collection::CheckoutSessions, None).await?;
    if due.is_empty() {
        return Ok(());
    }
    let config = seller.config().clone();
    let environment = config.environment.clone();
    let store = config.store.clone();
    store
        .write("expire_sessions", move |tx| {
            let now = environment.now();
            for record in &due {
                let id =
                    CheckoutSessionId::parse(record.id.as_str()).map_err(ApiError::internal)?;
                let session = Session::load_any(tx, &config, &id)?;
                let outcome = session
                    .document
                    .checkout
                    .expire(now)
                    .map_err(|error| crate::face::refusal(&error))?;
                if outcome.changed {
                    tx.release(config.tenant, &record.id)?;
                    let next = session.document.with(outcome.checkout);
                    session.save(tx, &config, &next, now)?;
                }
            }
            Ok(())
        })
        .await
}

/// Due records, read without a write transaction: most rounds find nothing.
async fn due(
    seller: &Seller,
    collection: Collection,
    state: Option<&'static str>,
) -> Result<Vec<Record>, ApiError> {
    let tenant = seller.config().tenant;
    let now = seller.config().environment.now_micros();
    seller
        .config()
        .store
        .read("due_records", move |reads| {
            let query = RecordQuery {
                state,
                due_before: Some(now),
                limit: BATCH,
                ..RecordQuery::default()
            };
            Ok(reads.records(collection, tenant, &query)?)
        })
        .await
}
