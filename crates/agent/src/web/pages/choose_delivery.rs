//! `POST /purchases/{id}/delivery`: how it arrives.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    agent::Agent,
    web::{
        buyer::Submitted, checkout_page, page_error::PageError, respond, view::CardFormProblems,
    },
};

/// Takes the choice.
pub(crate) async fn choose_delivery(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    form: Submitted,
) -> Result<Response, PageError> {
    let buyer = &form.buyer;
    match agent
        .choose_shipping(&buyer.owner, &id, form.get("option"))
        .await
    {
        Ok(()) => Ok(respond::see(&format!("/purchases/{id}"))),
        Err(error) => {
            let purchase = agent
                .open_purchase_of(&buyer.owner, &id)
                .await
                .map_err(|error| PageError::purchase(buyer, &error))?;
            let notice = checkout_page::problem(&error, buyer.language);
            checkout_page::show(
                &agent,
                buyer,
                purchase,
                "delivery",
                CardFormProblems::default(),
                Some(notice),
            )
            .await
        }
    }
}
