//! `POST /checkout_sessions/{id}`: what an update changes.

use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Seller, Session, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    applied()
}

fn applied() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "update-status",
            "update answers 200",
            status,
        )
        .proves(&[
            "checkout.update.status-200",
            "checkout.lifecycle.five-operations",
        ])
        .advice("answer POST /checkout_sessions/{id} with 200 OK"),
        ask(
            Topic::Lifecycle,
            "update-keeps-id",
            "an update answers with the session that was named",
            keeps_id,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice("answer with the session of the path"),
        ask(
            Topic::Lifecycle,
            "update-applies-buyer",
            "a buyer given by an update comes back",
            applies_buyer,
        )
        .proves(&["checkout.update.applies-details"])
        .advice("store the buyer and answer with it"),
        ask(
            Topic::Lifecycle,
            "update-applies-address",
            "an address given by an update comes back",
            applies_address,
        )
        .proves(&[
            "checkout.update.applies-details",
            "versions.address.flat",
            "versions.address.nested",
        ])
        .advice("store the address and answer with it"),
        ask(
            Topic::Lifecycle,
            "update-replaces-address",
            "a second address replaces the first",
            replaces_address,
        )
        .proves(&["checkout.update.applies-details"])
        .advice("replace the address as a whole; do not merge two addresses"),
    ];
    checks.extend(applied_more());
    checks
}

fn applied_more() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "update-brings-options",
            "an address given by an update brings fulfilment options with it",
            brings_options,
        )
        .proves(&["checkout.update.applies-details", "versions.address.flat"])
        .advice("compute the options whenever an address comes"),
        ask(
            Topic::Lifecycle,
            "update-applies-option",
            "another fulfilment option is selected in the answer",
            applies_option,
        )
        .proves(&[
            "checkout.update.applies-option",
            "versions.options.array-used",
        ])
        .advice("store the choice and answer with it"),
        ask(
            Topic::Lifecycle,
            "update-option-survives-retrieve",
            "a chosen fulfilment option is still chosen on retrieve",
            option_survives,
        )
        .proves(&[
            "checkout.update.applies-option",
            "checkout.get.latest-state",
        ])
        .advice("store the choice; do not select the cheapest again on reading"),
        ask(
            Topic::Lifecycle,
            "update-option-survives-buyer",
            "a chosen fulfilment option is still chosen after an update of the buyer",
            option_survives_buyer,
        )
        .proves(&["checkout.update.absent-keeps"])
        .advice("keep what an update does not name"),
    ]
}

async fn status(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let answer = seller.update(&session.id, &seller.buyer_body()).await?;
    seller
        .case()
        .status_or(&answer, &[200], "success-status-update")
}

async fn keeps_id(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let updated = seller.updated(&session, &seller.buyer_body()).await?;
    seller.case().must(
        updated.id == session.id,
        &updated.answer,
        "the answer's id is the id of the path",
        || format!("{} and {}", session.id, updated.id),
    )
}

async fn applies_buyer(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let updated = seller.updated(&session, &seller.buyer_body()).await?;
    seller.holds_buyer(&updated)
}

async fn applies_address(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let address = seller.target().address.clone();
    let updated = seller
        .updated(&session, &seller.address_body(&address))
        .await?;
    seller.holds_address(&updated, &address)
}

async fn replaces_address(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let address = seller.other_address();
    let updated = seller
        .updated(&session, &seller.address_body(&address))
        .await?;
    seller.holds_address(&updated, &address)?;
    let read = seller.read(&session.id).await?;
    seller.holds_address(&read, &address)
}

async fn brings_options(seller: Seller) -> Outcome {
    let direct = seller.new_session_with_address().await?;
    let session = seller.new_session().await?;
    let body = seller.address_body(&seller.target().address);
    let updated = seller.updated(&session, &body).await?;
    seller.case().must(
        updated.options().len() == direct.options().len(),
        &updated.answer,
        "an address brings the same options by update as by create",
        || {
            format!(
                "{} by create, {} by update",
                direct.options().len(),
                updated.options().len()
            )
        },
    )
}

/// A session whose second option was chosen, and that option's id.
async fn with_other_option(seller: &Seller) -> Outcome<(Session, String)> {
    let session = seller.ready_session().await?;
    let selected = session.selected_options();
    let other = session
        .options()
        .iter()
        .find_map(|option| Session::text(option, "id").filter(|id| !selected.contains(id)));
    let other = other.unwrap_or_default().to_owned();
    let body = seller.select_other(&session)?;
    Ok((seller.updated(&session, &body).await?, other))
}

fn selects(seller: &Seller, session: &Session, option: &str) -> Outcome {
    let selected = session.selected_options();
    seller.case().must(
        !selected.is_empty() && selected.iter().all(|&id| id == option),
        &session.answer,
        "the chosen option is the selected one",
        || format!("chose {option}, selected {selected:?}"),
    )
}

async fn applies_option(seller: Seller) -> Outcome {
    let (session, option) = with_other_option(&seller).await?;
    selects(&seller, &session, &option)
}

async fn option_survives(seller: Seller) -> Outcome {
    let (session, option) = with_other_option(&seller).await?;
    let read = seller.read(&session.id).await?;
    selects(&seller, &read, &option)
}

async fn option_survives_buyer(seller: Seller) -> Outcome {
    let (session, option) = with_other_option(&seller).await?;
    let updated = seller.updated(&session, &seller.buyer_body()).await?;
    selects(&seller, &updated, &option)
}
