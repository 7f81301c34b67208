//! `POST /agentic_commerce/delegate_payment` (delegate payment RFC).

use comptoir_acp::{
    id::IdempotencyKey,
    latest::delegate_payment::{DelegatePaymentRequest, DelegatePaymentResponse},
};

use crate::{Client, ClientError, PrepareError, Prepared, Response};

impl Prepared<DelegatePaymentResponse> {
    /// Prepares `POST /agentic_commerce/delegate_payment`. It holds a card: it cannot be stored, and
    /// its bytes are wiped when it is dropped.
    pub fn delegate_payment(
        request: &DelegatePaymentRequest,
        key: IdempotencyKey,
    ) -> Result<Self, PrepareError> {
        let body = request.expose_json().map_err(PrepareError::Json)?;
        Ok(Self::with_card_data(
            "/agentic_commerce/delegate_payment",
            body,
            key,
        ))
    }
}

impl Client {
    /// Hands a card to the payment provider and receives a limited token.
    pub async fn delegate_payment(
        &self,
        request: &DelegatePaymentRequest,
        key: IdempotencyKey,
    ) -> Result<Response<DelegatePaymentResponse>, ClientError> {
        self.send(&Prepared::delegate_payment(request, key)?).await
    }
}
