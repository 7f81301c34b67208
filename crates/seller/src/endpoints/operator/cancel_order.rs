//! `POST /operator/orders/{id}/cancel`: units that will not be sent, and their money back.

use axum::extract::{Path, State};
use comptoir_acp::id::AdjustmentId;
use comptoir_commerce::order::Cancellation;
use comptoir_http::{ApiError, Call, Reply};
use serde::Deserialize;

use super::{Units, change, lines};
use crate::{Operator, saga};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CancelRequest {
    #[serde(default)]
    lines: Vec<Units>,
    reason: Option<String>,
    description: Option<String>,
}

pub(crate) async fn cancel_order(
    State(Operator(seller)): State<Operator>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let request: CancelRequest = call.parse()?;
    let cancellation = Cancellation {
        adjustment_id: AdjustmentId::parse(
            seller.config().environment.new_id(AdjustmentId::PREFIX),
        )
        .map_err(ApiError::internal)?,
        lines: lines(request.lines),
        reason: request.reason,
        description: request.description,
    };
    let reply = change(&seller, &call, id, move |order, now| {
        order.cancel(cancellation.clone(), now)
    })
    .await?;
    saga::refund::run_due(&seller).await;
    Ok(reply)
}
