//! The chat page: server-rendered, usable without JavaScript, with a strict content policy.

mod address_form;
mod assets;
mod buyer;
mod checkout_page;
mod headers;
mod media;
mod outcome_page;
mod page_error;
mod pages;
mod records;
mod respond;
mod show_order;
mod show_products;
mod show_purchase;
mod templates;
mod view;

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};

use crate::agent::Agent;

/// Largest form, in bytes.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// Pages, forms, pictures and files.
pub(crate) fn router() -> Router<Agent> {
    Router::new()
        .merge(pages::router())
        .route("/static/{file}", get(assets::get_static))
        .route(
            "/media/{seller}/{product}/{position}",
            get(media::get_media),
        )
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn(headers::secure))
}
