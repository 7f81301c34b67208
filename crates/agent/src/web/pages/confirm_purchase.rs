//! `POST /purchases/{id}/confirm`: the order button, the only control that orders.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    agent::Agent,
    purchase::{Card, CardError, Confirmation, PurchaseError},
    web::{
        buyer::Submitted, checkout_page, page_error::PageError, respond, view::CardFormProblems,
    },
};

/// Takes the card, hands it to the payment and forgets it.
pub(crate) async fn confirm_purchase(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    form: Submitted,
) -> Result<Response, PageError> {
    let buyer = &form.buyer;
    let words = buyer.language.words();
    let here = format!("/purchases/{id}");
    let purchase = agent
        .purchase_of(&buyer.owner, &id)
        .await
        .map_err(|error| PageError::purchase(buyer, &error))?;
    if purchase.state != crate::PurchaseState::Open {
        // A second press: shows what the first one did.
        return Ok(respond::see(&here));
    }
    let now = agent.parts().environment.now();
    let card = match Card::read(
        form.get("number"),
        form.get("expiry"),
        form.get("cvc"),
        form.get("holder"),
        now,
    ) {
        Ok(card) => card,
        Err(error) => {
            let mut problems = CardFormProblems::default();
            match error {
                CardError::Number => problems.number = Some(words.field_card_number),
                CardError::Expiry => problems.expiry = Some(words.field_expiry),
                CardError::Cvc => problems.cvc = Some(words.field_cvc),
            }
            return checkout_page::show(&agent, buyer, purchase, "", problems, None).await;
        }
    };
    let confirmation = Confirmation {
        card_digest: form.get("card_digest").to_owned(),
        changes_seen: form.get("changes_seen") == "yes",
        card,
        language: buyer.language,
    };
    match agent.confirm(&buyer.owner, &id, confirmation).await {
        // What changed is on the page itself, and so is the payment's progress.
        Ok(_) | Err(PurchaseError::ReviewChanged) => Ok(respond::see(&here)),
        Err(PurchaseError::ChangesNotSeen) => {
            let problems = CardFormProblems {
                changes: Some(words.changes_ack),
                ..CardFormProblems::default()
            };
            checkout_page::show(&agent, buyer, purchase, "", problems, None).await
        }
        Err(error) => {
            let notice = checkout_page::problem(&error, buyer.language);
            checkout_page::show(
                &agent,
                buyer,
                purchase,
                "",
                CardFormProblems::default(),
                Some(notice),
            )
            .await
        }
    }
}
