//! Orders in the store: placed once per session, changed by operators, announced by events.

use comptoir_acp::id::{AdjustmentId, ChargeId, OrderId};
use comptoir_commerce::{
    checkout::Checkout,
    order::{NewOrder, Order, OrderEffect, OrderError, OrderOutcome, RefundResult},
};
use comptoir_http::ApiError;
use comptoir_store::{Collection, NewDelivery, NewEvent, NewRecord, ReadTx, RecordUpdate, Tx};
use jiff::Timestamp;

use crate::{SellerConfig, face, saga::refund, session::Session};

/// Event of a new order, as the protocol names it.
pub(crate) const ORDER_CREATE: &str = "order_create";
/// Event of a changed order, as the protocol names it.
pub(crate) const ORDER_UPDATE: &str = "order_update";

/// Characters of the order id that serve as the number shown to the buyer.
const ORDER_NUMBER_CHARS: usize = 8;

/// An order as it was read.
pub(crate) struct StoredOrder {
    pub(crate) order: Order,
    record_revision: i64,
}

/// Places the order of a completed checkout. The session id is unique among orders: a second order
/// for one session is impossible.
pub(crate) fn place(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    checkout: &Checkout,
    charge_id: ChargeId,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(order_id) = checkout.order_id() else {
        return Err(ApiError::internal(
            "an order is placed for a checkout that is not completed",
        ));
    };
    let new = NewOrder {
        order_number: Some(order_number(order_id)),
        permalink_url: format!("{}/orders/{order_id}", config.merchant.public_url),
        charge_id,
    };
    let outcome = Order::place(new, checkout, now).map_err(ApiError::internal)?;
    let order = &outcome.order;
    let document = serde_json::to_vec(order).map_err(ApiError::internal)?;
    let rendered = face::order_bytes(config, order)?;
    tx.insert(
        Collection::Orders,
        &NewRecord {
            tenant: config.tenant,
            id: order.id.as_str(),
            owner: &order.owner,
            state: order.status().as_str(),
            unique_ref: Some(order.checkout_session_id.as_str()),
            parent: None,
            due_at: None,
            document: &document,
            rendered: Some(&rendered),
            now: now.as_microsecond(),
        },
    )?;
    carry_out(tx, config, &outcome, now)
}

/// The order of this id.
pub(crate) fn load(
    reads: &dyn ReadTx,
    config: &SellerConfig,
    id: &str,
) -> Result<StoredOrder, ApiError> {
    let Some(record) = reads.record(Collection::Orders, config.tenant, id)? else {
        return Err(ApiError::not_found("order"));
    };
    let order = serde_json::from_slice(&record.document).map_err(ApiError::internal)?;
    Ok(StoredOrder {
        order,
        record_revision: record.revision,
    })
}

/// Changes an order: stores the outcome of `change` with its effects and events.
pub(crate) fn change(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    id: &str,
    now: Timestamp,
    change: impl FnOnce(&Order) -> Result<OrderOutcome, OrderError>,
) -> Result<Order, ApiError> {
    let stored = load(tx, config, id)?;
    let outcome = change(&stored.order).map_err(|error| order_refusal(&error))?;
    let order = &outcome.order;
    if *order == stored.order {
        return Ok(outcome.order);
    }
    let document = serde_json::to_vec(order).map_err(ApiError::internal)?;
    let rendered = face::order_bytes(config, order)?;
    tx.update(
        Collection::Orders,
        &RecordUpdate {
            tenant: config.tenant,
            id,
            expected_revision: stored.record_revision,
            state: order.status().as_str(),
            due_at: None,
            document: &document,
            rendered: Some(&rendered),
            now: now.as_microsecond(),
        },
    )?;
    carry_out(tx, config, &outcome, now)?;
    // The session shows its order: an agent that missed an event can read it there.
    let session = Session::load_any(tx, config, &order.checkout_session_id)?;
    session.save(tx, config, &session.document, now)?;
    Ok(outcome.order)
}

/// Records what became of a refund.
pub(crate) fn settle_refund(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    order_id: &OrderId,
    adjustment: &AdjustmentId,
    result: RefundResult,
    now: Timestamp,
) -> Result<(), ApiError> {
    change(tx, config, order_id.as_str(), now, |order| {
        order.settle_refund(adjustment, result, now)
    })?;
    Ok(())
}

fn carry_out(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    outcome: &OrderOutcome,
    now: Timestamp,
) -> Result<(), ApiError> {
    let order = &outcome.order;
    for effect in &outcome.effects {
        match effect {
            OrderEffect::AnnounceCreated => announce(tx, config, order, ORDER_CREATE, now)?,
            OrderEffect::AnnounceUpdated => announce(tx, config, order, ORDER_UPDATE, now)?,
            OrderEffect::Restock { item_id, quantity } => {
                tx.restock(config.tenant, item_id.as_str(), i64::from(*quantity))?;
            }
            OrderEffect::Refund {
                refund_key,
                charge_id,
                amount,
            } => {
                refund::request(tx, config, refund_key, &order.id, charge_id, *amount, now)?;
            }
        }
    }
    Ok(())
}

/// Appends the order's event and a delivery to the agent that placed it, and to nobody else.
fn announce(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    order: &Order,
    topic: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let payload = face::order_event_bytes(config, order, topic)?;
    let revision = i64::try_from(order.revision).map_err(ApiError::internal)?;
    let micros = now.as_microsecond();
    let event_key = tx.append_event(&NewEvent {
        tenant: config.tenant,
        topic,
        subject: order.id.as_str(),
        revision,
        payload: &payload,
        now: micros,
    })?;
    if config.subscribers.get(&order.owner).is_some() {
        tx.enqueue_delivery(&NewDelivery {
            tenant: config.tenant,
            event_key,
            subscriber: &order.owner,
            subject: order.id.as_str(),
            revision,
            next_at: micros,
        })?;
    }
    Ok(())
}

fn order_number(id: &OrderId) -> String {
    let text = id.as_str();
    let start = text.len().saturating_sub(ORDER_NUMBER_CHARS);
    text.get(start..).unwrap_or(text).to_uppercase()
}

/// What an operator is told about an operation that makes no sense now.
fn order_refusal(error: &OrderError) -> ApiError {
    let message = error.to_string();
    match error {
        OrderError::UnknownLine { .. }
        | OrderError::QuantityTooLarge { .. }
        | OrderError::WrongFulfillment { .. } => ApiError::invalid("$.lines", message),
        OrderError::UnknownFulfillment { .. } => ApiError::invalid("$.fulfillment_id", message),
        OrderError::AmountNotPositive => ApiError::invalid("$.amount", message),
        OrderError::RefundExceedsCharge => {
            ApiError::unprocessable("refund_exceeds_charge", "$.amount", message)
        }
        OrderError::NotCompleted
        | OrderError::UnknownAdjustment { .. }
        | OrderError::IdTaken
        | OrderError::NothingLeft
        | OrderError::FulfillmentEnded
        | OrderError::WrongEvent
        | OrderError::AlreadySettled
        | OrderError::UnderReview
        | OrderError::Overflow(_)
        | _ => ApiError::conflict("conflict", message),
    }
}
