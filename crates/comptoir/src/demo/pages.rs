//! What a demo shop serves beside the protocol: its pictures and its policy pages.

use axum::{
    Router,
    extract::{Path, Query},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};
use serde::Deserialize;

use super::picture;

/// Pictures are drawn on demand; nothing is stored.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/media/{kind}/{file}", get(media))
        .route("/pages/{name}", get(page))
}

#[derive(Deserialize)]
struct Colour {
    c: Option<String>,
}

async fn media(
    Path((kind, file)): Path<(String, String)>,
    Query(colour): Query<Colour>,
) -> Response {
    let seed = file.bytes().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    let svg = picture::draw(&kind, colour.c.as_deref(), seed);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, svg).into_response()
}

async fn page(Path(name): Path<String>) -> Response {
    let text = match name.as_str() {
        "terms" => "This shop is a demonstration. Nothing is sold, sent or charged.",
        "privacy" => "What you enter stays in the data folder of this demonstration.",
        "returns" => "Simulated orders can be refunded with the command `comptoir orders refund`.",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let title = name;
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <body style=\"font:1rem/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem\">\
         <h1>{title}</h1><p>{text}</p></body></html>"
    ))
    .into_response()
}
