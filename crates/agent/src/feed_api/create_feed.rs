//! `POST /feeds`
//!
//! `openapi.feed.yaml`, operation `createFeed`. With an `Idempotency-Key` a repetition gets the
//! first answer.

use axum::extract::State;
use comptoir_http::{ApiError, Call, Reply, idempotency};
use comptoir_store::{Collection, NewRecord, TenantId, Tx};
use http::StatusCode;
use serde::Deserialize;

use super::feed_record::FeedMetadata;
use crate::{agent::Agent, catalog::FEED};

/// `schema.feed.json#/$defs/CreateFeedRequest`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateFeedRequest {
    #[serde(default)]
    target_country: Option<String>,
}

/// Creates an empty feed for the calling seller.
pub(super) async fn create_feed(State(agent): State<Agent>, call: Call) -> Result<Reply, ApiError> {
    let request: CreateFeedRequest = call.parse()?;
    if let Some(country) = &request.target_country
        && !(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        return Err(ApiError::invalid(
            "$.target_country",
            "target_country must be an ISO 3166-1 alpha-2 code",
        )
        .with_code("invalid_target_country"));
    }
    let environment = &agent.parts().environment;
    let feed = FeedMetadata {
        id: environment.new_id("feed"),
        target_country: request.target_country,
        updated_at: Some(environment.now()),
    };
    let (key, now, seller_id) = (
        call.key()?,
        environment.now_micros(),
        call.caller.as_str().to_owned(),
    );
    agent
        .parts()
        .store
        .write("create_feed", move |tx: &mut dyn Tx| {
            idempotency::once(tx, &key, now, &mut |tx| {
                let document = serde_json::to_vec(&feed).map_err(ApiError::internal)?;
                tx.insert(
                    Collection::Feeds,
                    &NewRecord {
                        tenant: TenantId::DEFAULT,
                        id: &feed.id,
                        owner: &seller_id,
                        state: FEED,
                        unique_ref: None,
                        parent: None,
                        due_at: None,
                        document: &document,
                        rendered: None,
                        now,
                    },
                )?;
                Reply::json(StatusCode::CREATED, &feed)
            })
        })
        .await
}
