//! `POST /v1/refunds`: returns money of a charge, once per `refund_key`. Our own surface for sellers
//! (the delegate payment RFC leaves refunds out of scope, §1).

use axum::extract::State;
use comptoir_acp::money::MinorUnits;
use comptoir_http::{ApiError, Call, Reply};
use http::StatusCode;
use serde::Deserialize;

use super::fields;
use crate::{
    psp::Face,
    refunding::{self, RefundOrder, Refunded},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    refund_key: String,
    charge_id: String,
    amount: i64,
    currency: String,
    reason: Option<String>,
}

/// 201 with a new refund, 200 with the refund that this key made before.
pub(crate) async fn handle(State(face): State<Face>, call: Call) -> Result<Reply, ApiError> {
    let request: Request = call.parse()?;
    let order = RefundOrder {
        merchant_id: call.caller.as_str().to_owned(),
        refund_key: fields::key(&request.refund_key, "$.refund_key")?,
        charge_id: fields::key(&request.charge_id, "$.charge_id")?,
        amount: MinorUnits::new(request.amount),
        currency: fields::currency(&request.currency, "$.currency")?,
        reason: fields::note(request.reason, "$.reason")?,
    };
    match refunding::create(&face.shared, order.check()?).await {
        Ok(Refunded { refund, created }) => {
            let status = if created {
                StatusCode::CREATED
            } else {
                StatusCode::OK
            };
            Reply::json(status, &refund.view())
        }
        Err(refusal) => refusal.into_reply(),
    }
}
