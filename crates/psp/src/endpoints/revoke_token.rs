//! `POST /v1/tokens/{id}/revoke`: withdraws a token. Our own surface for agents (delegate payment RFC
//! §2.5, "Usage & Expiry").

use axum::extract::{Path, State};
use comptoir_commerce::token::RevokeCause;
use comptoir_http::{ApiError, Call, Reply};
use http::StatusCode;

use super::retrieve_token::view;
use crate::{
    psp::Face,
    refusal::Refusal,
    row,
    token::{self, TokenDocument},
    vault::PlainToken,
};

/// 200 with the token, also when it was revoked before; 409 or 410 when it ended otherwise.
pub(crate) async fn handle(
    State(face): State<Face>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let Some(token) = PlainToken::parse(&id) else {
        return Refusal::TokenNotFound.into_reply();
    };
    let (tenant, now) = (face.shared.tenant, face.shared.environment.now());
    let (record_id, caller) = (token.record_id(), call.caller.as_str().to_owned());
    let revoked = face
        .shared
        .store
        .write("psp_revoke_token", move |tx| {
            let found = row::find::<TokenDocument>(tx, tenant, &record_id)?;
            let Some((record, mut document)) =
                found.filter(|(_, document)| document.token.owner == caller)
            else {
                return Err(Refusal::TokenNotFound);
            };
            document.token = document
                .token
                .revoke(RevokeCause::Requested, now)
                .map_err(Refusal::Token)?;
            token::replace(tx, tenant, &record, &document)?;
            Ok(document)
        })
        .await;
    match revoked {
        Ok(document) => {
            face.shared.vault.codes.forget(document.token.id.as_str());
            Reply::json(StatusCode::OK, &view(&document, now))
        }
        Err(refusal) => refusal.into_reply(),
    }
}
