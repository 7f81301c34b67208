//! `POST /operator/orders/{id}/deliver`: a parcel arrived.

use axum::extract::{Path, State};
use comptoir_acp::id::{EventId, FulfillmentId};
use comptoir_http::{ApiError, Call, Reply};
use serde::Deserialize;

use super::change;
use crate::Operator;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliverRequest {
    fulfillment_id: FulfillmentId,
}

pub(crate) async fn deliver_order(
    State(Operator(seller)): State<Operator>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let DeliverRequest { fulfillment_id } = call.parse()?;
    let event_id = EventId::parse(seller.config().environment.new_id(EventId::PREFIX))
        .map_err(ApiError::internal)?;
    change(&seller, &call, id, move |order, now| {
        order.deliver(fulfillment_id.clone(), event_id.clone(), now)
    })
    .await
}
