//! The saga of a refund: set the amount aside, ask the issuer, write the result.

use std::sync::Arc;

use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_http::ApiError;
use comptoir_store::StoreError;

use crate::{
    charge::{Charge, ChargeStatus},
    issuer::{IssuerRefund, IssuerRefundRequest},
    refund::{Refund, RefundStatus},
    refusal::Refusal,
    row,
    shared::Shared,
};

/// What a merchant asks for.
#[derive(Clone)]
pub(crate) struct RefundOrder {
    pub(crate) merchant_id: String,
    pub(crate) refund_key: String,
    pub(crate) charge_id: String,
    pub(crate) amount: MinorUnits,
    pub(crate) currency: Currency,
    pub(crate) reason: Option<String>,
}

/// A refund, and whether this request made it.
pub(crate) struct Refunded {
    pub(crate) refund: Refund,
    pub(crate) created: bool,
}

/// Refunds once per refund key. Runs in a task of its own: whoever hangs up cancels the answer, not
/// the saga.
pub(crate) async fn create(shared: &Arc<Shared>, order: RefundOrder) -> Result<Refunded, Refusal> {
    let shared = Arc::clone(shared);
    let saga = tokio::spawn(async move { run(&shared, order).await });
    saga.await
        .map_err(|error| Refusal::Api(ApiError::internal(error)))?
}

async fn run(shared: &Arc<Shared>, order: RefundOrder) -> Result<Refunded, Refusal> {
    let Refunded { refund, created } = set_aside(shared, order).await?;
    if refund.status != RefundStatus::Pending {
        return Ok(Refunded { refund, created });
    }
    shared.failpoints.hit("psp_after_refund_reserve");
    let pending = refund.clone();
    let refund = resolve(shared, refund).await.unwrap_or_else(|error| {
        tracing::error!(refund.id = %pending.id, %error, "the result of a refund could not be written");
        pending
    });
    Ok(Refunded { refund, created })
}

/// The first transaction: finds the refund of this key, or takes its amount from what the charge
/// can still give back. Two refunds at once cannot both take the same money: the charge's row has
/// one revision for both to write.
async fn set_aside(shared: &Arc<Shared>, order: RefundOrder) -> Result<Refunded, Refusal> {
    let (tenant, now, simulated) = (
        shared.tenant,
        shared.environment.now(),
        shared.issuer.is_simulated(),
    );
    let id = shared.environment.new_id("re");
    shared
        .store
        .write("psp_set_refund_aside", move |tx| {
            if let Some((_, refund)) =
                row::find_by_key::<Refund>(tx, tenant, &order.merchant_id, &order.refund_key)?
            {
                return if order.is_for(&refund) {
                    Ok(Refunded {
                        refund,
                        created: false,
                    })
                } else {
                    Err(Refusal::RefundKeyReused)
                };
            }
            let found = row::find::<Charge>(tx, tenant, &order.charge_id)?;
            let Some((record, mut charge)) =
                found.filter(|(_, charge)| charge.merchant_id == order.merchant_id)
            else {
                return Err(Refusal::ChargeNotFound);
            };
            if charge.status != ChargeStatus::Succeeded {
                return Err(Refusal::ChargeNotRefundable);
            }
            if charge.currency != order.currency {
                return Err(Refusal::RefundCurrencyMismatch);
            }
            let sum = charge
                .amount_refunded
                .checked_add(order.amount)
                .ok()
                .filter(|sum| *sum <= charge.amount);
            charge.amount_refunded = sum.ok_or(Refusal::AmountExceedsCharge)?;
            row::replace(tx, tenant, &record, &charge, now.as_microsecond())?;
            let refund = Refund {
                id: id.clone(),
                refund_key: order.refund_key.clone(),
                merchant_id: order.merchant_id.clone(),
                charge_id: order.charge_id.clone(),
                status: RefundStatus::Pending,
                amount: order.amount,
                currency: order.currency,
                reason: order.reason.clone(),
                simulated,
                created: now,
            };
            row::insert(tx, tenant, &refund, now.as_microsecond())?;
            Ok(Refunded {
                refund,
                created: true,
            })
        })
        .await
}

/// Asks the issuer, who refunds once per key however often it is asked, and writes the answer.
pub(crate) async fn resolve(shared: &Arc<Shared>, refund: Refund) -> Result<Refund, StoreError> {
    if refund.status != RefundStatus::Pending {
        return Ok(refund);
    }
    let request = IssuerRefundRequest {
        key: refund.id.clone(),
        authorization_key: refund.charge_id.clone(),
        amount: refund.amount,
    };
    let answer = tokio::time::timeout(shared.issuer_timeout, shared.issuer.refund(&request)).await;
    shared.failpoints.hit("psp_after_refund_issuer");
    let status = match answer {
        Ok(IssuerRefund::Done) => RefundStatus::Succeeded,
        Ok(IssuerRefund::Refused { message }) => {
            tracing::warn!(refund.id = %refund.id, %message, "the issuer refused a refund");
            RefundStatus::Failed
        }
        Ok(IssuerRefund::Unknown { cause }) => {
            tracing::warn!(refund.id = %refund.id, %cause, "the outcome of a refund is not known yet");
            return Ok(refund);
        }
        Err(_) => return Ok(refund),
    };
    let refund = settle(shared, refund, status).await?;
    shared.failpoints.hit("psp_after_refund_result");
    Ok(refund)
}

/// The last transaction: whoever settles first wins. A failed refund gives its amount back.
async fn settle(
    shared: &Arc<Shared>,
    refund: Refund,
    status: RefundStatus,
) -> Result<Refund, StoreError> {
    let (tenant, now) = (shared.tenant, shared.environment.now_micros());
    shared
        .store
        .write("psp_settle_refund", move |tx| {
            let Some((record, mut found)) = row::find::<Refund>(tx, tenant, &refund.id)? else {
                return Ok(refund.clone());
            };
            if found.status != RefundStatus::Pending {
                return Ok(found);
            }
            found.status = status;
            row::replace(tx, tenant, &record, &found, now)?;
            if status == RefundStatus::Failed
                && let Some((record, mut charge)) =
                    row::find::<Charge>(tx, tenant, &found.charge_id)?
                && let Ok(left) = charge.amount_refunded.checked_sub(found.amount)
            {
                charge.amount_refunded = left;
                row::replace(tx, tenant, &record, &charge, now)?;
            }
            Ok::<_, StoreError>(found)
        })
        .await
}

impl RefundOrder {
    /// Checks what can be checked without the charge.
    pub(crate) fn check(self) -> Result<Self, ApiError> {
        if self.amount <= MinorUnits::ZERO {
            return Err(ApiError::invalid("$.amount", "the amount is not positive"));
        }
        Ok(self)
    }

    fn is_for(&self, refund: &Refund) -> bool {
        self.charge_id == refund.charge_id
            && self.amount == refund.amount
            && self.currency == refund.currency
    }
}
