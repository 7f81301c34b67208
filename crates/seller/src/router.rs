//! All paths of a seller, grouped by who calls them.

use axum::{
    Router,
    routing::{get, post},
};
use comptoir_http::layers;

use crate::{
    Operator, Seller,
    endpoints::{
        cancel_checkout_session::cancel_checkout_session,
        complete_checkout_session::complete_checkout_session,
        create_checkout_session::create_checkout_session,
        discovery::discovery,
        get_checkout_session::get_checkout_session,
        operator::{
            cancel_order::cancel_order, deliver_order::deliver_order, get_order::get_order,
            hand_over_order::hand_over_order, list_orders::list_orders, refund_order::refund_order,
            ship_order::ship_order,
        },
        update_checkout_session::update_checkout_session,
    },
    order_page::order_page,
};

pub(crate) fn router(seller: &Seller) -> Router {
    let agents = Router::new()
        .route("/checkout_sessions", post(create_checkout_session))
        .route(
            "/checkout_sessions/{checkout_session_id}",
            get(get_checkout_session).post(update_checkout_session),
        )
        .route(
            "/checkout_sessions/{checkout_session_id}/complete",
            post(complete_checkout_session),
        )
        .route(
            "/checkout_sessions/{checkout_session_id}/cancel",
            post(cancel_checkout_session),
        )
        .route("/.well-known/acp.json", get(discovery))
        .route("/orders/{order_id}", get(order_page))
        .with_state(seller.clone());
    let operators = Router::new()
        .route("/operator/orders", get(list_orders))
        .route("/operator/orders/{order_id}", get(get_order))
        .route("/operator/orders/{order_id}/ship", post(ship_order))
        .route(
            "/operator/orders/{order_id}/hand_over",
            post(hand_over_order),
        )
        .route("/operator/orders/{order_id}/deliver", post(deliver_order))
        .route("/operator/orders/{order_id}/refund", post(refund_order))
        .route("/operator/orders/{order_id}/cancel", post(cancel_order))
        .with_state(Operator(seller.clone()));
    layers(agents.merge(operators), &seller.config().environment)
}
