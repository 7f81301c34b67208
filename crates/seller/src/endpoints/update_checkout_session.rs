//! `POST /checkout_sessions/{id}` (RFC agentic checkout §4.2): 200 with the whole session.

use axum::extract::{Path, State};
use comptoir_acp::latest::checkout::CheckoutSessionUpdateRequest;
use comptoir_http::{ApiError, Call, Principal, Reply, idempotency};
use comptoir_store::Tx;
use http::StatusCode;
use jiff::Timestamp;

use crate::{
    Seller, SellerConfig,
    face::{refusal, request},
    pricing::PriceBook,
    session::{self, Session, SessionDocument},
};

pub(crate) async fn update_checkout_session(
    State(seller): State<Seller>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let key = call.key()?;
    let wanted: CheckoutSessionUpdateRequest = call.parse()?;
    let config = seller.config().clone();
    let caller = call.caller;
    let store = config.store.clone();
    store
        .write("update_checkout_session", move |tx| {
            let now = config.environment.now();
            idempotency::once(tx, &key, now.as_microsecond(), &mut |tx| {
                update(tx, &config, &caller, &id, &wanted, now)
            })
        })
        .await
}

fn update(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    caller: &Principal,
    id: &str,
    wanted: &CheckoutSessionUpdateRequest,
    now: Timestamp,
) -> Result<Reply, ApiError> {
    let session = Session::load(tx, config, caller, id)?;
    let merged = request::merge(&session.document, wanted)?;
    let book = PriceBook::read(tx, config, &merged.desired, Some(id))?;
    let outcome = session
        .document
        .checkout
        .update(merged.desired, &book.context(), now)
        .map_err(|error| refusal(&error))?;
    let next = SessionDocument {
        order_notes: merged.order_notes,
        ..session.document.with(outcome.checkout)
    };
    session::hold_stock(tx, config, &next.checkout, false)?;
    let rendered = session.save(tx, config, &next, now)?;
    Ok(Reply::bytes(StatusCode::OK, rendered))
}
