//! `POST /purchases/{id}/cancel`: gives up a purchase before it is ordered.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    agent::Agent,
    purchase::PurchaseError,
    web::{buyer::Submitted, page_error::PageError, respond},
};

/// Gives up the purchase and shows that nothing was ordered.
pub(crate) async fn cancel_purchase(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    form: Submitted,
) -> Result<Response, PageError> {
    match agent.cancel_purchase(&form.buyer.owner, &id).await {
        Ok(()) | Err(PurchaseError::WrongState(_)) => Ok(respond::see(&format!("/purchases/{id}"))),
        Err(error) => Err(PageError::purchase(&form.buyer, &error)),
    }
}
