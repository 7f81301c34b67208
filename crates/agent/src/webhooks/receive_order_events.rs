//! `POST /agentic_checkout/webhooks/order_events`
//!
//! `openapi.agentic_checkout_webhook.yaml`, operation `postOrderEvents`. The sender is whoever's
//! secret verifies the raw bytes; an event moves only orders of purchases at that seller.

use axum::{
    body::Bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use comptoir_http::{ApiError, Reply, read_body};
use comptoir_store::{Collection, NewRecord, StoreError, TenantId, Tx};
use comptoir_webhooks::{
    VerifiedEvent, VerifyError,
    receiver::{Decision, Known, decide},
};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::{
    agent::Agent,
    purchase::{Link, OrderSnapshot, PurchaseError, PurchaseState, load_purchase, update_purchase},
};

/// Largest event, in bytes.
const EVENT_BYTES_MAX: usize = 1024 * 1024;

/// Receives one order event.
pub(crate) async fn receive_order_events(State(agent): State<Agent>, request: Request) -> Response {
    match receive(&agent, request).await {
        Ok(reply) => reply.into_response(),
        Err(error) => error.into_response(),
    }
}

async fn receive(agent: &Agent, request: Request) -> Result<Reply, ApiError> {
    let (parts, body) = request.into_parts();
    let body = read_body(body, EVENT_BYTES_MAX).await?;
    let (seller_id, event) = verified(agent, &parts.headers, &body)?;
    let request_id = event.request_id.clone();
    let now = agent.parts().environment.now_micros();
    let touched = agent
        .parts()
        .store
        .write("receive_order_event", move |tx: &mut dyn Tx| {
            take(tx, &seller_id, &event, now)
        })
        .await
        .map_err(|error| {
            if let PurchaseError::Store(error) = error {
                ApiError::from(error)
            } else {
                ApiError::internal(error)
            }
        })?;
    if let Some(purchase_id) = touched {
        agent.parts().live.publish(&purchase_id);
        agent.parts().nudge.notify_one();
    }
    Reply::json(
        StatusCode::OK,
        &match request_id {
            Some(id) => json!({"received": true, "request_id": id}),
            None => json!({"received": true}),
        },
    )
}

/// Finds the seller whose secret signed these bytes. Every secret is tried, so that nothing of an
/// unproven body is read to find out whom to ask.
fn verified(
    agent: &Agent,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(String, VerifiedEvent), ApiError> {
    let now = agent.parts().environment.now();
    let mut proven_but_bad = false;
    for (seller_id, seller) in &agent.parts().sellers {
        match seller.receiver.verify(headers, body, now) {
            Ok(event) => return Ok((seller_id.clone(), event)),
            Err(error) => proven_but_bad |= !VerifyError::is_unauthorized(&error),
        }
    }
    if proven_but_bad {
        return Err(ApiError::invalid("$", "the body is not an order event"));
    }
    Err(ApiError::invalid_signature())
}

/// Remembers the event and applies it, in one transaction. Returns the purchase it moved.
fn take(
    tx: &mut dyn Tx,
    seller_id: &str,
    event: &VerifiedEvent,
    now: i64,
) -> Result<Option<String>, PurchaseError> {
    let id = format!("{seller_id}:{}", event.deduplication_key());
    let inserted = tx.insert(
        Collection::ReceivedEvents,
        &NewRecord {
            tenant: TenantId::DEFAULT,
            id: &id,
            owner: seller_id,
            state: "received",
            unique_ref: None,
            parent: None,
            due_at: None,
            document: b"{}",
            rendered: None,
            now,
        },
    );
    match inserted {
        Ok(_) => {}
        // Delivered before: acknowledged again, applied once.
        Err(StoreError::Conflict { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let Some(order) = OrderSnapshot::read(&event.order) else {
        return Ok(None);
    };
    let link = tx.record(
        Collection::CheckoutSessions,
        TenantId::DEFAULT,
        &Link::id(seller_id, &order.checkout_session_id),
    )?;
    let Some(purchase_id) = link.and_then(|record| record.parent) else {
        // An order we know nothing of: acknowledged, so that the seller does not retry for days.
        return Ok(None);
    };
    let Some(mut purchase) = load_purchase(tx, &purchase_id)? else {
        return Ok(None);
    };
    let known = purchase.order_known.map(|(revision, signed_at)| Known {
        revision,
        signed_at,
    });
    let another = purchase
        .order
        .as_ref()
        .is_some_and(|known| known.id != order.id);
    if purchase.seller_id != seller_id
        || another
        || decide(known.as_ref(), event) == Decision::IgnoreOlder
    {
        return Ok(None);
    }
    purchase.order_known = Some((event.order_revision, event.signed_at));
    purchase.order = Some(order);
    // A webhook alone makes no order: until the completed session shows it, the seller is asked.
    let unsettled = matches!(
        purchase.state,
        PurchaseState::Completing | PurchaseState::Checking
    );
    update_purchase(tx, &purchase, unsettled.then_some(now), now)?;
    Ok(Some(purchase_id))
}
