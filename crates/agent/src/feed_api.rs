//! The Feed API that sellers push to. Each seller sees and changes its own feeds alone.
//!
//! `openapi.feed.yaml`. A seller is who its bearer key proves; ids of products are its own and are
//! never compared with another seller's.

mod create_feed;
mod feed_record;
mod get_feed;
mod get_feed_products;
mod upsert_feed_products;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::agent::{Agent, FEED_BODY_BYTES_MAX};

/// The routes.
pub(crate) fn router() -> Router<Agent> {
    Router::new()
        .route("/feeds", post(create_feed::create_feed))
        .route("/feeds/{id}", get(get_feed::get_feed))
        .route(
            "/feeds/{id}/products",
            get(get_feed_products::get_feed_products)
                .patch(upsert_feed_products::upsert_feed_products),
        )
        .layer(DefaultBodyLimit::max(FEED_BODY_BYTES_MAX))
}
