//! `GET /.well-known/acp.json` (RFC discovery): unauthenticated, cacheable, without merchant ids.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use comptoir_http::ApiError;
use http::{HeaderValue, StatusCode, header};

use crate::{Seller, face};

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600");

pub(crate) async fn discovery(State(seller): State<Seller>) -> Result<Response, ApiError> {
    let config = seller.config();
    let document = face::discovery(&config.merchant, &config.api.supported);
    let reply = comptoir_http::Reply::json(StatusCode::OK, &document)?
        .with_header(header::CACHE_CONTROL, CACHE);
    Ok(reply.into_response())
}
