//! `POST /basket/items`: puts an item into the basket, changes its quantity or takes it out.

use axum::{extract::State, response::Response};

use crate::{
    agent::Agent,
    conversation::BasketLine,
    purchase::QUANTITY_MAX,
    text::path_segment,
    web::{buyer::Submitted, page_error::PageError, records, respond, show_products},
};

/// Changes one line.
pub(crate) async fn change_basket(
    State(agent): State<Agent>,
    form: Submitted,
) -> Result<Response, PageError> {
    let sets = form.get("mode") == "set";
    let quantity = match form.get("remove") {
        "yes" => 0,
        _ => form
            .get("quantity")
            .parse::<u32>()
            .unwrap_or(1)
            .min(QUANTITY_MAX),
    };
    let line = BasketLine {
        seller: form.get("seller").to_owned(),
        product_id: form.get("product").to_owned(),
        variant_id: form.get("variant").to_owned(),
        quantity,
    };
    if quantity > 0
        && agent
            .offer(&line.seller, &line.product_id, &line.variant_id)
            .is_none()
    {
        return Err(PageError::not_found(&form.buyer));
    }
    let added = line.clone();
    records::change(&agent, &form.buyer, move |record| {
        let before = record.basket.iter().find(|known| {
            known.seller == added.seller
                && known.product_id == added.product_id
                && known.variant_id == added.variant_id
        });
        let before = before.map_or(0, |known| known.quantity);
        let quantity = if sets {
            added.quantity
        } else {
            before.saturating_add(added.quantity).min(QUANTITY_MAX)
        };
        record.set_quantity(BasketLine {
            quantity,
            ..added.clone()
        });
    })
    .await?;
    if sets {
        return Ok(respond::see("/basket"));
    }
    let product = show_products::product_href(&line.seller, &line.product_id);
    Ok(respond::see(&format!(
        "{product}?added=true&variant={}",
        path_segment(&line.variant_id)
    )))
}
