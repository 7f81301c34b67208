//! `GET /v1/refunds?refund_key=`: what became of a refund. Our own surface for sellers (the delegate
//! payment RFC leaves refunds out of scope, §1).

use axum::extract::State;
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::StoreError;
use http::StatusCode;

use super::fields;
use crate::{psp::Face, refund::Refund, refunding, refusal::Refusal, row};

/// 200 with the refund, 404 `refund_not_found` when the key was never seen.
pub(crate) async fn handle(State(face): State<Face>, call: Call) -> Result<Reply, ApiError> {
    let refund_key = fields::key(
        &fields::query(call.query.as_deref(), "refund_key")?,
        "$.refund_key",
    )?;
    let (tenant, merchant) = (face.shared.tenant, call.caller.as_str().to_owned());
    let found = face
        .shared
        .store
        .read("psp_find_refund", move |tx| {
            let found = row::find_by_key::<Refund>(tx, tenant, &merchant, &refund_key)?;
            Ok::<_, StoreError>(found.map(|(_, refund)| refund))
        })
        .await?;
    match found {
        Some(refund) => Reply::json(
            StatusCode::OK,
            &refunding::resolve(&face.shared, refund).await?.view(),
        ),
        None => Refusal::RefundNotFound.into_reply(),
    }
}
