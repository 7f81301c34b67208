//! The payment of a completion.

use comptoir_acp::latest::checkout::CheckoutSessionCompleteRequest;
use comptoir_commerce::checkout::{Authentication as Verdict, Completion};
use comptoir_http::ApiError;
use comptoir_processors::{Authentication, HandlerDeclaration};
use secrecy::SecretString;

/// A completion, taken apart.
pub(crate) struct Payment {
    pub(crate) completion: Completion,
    pub(crate) order_notes: Option<String>,
    pub(crate) token: SecretString,
    pub(crate) authentication: Option<Authentication>,
}

/// Reads a complete request. Only a token for the announced handler is a payment: a purchase order
/// number alone would be an order without any charge.
pub(crate) fn complete(
    request: CheckoutSessionCompleteRequest,
    handler: &HandlerDeclaration,
) -> Result<Payment, ApiError> {
    let data = request.payment_data;
    let (Some(handler_id), Some(instrument)) = (data.handler_id, data.instrument) else {
        let message = "orders on a purchase order need an agreement that this shop has not made";
        return Err(ApiError::invalid(
            "$.payment_data.purchase_order_number",
            message,
        ));
    };
    if handler_id != handler.id {
        let message = "this handler is not among capabilities.payment.handlers";
        return Err(ApiError::invalid("$.payment_data.handler_id", message));
    }
    let token = instrument.credential.token.expose();
    if token.is_empty() {
        return Err(ApiError::missing(
            "$.payment_data.instrument.credential.token",
        ));
    }
    let authentication = request
        .authentication_result
        .as_ref()
        .map(super::authentication);
    Ok(Payment {
        completion: Completion {
            buyer: request.buyer.map(super::buyer).transpose()?,
            authentication: verdict(authentication.as_ref()),
        },
        order_notes: request.order_notes.map(|notes| notes.as_str().to_owned()),
        token: SecretString::from(token.to_owned()),
        authentication,
    })
}

fn verdict(authentication: Option<&Authentication>) -> Verdict {
    match authentication {
        None => Verdict::NotProvided,
        Some(result) if result.outcome.permits_charge() => Verdict::Passed,
        Some(_) => Verdict::Failed,
    }
}
