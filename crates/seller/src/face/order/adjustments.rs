//! What changed after payment, as agents read it.
//!
//! The wire's `amount_refunded` is the sum of completed adjustments of type `refund` (RFC orders
//! §4.6). Units that go and the money that comes back are therefore two adjustments: the change of
//! the order, done at once and without an amount, and the refund with a status of its own.

use comptoir_acp::{
    id::AdjustmentId,
    latest::checkout::{Adjustment, AdjustmentStatus, AdjustmentType},
    money::MinorUnits,
};
use comptoir_commerce::order::{Adjustment as DomainAdjustment, AdjustmentKind, Order};
use comptoir_http::ApiError;

use super::references;

/// Every adjustment, oldest first.
pub(super) fn adjustments(order: &Order) -> Result<Vec<Adjustment>, ApiError> {
    let mut shown = Vec::with_capacity(order.adjustments.len());
    for one in &order.adjustments {
        let moves_units = matches!(
            one.kind,
            AdjustmentKind::Cancellation | AdjustmentKind::Return
        );
        if !moves_units {
            shown.push(with_amount(order, one)?);
            continue;
        }
        shown.push(Adjustment {
            status: AdjustmentStatus::Completed,
            amount: None,
            currency: None,
            ..with_amount(order, one)?
        });
        if one.amount != MinorUnits::ZERO {
            shown.push(Adjustment {
                id: AdjustmentId::parse(format!("{}_refund", one.id))
                    .map_err(ApiError::internal)?,
                r#type: AdjustmentType::Refund,
                ..with_amount(order, one)?
            });
        }
    }
    Ok(shown)
}

/// Money given back: the sum of the completed refunds, in minor units.
pub(super) fn refunded(adjustments: &[Adjustment]) -> Result<MinorUnits, ApiError> {
    let amounts = adjustments
        .iter()
        .filter(|one| one.r#type == AdjustmentType::Refund)
        .filter(|one| one.status == AdjustmentStatus::Completed)
        .filter_map(|one| one.amount);
    MinorUnits::try_sum(amounts).map_err(ApiError::internal)
}

fn with_amount(order: &Order, one: &DomainAdjustment) -> Result<Adjustment, ApiError> {
    Ok(Adjustment {
        id: one.id.clone(),
        r#type: one.kind.as_str().into(),
        occurred_at: one.occurred_at.into(),
        status: one.status.as_str().into(),
        line_items: Some(references(&one.lines)?).filter(|lines| !lines.is_empty()),
        amount: Some(one.amount),
        currency: Some(order.currency),
        description: one.description.clone(),
        reason: one.reason.clone(),
    })
}
