//! The pages and forms, one endpoint per file.

mod cancel_purchase;
mod change_basket;
mod check_out_basket;
mod choose_delivery;
mod choose_language;
mod confirm_purchase;
mod send_message;
mod set_address;
mod show_basket;
mod show_chat;
mod show_orders;
mod show_product;
mod show_purchase;
mod start_conversation;
mod start_purchase;
mod watch_purchase;

use axum::{
    Router,
    routing::{get, post},
};

use crate::agent::Agent;

/// The routes.
pub(super) fn router() -> Router<Agent> {
    Router::new()
        .route("/", get(show_chat::show_chat))
        .route("/messages", post(send_message::send_message))
        .route(
            "/conversations",
            post(start_conversation::start_conversation),
        )
        .route("/language", post(choose_language::choose_language))
        .route(
            "/products/{seller}/{product}",
            get(show_product::show_product),
        )
        .route("/basket", get(show_basket::show_basket))
        .route("/basket/items", post(change_basket::change_basket))
        .route("/basket/checkout", post(check_out_basket::check_out_basket))
        .route("/purchases", post(start_purchase::start_purchase))
        .route("/purchases/{id}", get(show_purchase::show_purchase))
        .route("/purchases/{id}/address", post(set_address::set_address))
        .route(
            "/purchases/{id}/delivery",
            post(choose_delivery::choose_delivery),
        )
        .route(
            "/purchases/{id}/confirm",
            post(confirm_purchase::confirm_purchase),
        )
        .route(
            "/purchases/{id}/cancel",
            post(cancel_purchase::cancel_purchase),
        )
        .route(
            "/purchases/{id}/events",
            get(watch_purchase::watch_purchase),
        )
        .route("/orders", get(show_orders::show_orders))
}
