//! `POST /v1/charges`: charges a token, once per `charge_key`. Our own surface for sellers.
//!
//! Counterpart of the redemption that the delegate payment RFC leaves to the PSP (§2.5, "Usage &
//! Expiry"). The charge key is the identity of the request; an `Idempotency-Key` is accepted and not
//! needed.

use axum::extract::State;
use comptoir_acp::{
    id::{CheckoutSessionId, MerchantId},
    money::MinorUnits,
};
use comptoir_http::{ApiError, Call, Reply};
use comptoir_processors::{Authentication, AuthenticationOutcome};
use http::StatusCode;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::fields;
use crate::{
    charging::{self, ChargeOrder, Charged},
    psp::Face,
    vault::PlainToken,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    token: Zeroizing<String>,
    charge_key: String,
    amount: i64,
    currency: String,
    checkout_session_id: CheckoutSessionId,
    order_ref: Option<String>,
    authentication: Option<AuthenticationResult>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthenticationResult {
    outcome: String,
    three_ds_cryptogram: Option<String>,
    electronic_commerce_indicator: Option<String>,
    transaction_id: Option<String>,
    version: Option<String>,
}

/// 201 with a new charge, 200 with the charge that this key made before.
pub(crate) async fn handle(State(face): State<Face>, call: Call) -> Result<Reply, ApiError> {
    let order = read(&call)?;
    match charging::create(&face.shared, order).await {
        Ok(Charged { charge, created }) => {
            let status = if created {
                StatusCode::CREATED
            } else {
                StatusCode::OK
            };
            Reply::json(status, &charge.view())
        }
        Err(refusal) => refusal.into_reply(),
    }
}

fn read(call: &Call) -> Result<ChargeOrder, ApiError> {
    let request: Request = call.parse()?;
    Ok(ChargeOrder {
        // Who pays whom is fixed by the caller's key, never by what a body claims.
        merchant_id: MerchantId::parse(call.caller.as_str()).map_err(ApiError::internal)?,
        token: PlainToken::parse(&request.token).map(|token| token.record_id()),
        charge_key: fields::key(&request.charge_key, "$.charge_key")?,
        amount: MinorUnits::new(request.amount),
        currency: fields::currency(&request.currency, "$.currency")?,
        checkout_session_id: request.checkout_session_id,
        order_ref: fields::note(request.order_ref, "$.order_ref")?,
        authentication: request.authentication.map(authentication).transpose()?,
    })
}

fn authentication(result: AuthenticationResult) -> Result<Authentication, ApiError> {
    let outcome = AuthenticationOutcome::parse(&result.outcome).ok_or_else(|| {
        ApiError::invalid(
            "$.authentication.outcome",
            "is not an outcome of 3-D Secure",
        )
    })?;
    // The checkout schema asks for the proof with exactly these outcomes.
    let proven = result.three_ds_cryptogram.is_some() && result.transaction_id.is_some();
    if outcome.permits_charge() && !proven {
        return Err(ApiError::missing("$.authentication.three_ds_cryptogram"));
    }
    Ok(Authentication {
        outcome,
        three_ds_cryptogram: fields::note(
            result.three_ds_cryptogram,
            "$.authentication.three_ds_cryptogram",
        )?,
        electronic_commerce_indicator: fields::note(
            result.electronic_commerce_indicator,
            "$.authentication.electronic_commerce_indicator",
        )?,
        transaction_id: fields::note(result.transaction_id, "$.authentication.transaction_id")?,
        version: fields::note(result.version, "$.authentication.version")?,
    })
}
