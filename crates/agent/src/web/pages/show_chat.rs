//! `GET /`: the conversation.

use axum::{extract::State, response::Response};

use crate::{
    agent::Agent,
    web::{
        buyer::Buyer, page_error::PageError, records, respond, show_products, templates::ChatPage,
        view::Place,
    },
};

/// Shows the conversation so far, or how to begin one.
pub(crate) async fn show_chat(
    State(agent): State<Agent>,
    buyer: Buyer,
) -> Result<Response, PageError> {
    let record = records::load(&agent, &buyer).await?;
    let turns = record
        .turns
        .iter()
        .map(|turn| show_products::turn(&agent, turn, buyer.language))
        .collect();
    let title = buyer.language.words().nav_chat;
    respond::page(
        &buyer,
        &ChatPage {
            shell: respond::shell(&buyer, &record, Place::Chat, title, "/"),
            turns,
            notice: None,
        },
    )
}
