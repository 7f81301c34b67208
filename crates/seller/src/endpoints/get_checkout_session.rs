//! `GET /checkout_sessions/{id}` (RFC agentic checkout §4.3): 200 with the bytes that are ready.

use axum::extract::{Path, State};
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::Collection;
use http::StatusCode;

use crate::Seller;

pub(crate) async fn get_checkout_session(
    State(seller): State<Seller>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let config = seller.config();
    let found = config
        .store
        .rendered(Collection::CheckoutSessions, config.tenant, &id)
        .await?;
    match found {
        Some((owner, bytes)) if owner == call.caller.as_str() => {
            Ok(Reply::bytes(StatusCode::OK, bytes))
        }
        _ => Err(ApiError::not_found("checkout session")),
    }
}
