//! `POST /purchases/{id}/address`: where it goes.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    agent::Agent,
    purchase::{Destination, PurchaseError},
    web::{address_form, buyer::Submitted, checkout_page, page_error::PageError, respond},
};

/// Takes the address, or shows the form again with what is wrong.
pub(crate) async fn set_address(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    form: Submitted,
) -> Result<Response, PageError> {
    let buyer = &form.buyer;
    let (shown, complete) = address_form::read(&form);
    if !complete {
        let purchase = agent
            .purchase_of(&buyer.owner, &id)
            .await
            .map_err(|error| PageError::purchase(buyer, &error))?;
        return checkout_page::address(&agent, buyer, &purchase, shown, None).await;
    }
    let text = |name: &str| form.get(name).trim().to_owned();
    let destination = Destination {
        name: text("name"),
        line_one: text("line_one"),
        line_two: text("line_two"),
        city: text("city"),
        state: text("state"),
        country: text("country"),
        postal_code: text("postal_code"),
        email: text("email"),
        phone: text("phone"),
        notes: text("notes"),
    };
    match agent.set_address(&buyer.owner, &id, destination).await {
        Ok(()) => Ok(respond::see(&format!("/purchases/{id}?step=delivery"))),
        Err(
            error @ (PurchaseError::SellerRefused { .. }
            | PurchaseError::SellerUnavailable
            | PurchaseError::Seller(_)),
        ) => {
            let purchase = agent
                .purchase_of(&buyer.owner, &id)
                .await
                .map_err(|error| PageError::purchase(buyer, &error))?;
            let notice = checkout_page::problem(&error, buyer.language);
            checkout_page::address(&agent, buyer, &purchase, shown, Some(notice)).await
        }
        Err(error) => Err(PageError::purchase(buyer, &error)),
    }
}
