//! `GET /orders`: the buyer's orders, newest first.

use axum::{extract::State, response::Response};

use crate::{
    PurchaseState,
    agent::Agent,
    web::{
        buyer::Buyer, page_error::PageError, records, respond, show_order, templates::OrdersPage,
        view::Place,
    },
};

/// Lists orders and what is still under way; given-up checkouts are left out.
pub(crate) async fn show_orders(
    State(agent): State<Agent>,
    buyer: Buyer,
) -> Result<Response, PageError> {
    let purchases = agent
        .purchases_of(&buyer.owner)
        .await
        .map_err(|error| PageError::purchase(&buyer, &error))?;
    let record = records::load(&agent, &buyer).await?;
    let orders = purchases
        .iter()
        .filter(|purchase| purchase.state != PurchaseState::Closed || purchase.notice.is_some())
        .map(|purchase| show_order::row(&agent, purchase, buyer.language))
        .collect();
    let title = buyer.language.words().nav_orders;
    respond::page(
        &buyer,
        &OrdersPage {
            shell: respond::shell(&buyer, &record, Place::Orders, title, "/orders"),
            orders,
        },
    )
}
