//! `POST /operator/orders/{id}/ship`: a parcel leaves. No lines means everything left to send.

use axum::extract::{Path, State};
use comptoir_acp::id::{EventId, FulfillmentId};
use comptoir_commerce::order::Shipment;
use comptoir_http::{ApiError, Call, Reply};
use serde::Deserialize;

use super::{Units, change, lines};
use crate::Operator;

/// What left, and with whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShipRequest {
    #[serde(default)]
    lines: Vec<Units>,
    carrier: Option<String>,
    tracking_number: Option<String>,
    tracking_url: Option<String>,
}

pub(crate) async fn ship_order(
    State(Operator(seller)): State<Operator>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let request: ShipRequest = call.parse()?;
    let environment = &seller.config().environment;
    let shipment = Shipment {
        fulfillment_id: FulfillmentId::parse(environment.new_id(FulfillmentId::PREFIX))
            .map_err(ApiError::internal)?,
        event_id: EventId::parse(environment.new_id(EventId::PREFIX))
            .map_err(ApiError::internal)?,
        lines: lines(request.lines),
        carrier: request.carrier,
        tracking_number: request.tracking_number,
        tracking_url: request.tracking_url,
    };
    change(&seller, &call, id, move |order, now| {
        order.ship(shipment.clone(), now)
    })
    .await
}
