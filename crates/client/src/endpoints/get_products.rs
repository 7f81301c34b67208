//! `GET /feeds/{id}/products` (feed API).

use comptoir_acp::{id::FeedId, latest::feed::ProductsResponse};

use crate::{Client, ClientError, PrepareError, Prepared, Response};

impl Prepared<ProductsResponse> {
    /// Prepares `GET /feeds/{id}/products`.
    pub fn get_products(id: &FeedId) -> Result<Self, PrepareError> {
        Self::get(&["feeds", id.as_str(), "products"])
    }
}

impl Client {
    /// Reads all products of a feed; raise [`response_bytes_max`](crate::ClientConfig) for large ones.
    pub async fn get_products(
        &self,
        id: &FeedId,
    ) -> Result<Response<ProductsResponse>, ClientError> {
        self.send(&Prepared::get_products(id)?).await
    }
}
