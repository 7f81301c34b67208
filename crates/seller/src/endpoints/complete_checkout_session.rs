//! `POST /checkout_sessions/{id}/complete` (RFC agentic checkout §4.4): 200 with the session and its
//! order, or with the reason why it could not be paid.

use axum::extract::{Path, State};
use comptoir_acp::latest::checkout::CheckoutSessionCompleteRequest;
use comptoir_http::{ApiError, Call, Reply};

use crate::{
    Seller,
    face::request,
    saga::{begin::CompleteCall, charge},
};

pub(crate) async fn complete_checkout_session(
    State(seller): State<Seller>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let key = call
        .key()?
        .kept_for(comptoir_http::idempotency::RETENTION_LONG_S);
    let payment = request::complete(
        call.parse::<CheckoutSessionCompleteRequest>()?,
        &seller.config().processor.describe(),
    )?;
    let complete = CompleteCall {
        key,
        caller: call.caller,
        session_id: id,
        completion: payment.completion,
        order_notes: payment.order_notes,
        token: payment.token,
        authentication: payment.authentication,
    };
    let saga = seller
        .sagas()
        .spawn(charge::complete(seller.clone(), complete));
    saga.await.map_err(ApiError::internal)?
}
