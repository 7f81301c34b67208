//! `POST /operator/orders/{id}/hand_over`: digital goods become available to the buyer.

use axum::extract::{Path, State};
use comptoir_acp::id::{EventId, FulfillmentId};
use comptoir_commerce::order::{DigitalDelivery, DigitalHandover};
use comptoir_http::{ApiError, Call, Reply};
use serde::Deserialize;

use super::{Units, change, lines};
use crate::Operator;

/// What is handed over, and how the buyer gets at it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HandOverRequest {
    #[serde(default)]
    lines: Vec<Units>,
    access_url: Option<String>,
    license_key: Option<String>,
}

pub(crate) async fn hand_over_order(
    State(Operator(seller)): State<Operator>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let request: HandOverRequest = call.parse()?;
    let environment = &seller.config().environment;
    let handover = DigitalHandover {
        fulfillment_id: FulfillmentId::parse(environment.new_id(FulfillmentId::PREFIX))
            .map_err(ApiError::internal)?,
        event_id: EventId::parse(environment.new_id(EventId::PREFIX))
            .map_err(ApiError::internal)?,
        lines: lines(request.lines),
        delivery: DigitalDelivery {
            access_url: request.access_url,
            license_key: request.license_key,
            expires_at: None,
        },
    };
    change(&seller, &call, id, move |order, now| {
        order.hand_over(handover.clone(), now)
    })
    .await
}
