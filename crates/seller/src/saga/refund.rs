//! Giving money back: stored before the processor is asked, asked under one key until it answers.

use comptoir_acp::{
    id::{AdjustmentId, ChargeId, OrderId},
    money::Money,
};
use comptoir_commerce::order::RefundResult;
use comptoir_http::ApiError;
use comptoir_processors::{RefundOutcome, RefundRequest};
use comptoir_store::{Collection, NewRecord, Record, RecordQuery, RecordUpdate, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::intent::lease_end;
use crate::{Seller, SellerConfig, orders};

const PENDING: &str = "pending";
/// Refunds asked in one round.
const BATCH: u32 = 20;

/// What is stored of a refund before the processor is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundDocument {
    charge_id: ChargeId,
    amount: Money,
    /// The order that records it; none for a charge that came to no order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    reason: String,
}

/// Stores the wish to give back a charge for which there is no order. Once per charge.
pub(crate) fn request_reversal(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    charge_key: &str,
    charge_id: &ChargeId,
    amount: Money,
    now: Timestamp,
) -> Result<(), ApiError> {
    let document = RefundDocument {
        charge_id: charge_id.clone(),
        amount,
        order_id: None,
        reason: "charge without an order".to_owned(),
    };
    let key = format!("reversal:{charge_key}");
    if tx
        .record(Collection::Refunds, config.tenant, &key)?
        .is_some()
    {
        return Ok(());
    }
    insert(tx, config, &key, &document, now)
}

/// Stores the wish to refund an order; `refund_key` is the id of the adjustment that records it.
pub(crate) fn request(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    refund_key: &str,
    order_id: &OrderId,
    charge_id: &ChargeId,
    amount: Money,
    now: Timestamp,
) -> Result<(), ApiError> {
    let document = RefundDocument {
        charge_id: charge_id.clone(),
        amount,
        order_id: Some(order_id.clone()),
        reason: "requested_by_merchant".to_owned(),
    };
    insert(tx, config, refund_key, &document, now)
}

fn insert(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    key: &str,
    document: &RefundDocument,
    now: Timestamp,
) -> Result<(), ApiError> {
    let bytes = serde_json::to_vec(document).map_err(ApiError::internal)?;
    let micros = now.as_microsecond();
    tx.insert(
        Collection::Refunds,
        &NewRecord {
            tenant: config.tenant,
            id: key,
            owner: "seller",
            state: PENDING,
            unique_ref: Some(key),
            parent: document.order_id.as_ref().map(OrderId::as_str),
            due_at: Some(micros),
            document: &bytes,
            rendered: None,
            now: micros,
        },
    )?;
    Ok(())
}

/// Asks the processor for every refund that is due. Errors are logged: the next round tries again.
pub(crate) async fn run_due(seller: &Seller) {
    match lease_due(seller).await {
        Ok(due) => {
            for record in due {
                if let Err(error) = run_one(seller, &record).await {
                    tracing::warn!(refund.key = record.id, %error, "refund not settled; it will be repeated");
                }
            }
        }
        Err(error) => tracing::error!(%error, "cannot read the refunds that are due"),
    }
}

/// Takes the due refunds for as long as a charge may take, so that no other worker asks at the same
/// time. After that they are repeated under the same key.
async fn lease_due(seller: &Seller) -> Result<Vec<Record>, ApiError> {
    let config = seller.config().clone();
    let environment = config.environment.clone();
    let store = config.store.clone();
    store
        .write("lease_refunds", move |tx| {
            let now = environment.now();
            let until = lease_end(&config, now);
            let now = now.as_microsecond();
            let query = RecordQuery {
                state: Some(PENDING),
                due_before: Some(now),
                limit: BATCH,
                ..RecordQuery::default()
            };
            let mut leased = Vec::new();
            for mut record in tx.records(Collection::Refunds, config.tenant, &query)? {
                update(tx, &config, &record, PENDING, Some(until), now)?;
                record.revision = record.revision.saturating_add(1);
                leased.push(record);
            }
            Ok(leased)
        })
        .await
}

async fn run_one(seller: &Seller, record: &Record) -> Result<(), ApiError> {
    let document: RefundDocument =
        serde_json::from_slice(&record.document).map_err(ApiError::internal)?;
    let request = RefundRequest {
        refund_key: record.id.clone(),
        charge_id: document.charge_id.clone(),
        amount: document.amount.amount,
        currency: document.amount.currency,
        reason: Some(document.reason.clone()),
    };
    seller.config().failpoints.hit("refund_before_processor");
    let outcome = seller.config().processor.refund(&request).await;
    seller.config().failpoints.hit("refund_after_processor");
    let result = match outcome {
        RefundOutcome::Succeeded { refund_id } => RefundResult::Succeeded { refund_id },
        RefundOutcome::Failed { message } => {
            tracing::error!(
                refund.key = record.id,
                message,
                "the processor refused a refund"
            );
            RefundResult::Failed
        }
        RefundOutcome::Unknown { cause } => {
            tracing::warn!(
                refund.key = record.id,
                cause,
                "outcome of a refund is unknown"
            );
            return Ok(());
        }
    };
    finish(seller, record.clone(), document, result).await
}

async fn finish(
    seller: &Seller,
    record: Record,
    document: RefundDocument,
    result: RefundResult,
) -> Result<(), ApiError> {
    let config = seller.config().clone();
    let environment = config.environment.clone();
    let store = config.store.clone();
    store
        .write("settle_refund", move |tx| {
            let now = environment.now();
            let state = match result {
                RefundResult::Succeeded { .. } => "succeeded",
                RefundResult::Failed => "failed",
            };
            update(tx, &config, &record, state, None, now.as_microsecond())?;
            if let Some(order_id) = &document.order_id {
                let adjustment =
                    AdjustmentId::parse(record.id.as_str()).map_err(ApiError::internal)?;
                orders::settle_refund(tx, &config, order_id, &adjustment, result.clone(), now)?;
            }
            Ok::<(), ApiError>(())
        })
        .await?;
    seller.wake_deliveries();
    Ok(())
}

fn update(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    record: &Record,
    state: &str,
    due_at: Option<i64>,
    now: i64,
) -> Result<(), ApiError> {
    tx.update(
        Collection::Refunds,
        &RecordUpdate {
            tenant: config.tenant,
            id: &record.id,
            expected_revision: record.revision,
            state,
            due_at,
            document: &record.document,
            rendered: None,
            now,
        },
    )?;
    Ok(())
}
