//! A feed in the store: metadata, and its products as records below it.

use comptoir_http::ApiError;
use comptoir_store::{Collection, ReadTx, Record, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Metadata of a feed. `schema.feed.json#/$defs/FeedMetadata`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedMetadata {
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target_country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) updated_at: Option<Timestamp>,
}

/// Identifier of a product's record: product ids are unique within a feed.
pub(super) fn product_record_id(feed_id: &str, product_id: &str) -> String {
    format!("{feed_id}/{product_id}")
}

/// Loads a feed of this seller; another seller's feed does not exist for it.
pub(super) fn load(tx: &dyn ReadTx, seller_id: &str, feed_id: &str) -> Result<Record, ApiError> {
    let record = tx.record(Collection::Feeds, TenantId::DEFAULT, feed_id)?;
    record
        .filter(|record| record.owner == seller_id && record.state == crate::catalog::FEED)
        .ok_or_else(|| ApiError::not_found("feed").with_code("feed_not_found"))
}
