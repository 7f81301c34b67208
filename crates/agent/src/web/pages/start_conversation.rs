//! `POST /conversations`: forgets the conversation and begins a new one; the basket stays.

use axum::{extract::State, response::Response};

use crate::{
    agent::Agent,
    web::{buyer::Submitted, page_error::PageError, records, respond},
};

/// Forgets what was said.
pub(crate) async fn start_conversation(
    State(agent): State<Agent>,
    form: Submitted,
) -> Result<Response, PageError> {
    records::change(&agent, &form.buyer, |record| {
        record.turns.clear();
        record.query = None;
    })
    .await?;
    Ok(respond::see("/"))
}
