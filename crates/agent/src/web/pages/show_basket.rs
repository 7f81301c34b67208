//! `GET /basket`: what is to be bought, by seller.

use axum::{extract::State, response::Response};

use crate::{
    agent::Agent,
    web::{
        buyer::Buyer, page_error::PageError, records, respond, show_products,
        templates::BasketPage, view::Place,
    },
};

/// Shows the basket.
pub(crate) async fn show_basket(
    State(agent): State<Agent>,
    buyer: Buyer,
) -> Result<Response, PageError> {
    let record = records::load(&agent, &buyer).await?;
    let groups = show_products::basket(&agent, &record.basket, buyer.language);
    let title = buyer.language.words().nav_basket;
    let shell = respond::shell(&buyer, &record, Place::Basket, title, "/basket");
    respond::page(
        &buyer,
        &BasketPage {
            shell,
            groups,
            notice: None,
        },
    )
}
