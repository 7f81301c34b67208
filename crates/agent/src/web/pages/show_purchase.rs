//! `GET /purchases/{id}`: the next step of a purchase, or what became of it.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use crate::{
    agent::Agent,
    web::{
        buyer::Buyer, checkout_page, outcome_page, page_error::PageError, view::CardFormProblems,
    },
};

/// What the address may say.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wish {
    /// `address` or `delivery`: to change what was given.
    #[serde(default)]
    step: String,
}

/// Shows a purchase of this buyer.
pub(crate) async fn show_purchase(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
    buyer: Buyer,
) -> Result<Response, PageError> {
    let purchase = agent
        .purchase_of(&buyer.owner, &id)
        .await
        .map_err(|error| PageError::purchase(&buyer, &error))?;
    if purchase.state == crate::PurchaseState::Open {
        checkout_page::show(
            &agent,
            &buyer,
            purchase,
            &wish.step,
            CardFormProblems::default(),
            None,
        )
        .await
    } else {
        outcome_page::show(&agent, &buyer, &purchase).await
    }
}
