//! `GET /feeds/{id}` (feed API).

use comptoir_acp::{id::FeedId, latest::feed::FeedMetadata};

use crate::{Client, ClientError, PrepareError, Prepared, Response};

impl Prepared<FeedMetadata> {
    /// Prepares `GET /feeds/{id}`.
    pub fn get_feed(id: &FeedId) -> Result<Self, PrepareError> {
        Self::get(&["feeds", id.as_str()])
    }
}

impl Client {
    /// Reads what a feed says about itself.
    pub async fn get_feed(&self, id: &FeedId) -> Result<Response<FeedMetadata>, ClientError> {
        self.send(&Prepared::get_feed(id)?).await
    }
}
