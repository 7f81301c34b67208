//! `POST /checkout_sessions/{id}` (checkout RFC).

use comptoir_acp::{
    id::{CheckoutSessionId, IdempotencyKey},
    latest::checkout::{CheckoutSession, CheckoutSessionUpdateRequest},
};

use crate::{Client, ClientError, Method, PrepareError, Prepared, Response};

impl Prepared<CheckoutSession> {
    /// Prepares `POST /checkout_sessions/{id}`.
    pub fn update_checkout_session(
        id: &CheckoutSessionId,
        request: &CheckoutSessionUpdateRequest,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        Self::change(
            Method::Post,
            &["checkout_sessions", id.as_str()],
            request,
            key,
        )
    }
}

impl Client {
    /// Changes a session; the answer is its full state.
    pub async fn update_checkout_session(
        &self,
        id: &CheckoutSessionId,
        request: &CheckoutSessionUpdateRequest,
        key: IdempotencyKey,
    ) -> Result<Response<CheckoutSession>, ClientError> {
        self.send(&Prepared::update_checkout_session(id, request, key)?)
            .await
    }
}
