//! `POST /checkout_sessions/{id}/complete` (checkout RFC).

use comptoir_acp::{
    id::{CheckoutSessionId, IdempotencyKey},
    latest::checkout::{CheckoutSession, CheckoutSessionCompleteRequest},
};

use crate::{Client, ClientError, Method, PrepareError, Prepared, Response};

impl Prepared<CheckoutSession> {
    /// Prepares `POST /checkout_sessions/{id}/complete`.
    pub fn complete_checkout_session(
        id: &CheckoutSessionId,
        request: &CheckoutSessionCompleteRequest,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        Self::change(
            Method::Post,
            &["checkout_sessions", id.as_str(), "complete"],
            request,
            key,
        )
    }
}

impl Client {
    /// Pays a session. Store the prepared call before sending it: see [`Prepared::to_record`].
    pub async fn complete_checkout_session(
        &self,
        id: &CheckoutSessionId,
        request: &CheckoutSessionCompleteRequest,
        key: IdempotencyKey,
    ) -> Result<Response<CheckoutSession>, ClientError> {
        self.send(&Prepared::complete_checkout_session(id, request, key)?)
            .await
    }
}
