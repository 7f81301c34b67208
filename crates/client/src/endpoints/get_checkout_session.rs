//! `GET /checkout_sessions/{id}` (checkout RFC).

use comptoir_acp::{id::CheckoutSessionId, latest::checkout::CheckoutSession};

use crate::{Client, ClientError, PrepareError, Prepared, Response};

impl Prepared<CheckoutSession> {
    /// Prepares `GET /checkout_sessions/{id}`.
    pub fn get_checkout_session(id: &CheckoutSessionId) -> Result<Self, PrepareError> {
        Self::get(&["checkout_sessions", id.as_str()])
    }
}

impl Client {
    /// Reads a session.
    pub async fn get_checkout_session(
        &self,
        id: &CheckoutSessionId,
    ) -> Result<Response<CheckoutSession>, ClientError> {
        self.send(&Prepared::get_checkout_session(id)?).await
    }
}
