//! `GET /v1/charges/{id}`: one charge. Our own surface for sellers (delegate payment RFC §5.7,
//! "Recovery points").

use axum::extract::{Path, State};
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::StoreError;
use http::StatusCode;

use crate::{charge::Charge, charging, psp::Face, refusal::Refusal, row};

/// 200 with the charge, 404 when there is none or it is another merchant's.
pub(crate) async fn handle(
    State(face): State<Face>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let tenant = face.shared.tenant;
    let found = face
        .shared
        .store
        .read("psp_retrieve_charge", move |tx| {
            Ok::<_, StoreError>(row::find::<Charge>(tx, tenant, &id)?.map(|(_, charge)| charge))
        })
        .await?;
    match found.filter(|charge| charge.merchant_id == call.caller.as_str()) {
        Some(charge) => Reply::json(
            StatusCode::OK,
            &charging::resolve(&face.shared, charge).await?.view(),
        ),
        None => Refusal::ChargeNotFound.into_reply(),
    }
}
