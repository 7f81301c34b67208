//! `GET /simulated_issuer/ledger`: the simulated issuer's book, for tests that count real charges.
//! Not part of any protocol; exists only with a simulated issuer and a bearer key of its own
//! (delegate payment RFC §1: charging is out of its scope).

use axum::extract::State;
use comptoir_http::{ApiError, Call, Reply};
use http::StatusCode;

use super::fields::optional_query;
use crate::{issuer::simulated::PAGE_MAX, psp::LedgerFace};

/// 200 with a page: `?charge_key=` selects, `?after=` continues, `?limit=` is at most 1000.
pub(crate) async fn handle(State(face): State<LedgerFace>, call: Call) -> Result<Reply, ApiError> {
    let query = call.query.as_deref();
    let charge_key = optional_query(query, "charge_key")?;
    let after = number(query, "after")?;
    let limit =
        number(query, "limit")?.map_or(PAGE_MAX, |limit| u32::try_from(limit).unwrap_or(PAGE_MAX));
    Reply::json(
        StatusCode::OK,
        &face.issuer.ledger(charge_key, after, limit).await?,
    )
}

fn number(query: Option<&str>, name: &str) -> Result<Option<i64>, ApiError> {
    let parsed = optional_query(query, name)?
        .map(|text| text.parse())
        .transpose();
    parsed.map_err(|_| ApiError::invalid(format!("$.{name}"), "must be a whole number"))
}
