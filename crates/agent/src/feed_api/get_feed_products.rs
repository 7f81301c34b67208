//! `GET /feeds/{id}/products`
//!
//! `openapi.feed.yaml`, operation `getFeedProducts`: the full set, as it was pushed.

use axum::extract::{Path, State};
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::{Collection, ReadTx, RecordQuery, TenantId};
use http::StatusCode;

use super::feed_record;
use crate::agent::Agent;

/// Products read from the store at once.
const PAGE: u32 = 1_000;

/// All products of one of the caller's feeds.
pub(super) async fn get_feed_products(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let seller_id = call.caller.as_str().to_owned();
    let body = agent
        .parts()
        .store
        .read("get_feed_products", move |tx: &dyn ReadTx| {
            feed_record::load(tx, &seller_id, &id)?;
            products(tx, &id)
        })
        .await?;
    Ok(Reply::bytes(StatusCode::OK, body))
}

/// Joins the stored documents; they are valid JSON already.
fn products(tx: &dyn ReadTx, feed_id: &str) -> Result<Vec<u8>, ApiError> {
    let mut body = br#"{"products":["#.to_vec();
    let mut after_key = None;
    loop {
        let query = RecordQuery {
            parent: Some(feed_id),
            after_key,
            limit: PAGE,
            ..RecordQuery::default()
        };
        let page = tx.records(Collection::Feeds, TenantId::DEFAULT, &query)?;
        let Some(last) = page.last() else {
            break;
        };
        for record in &page {
            if body.last() == Some(&b'}') {
                body.push(b',');
            }
            body.extend_from_slice(&record.document);
        }
        after_key = Some(last.key);
    }
    body.extend_from_slice(b"]}");
    Ok(body)
}
