//! `POST /checkout_sessions/{id}/cancel` (checkout RFC).

use comptoir_acp::{
    id::{CheckoutSessionId, IdempotencyKey},
    latest::checkout::{CancelSessionRequest, CheckoutSession},
};

use crate::{Client, ClientError, Method, PrepareError, Prepared, Response};

impl Prepared<CheckoutSession> {
    /// Prepares `POST /checkout_sessions/{id}/cancel`.
    pub fn cancel_checkout_session(
        id: &CheckoutSessionId,
        request: &CancelSessionRequest,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        Self::change(
            Method::Post,
            &["checkout_sessions", id.as_str(), "cancel"],
            request,
            key,
        )
    }
}

impl Client {
    /// Cancels a session.
    pub async fn cancel_checkout_session(
        &self,
        id: &CheckoutSessionId,
        request: &CancelSessionRequest,
        key: IdempotencyKey,
    ) -> Result<Response<CheckoutSession>, ClientError> {
        self.send(&Prepared::cancel_checkout_session(id, request, key)?)
            .await
    }
}
