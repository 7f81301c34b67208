//! `POST /feeds` (feed API).

use comptoir_acp::{
    id::IdempotencyKey,
    latest::feed::{CreateFeedRequest, FeedMetadata},
};

use crate::{Client, ClientError, Method, PrepareError, Prepared, Response};

impl Prepared<FeedMetadata> {
    /// Prepares `POST /feeds`.
    pub fn create_feed(
        request: &CreateFeedRequest,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        Self::change(Method::Post, &["feeds"], request, key)
    }
}

impl Client {
    /// Creates a feed at an agent.
    pub async fn create_feed(
        &self,
        request: &CreateFeedRequest,
        key: IdempotencyKey,
    ) -> Result<Response<FeedMetadata>, ClientError> {
        self.send(&Prepared::create_feed(request, key)?).await
    }
}
