//! `POST /basket/checkout`: one checkout for all the basket's items of one seller.

use axum::{extract::State, response::Response};

use crate::{
    agent::Agent,
    purchase::ItemChoice,
    web::{buyer::Submitted, page_error::PageError, records, respond},
};

/// Opens the checkout; its items leave the basket.
pub(crate) async fn check_out_basket(
    State(agent): State<Agent>,
    form: Submitted,
) -> Result<Response, PageError> {
    let buyer = &form.buyer;
    let seller_id = form.get("seller").to_owned();
    let record = records::load(&agent, buyer).await?;
    let choices: Vec<ItemChoice> = record
        .basket
        .iter()
        .filter(|line| line.seller == seller_id)
        .map(|line| ItemChoice {
            product_id: line.product_id.clone(),
            variant_id: line.variant_id.clone(),
            quantity: line.quantity,
        })
        .collect();
    if choices.is_empty() {
        return Ok(respond::see("/basket"));
    }
    let purchase_id = agent
        .start_purchase(&buyer.owner, buyer.language, &seller_id, &choices)
        .await
        .map_err(|error| PageError::purchase(buyer, &error))?;
    records::change(&agent, buyer, move |record| {
        record.basket.retain(|line| line.seller != seller_id);
    })
    .await?;
    Ok(respond::see(&format!("/purchases/{purchase_id}")))
}
