//! Writes what came of an attempt back to the outbox.

use std::time::Duration;

use comptoir_store::{DeliveryRow, Store, StoreError, Tx};

/// What happens to a delivery after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Delivered,
    Retry { next_at: i64, reason: String },
    Park { reason: String, disable: bool },
}

/// Where the store notes since when a subscriber is disabled; empty when it is enabled again.
pub(super) fn disabled_key(subscriber: &str) -> String {
    format!("webhooks.disabled.{subscriber}")
}

/// Records the outcome under the lease's fence. A full queue is waited out briefly; when that fails
/// too, the lease runs out and the event is sent again under the same identity.
pub(super) async fn record(
    store: &Store,
    delivery: &DeliveryRow,
    outcome: Outcome,
    now: i64,
) -> Result<(), StoreError> {
    for pause_ms in [10, 50, 250, 1_000] {
        match write(store, delivery, outcome.clone(), now).await {
            Err(error) if error.is_retryable() => {
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            recorded => return recorded,
        }
    }
    write(store, delivery, outcome, now).await
}

async fn write(
    store: &Store,
    delivery: &DeliveryRow,
    outcome: Outcome,
    now: i64,
) -> Result<(), StoreError> {
    let (key, epoch) = (delivery.key, delivery.epoch);
    let disabled = disabled_key(&delivery.subscriber);
    store
        .write("webhooks.record", move |tx: &mut dyn Tx| match &outcome {
            Outcome::Delivered => tx.finish_delivery(key, epoch, now),
            Outcome::Retry { next_at, reason } => tx.retry_delivery(key, epoch, *next_at, reason),
            Outcome::Park { reason, disable } => {
                if *disable {
                    tx.set_meta(&disabled, &now.to_string())?;
                }
                tx.park_delivery(key, epoch, reason)
            }
        })
        .await
}
