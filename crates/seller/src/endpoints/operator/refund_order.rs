//! `POST /operator/orders/{id}/refund`: money back, goods kept. No amount means all that is left.

use axum::extract::{Path, State};
use comptoir_acp::{id::AdjustmentId, money::MinorUnits};
use comptoir_commerce::order::RefundOrder;
use comptoir_http::{ApiError, Call, Reply};
use serde::Deserialize;

use super::{Units, change, lines};
use crate::{Operator, saga};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundRequest {
    /// Minor units.
    amount: Option<MinorUnits>,
    #[serde(default)]
    lines: Vec<Units>,
    reason: Option<String>,
    description: Option<String>,
}

pub(crate) async fn refund_order(
    State(Operator(seller)): State<Operator>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let request: RefundRequest = call.parse()?;
    let refund = RefundOrder {
        adjustment_id: AdjustmentId::parse(
            seller.config().environment.new_id(AdjustmentId::PREFIX),
        )
        .map_err(ApiError::internal)?,
        amount: request.amount,
        lines: lines(request.lines),
        reason: request.reason,
        description: request.description,
    };
    let reply = change(&seller, &call, id, move |order, now| {
        order.refund(refund.clone(), now)
    })
    .await?;
    saga::refund::run_due(&seller).await;
    Ok(reply)
}
