//! Everything the agent answers: page, Feed API, webhook receiver.

use std::sync::Arc;

use axum::{Router, extract::FromRef, routing::post};
use comptoir_http::ApiConfig;

use crate::{agent::Agent, feed_api, web, webhooks};

impl Agent {
    /// The agent's routes, ready to be served.
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route(
                "/agentic_checkout/webhooks/order_events",
                post(webhooks::receive_order_events),
            )
            .merge(feed_api::router())
            .merge(web::router())
            .with_state(self.clone());
        comptoir_http::layers(routes, &self.parts().environment)
    }
}

impl FromRef<Agent> for Arc<ApiConfig> {
    fn from_ref(agent: &Agent) -> Self {
        agent.parts().feed_api.clone()
    }
}
