//! `GET /v1/charges?charge_key=`: what became of a charge. Our own surface for sellers.
//!
//! A pending charge is first asked for at the issuer: a look-up is how a seller settles an unknown
//! outcome (delegate payment RFC §5.7, "Recovery points").

use axum::extract::State;
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::StoreError;
use http::StatusCode;

use super::fields;
use crate::{charge::Charge, charging, psp::Face, refusal::Refusal, row};

/// 200 with the charge, 404 `charge_not_found` when the key was never seen.
pub(crate) async fn handle(State(face): State<Face>, call: Call) -> Result<Reply, ApiError> {
    let charge_key = fields::key(
        &fields::query(call.query.as_deref(), "charge_key")?,
        "$.charge_key",
    )?;
    let (tenant, merchant) = (face.shared.tenant, call.caller.as_str().to_owned());
    let found = face
        .shared
        .store
        .read("psp_find_charge", move |tx| {
            let found = row::find_by_key::<Charge>(tx, tenant, &merchant, &charge_key)?;
            Ok::<_, StoreError>(found.map(|(_, charge)| charge))
        })
        .await?;
    match found {
        Some(charge) => Reply::json(
            StatusCode::OK,
            &charging::resolve(&face.shared, charge).await?.view(),
        ),
        None => Refusal::ChargeNotFound.into_reply(),
    }
}
