//! `POST /purchases`: buys one item.

use axum::{extract::State, response::Response};

use crate::{
    agent::Agent,
    purchase::ItemChoice,
    web::{buyer::Submitted, page_error::PageError, respond},
};

/// Opens a checkout for one item.
pub(crate) async fn start_purchase(
    State(agent): State<Agent>,
    form: Submitted,
) -> Result<Response, PageError> {
    let buyer = &form.buyer;
    let choice = ItemChoice {
        product_id: form.get("product").to_owned(),
        variant_id: form.get("variant").to_owned(),
        quantity: form.get("quantity").parse().unwrap_or(0),
    };
    let purchase_id = agent
        .start_purchase(&buyer.owner, buyer.language, form.get("seller"), &[choice])
        .await
        .map_err(|error| PageError::purchase(buyer, &error))?;
    Ok(respond::see(&format!("/purchases/{purchase_id}")))
}
