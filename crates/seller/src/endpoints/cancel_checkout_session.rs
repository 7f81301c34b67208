//! `POST /checkout_sessions/{id}/cancel` (RFC agentic checkout §4.5): 200, or 405 after the end.

use axum::extract::{Path, State};
use comptoir_commerce::checkout::CheckoutState;
use comptoir_http::{ApiError, Call, Principal, Reply, idempotency};
use comptoir_store::Tx;
use http::StatusCode;
use jiff::Timestamp;

use crate::{
    Seller, SellerConfig,
    face::{refusal, request},
    session::Session,
};

pub(crate) async fn cancel_checkout_session(
    State(seller): State<Seller>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    request::check_cancel(&call)?;
    let key = call.key()?;
    let config = seller.config().clone();
    let caller = call.caller;
    let store = config.store.clone();
    store
        .write("cancel_checkout_session", move |tx| {
            let now = config.environment.now();
            idempotency::once(tx, &key, now.as_microsecond(), &mut |tx| {
                cancel(tx, &config, &caller, &id, now)
            })
        })
        .await
}

fn cancel(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    caller: &Principal,
    id: &str,
    now: Timestamp,
) -> Result<Reply, ApiError> {
    let session = Session::load(tx, config, caller, id)?;
    let checkout = &session.document.checkout;
    if checkout.state.is_terminal() {
        let message = format!("the session is already {}", checkout.state.name());
        return Err(ApiError::method_not_allowed(message));
    }
    if matches!(checkout.state, CheckoutState::CompleteInProgress { .. }) {
        return Err(ApiError::busy(
            "conflict",
            "the session is being completed",
            2,
        ));
    }
    let outcome = checkout.cancel(now).map_err(|error| refusal(&error))?;
    tx.release(config.tenant, id)?;
    let next = session.document.with(outcome.checkout);
    let rendered = session.save(tx, config, &next, now)?;
    Ok(Reply::bytes(StatusCode::OK, rendered))
}
