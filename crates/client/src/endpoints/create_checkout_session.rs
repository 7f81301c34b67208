//! `POST /checkout_sessions` (checkout RFC).

use comptoir_acp::{
    id::IdempotencyKey,
    latest::checkout::{CheckoutSession, CheckoutSessionCreateRequest},
};

use crate::{Client, ClientError, Method, PrepareError, Prepared, Response};

impl Prepared<CheckoutSession> {
    /// Prepares `POST /checkout_sessions`.
    pub fn create_checkout_session(
        request: &CheckoutSessionCreateRequest,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        Self::change(Method::Post, &["checkout_sessions"], request, key)
    }
}

impl Client {
    /// Opens a session.
    pub async fn create_checkout_session(
        &self,
        request: &CheckoutSessionCreateRequest,
        key: IdempotencyKey,
    ) -> Result<Response<CheckoutSession>, ClientError> {
        self.send(&Prepared::create_checkout_session(request, key)?)
            .await
    }
}
