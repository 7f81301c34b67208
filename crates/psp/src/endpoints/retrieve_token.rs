//! `GET /v1/tokens/{id}`: limits and use of a token. Our own surface for agents (delegate payment RFC
//! §2.5, "Usage & Expiry").

use axum::extract::{Path, State};
use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_commerce::token::{Token, TokenState};
use comptoir_http::{ApiError, Call, Reply};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    psp::Face,
    refusal::Refusal,
    row,
    token::{Display, TokenDocument},
    vault::PlainToken,
};

#[derive(Serialize)]
pub(super) struct TokenView<'a> {
    object: &'static str,
    status: &'static str,
    allowance: AllowanceView<'a>,
    /// What was charged, in minor units of the allowance's currency.
    amount_charged: MinorUnits,
    card: &'a Display,
    created: Timestamp,
}

#[derive(Serialize)]
struct AllowanceView<'a> {
    reason: &'static str,
    max_amount: MinorUnits,
    currency: Currency,
    checkout_session_id: &'a str,
    merchant_id: &'a str,
    expires_at: Timestamp,
}

/// 200 with the token, 404 when there is none or it is another agent's.
pub(crate) async fn handle(
    State(face): State<Face>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let Some(token) = PlainToken::parse(&id) else {
        return Refusal::TokenNotFound.into_reply();
    };
    let (tenant, record_id) = (face.shared.tenant, token.record_id());
    let found = face
        .shared
        .store
        .read("psp_retrieve_token", move |tx| {
            row::find::<TokenDocument>(tx, tenant, &record_id)
        })
        .await?;
    match found.filter(|(_, document)| document.token.owner == call.caller.as_str()) {
        Some((_, document)) => Reply::json(
            StatusCode::OK,
            &view(&document, face.shared.environment.now()),
        ),
        None => Refusal::TokenNotFound.into_reply(),
    }
}

/// A token as its agent sees it; one whose time is over shows as expired before the sweeper came.
pub(super) fn view(document: &TokenDocument, now: Timestamp) -> TokenView<'_> {
    let Token {
        allowance,
        state,
        created_at,
        ..
    } = &document.token;
    let over = *state == TokenState::Active && now >= allowance.expires_at;
    let amount_charged = match state {
        TokenState::Consumed { amount, .. } => *amount,
        TokenState::Active
        | TokenState::Reserved { .. }
        | TokenState::Expired { .. }
        | TokenState::Revoked { .. } => MinorUnits::ZERO,
    };
    TokenView {
        object: "payment_token",
        status: if over { "expired" } else { state.name() },
        allowance: AllowanceView {
            reason: "one_time",
            max_amount: allowance.max_amount,
            currency: allowance.currency,
            checkout_session_id: allowance.checkout_session_id.as_str(),
            merchant_id: allowance.merchant_id.as_str(),
            expires_at: allowance.expires_at,
        },
        amount_charged,
        card: &document.display,
        created: *created_at,
    }
}
