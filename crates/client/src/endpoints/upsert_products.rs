//! `PATCH /feeds/{id}/products` (feed API).

use comptoir_acp::{
    id::{FeedId, IdempotencyKey},
    latest::feed::{UpsertProductsRequest, UpsertProductsResponse},
};

use crate::{Client, ClientError, Method, PrepareError, Prepared, Response};

impl Prepared<UpsertProductsResponse> {
    /// Prepares `PATCH /feeds/{id}/products`.
    pub fn upsert_products(
        id: &FeedId,
        request: &UpsertProductsRequest,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        Self::change(
            Method::Patch,
            &["feeds", id.as_str(), "products"],
            request,
            key,
        )
    }
}

impl Client {
    /// Replaces products by id; others stay. Look at `accepted`: status 200 alone says nothing.
    pub async fn upsert_products(
        &self,
        id: &FeedId,
        request: &UpsertProductsRequest,
        key: IdempotencyKey,
    ) -> Result<Response<UpsertProductsResponse>, ClientError> {
        self.send(&Prepared::upsert_products(id, request, key)?)
            .await
    }
}
