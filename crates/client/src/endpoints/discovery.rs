//! `GET /.well-known/acp.json` (discovery RFC).

use comptoir_acp::latest::discovery::DiscoveryResponse;

use crate::{Client, ClientError, Prepared, Response};

impl Prepared<DiscoveryResponse> {
    /// Prepares `GET /.well-known/acp.json` at the root of the host, sent without bearer key.
    #[must_use]
    pub fn discovery() -> Self {
        Self::public("/.well-known/acp.json")
    }
}

impl Client {
    /// Asks a server what it speaks.
    pub async fn discovery(&self) -> Result<Response<DiscoveryResponse>, ClientError> {
        self.send(&Prepared::discovery()).await
    }
}
