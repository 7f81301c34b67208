//! Order webhooks: the whole order each time.

use serde::{Deserialize, Serialize};

use super::order::{Order, OrderObject};
use crate::id::RequestId;

open_enum! {
    /// What happened.
    pub enum WebhookEventType {
        /// A new order.
        ///
        OrderCreate = "order_create",
        /// A change of an order.
        ///
        OrderUpdate = "order_update",
    }
}

/// `POST /agentic_checkout/webhooks/order_events`. The order's `type` and `status` are required
/// here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct WebhookEvent {
    /// What happened.
    pub r#type: WebhookEventType,
    /// The order as it is now.
    pub data: Order,
}

checked_serde!(WebhookEvent);

impl WebhookEvent {
    /// An event about `data`, which is marked as an order; its `status` must be set.
    #[must_use]
    pub fn new(r#type: WebhookEventType, mut data: Order) -> Self {
        data.r#type = Some(OrderObject::Order);
        Self { r#type, data }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.data.r#type.is_none() {
            return Err("missing field `data.type`");
        }
        if self.data.status.is_none() {
            return Err("missing field `data.status`");
        }
        Ok(())
    }
}

/// The agent's answer to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookReceipt {
    /// Always true.
    pub received: bool,
    /// The request, for tracing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
}

impl WebhookReceipt {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(received: bool) -> Self {
        Self {
            received,
            request_id: None,
        }
    }
}
