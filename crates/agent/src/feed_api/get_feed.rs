//! `GET /feeds/{id}`
//!
//! `openapi.feed.yaml`, operation `getFeed`.

use axum::extract::{Path, State};
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::ReadTx;
use http::StatusCode;

use super::feed_record;
use crate::agent::Agent;

/// Metadata of one of the caller's feeds.
pub(super) async fn get_feed(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let seller_id = call.caller.as_str().to_owned();
    let record = agent
        .parts()
        .store
        .read("get_feed", move |tx: &dyn ReadTx| {
            feed_record::load(tx, &seller_id, &id)
        })
        .await?;
    Ok(Reply::bytes(StatusCode::OK, record.document))
}
