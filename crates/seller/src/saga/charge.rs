//! Between the transactions: ask the processor, then settle.

use comptoir_acp::id::OrderId;
use comptoir_commerce::checkout::{ChargeNews, DeclineReason};
use comptoir_http::{ApiError, Reply};
use comptoir_processors::{ChargeOutcome, ChargeRequest, DeclineReason as Reason};

use super::{
    begin::{Begun, CompleteCall, begin},
    refund,
    settle::{Settled, settle},
};
use crate::Seller;

/// Seconds after which an agent should ask again about an unknown outcome.
const RETRY_AFTER_S: u32 = 2;

/// The whole completion. Runs as a task of its own, so that an agent that hangs up cancels its
/// answer and not the purchase.
pub(crate) async fn complete(seller: Seller, call: CompleteCall) -> Result<Reply, ApiError> {
    let config = seller.config().clone();
    config.failpoints.hit("complete_before_intent");
    let environment = config.environment.clone();
    let begun = {
        let config = config.clone();
        config
            .store
            .clone()
            .write("begin_complete", move |tx| {
                let begun = begin(tx, &config, &call, environment.now());
                config.failpoints.hit("begin_inside_transaction");
                begun
            })
            .await?
    };
    let request = match begun {
        Begun::Answer(reply) => return Ok(reply),
        Begun::Charge(request) => request,
    };
    config.failpoints.hit("complete_after_intent");
    let outcome = config.processor.charge(&request).await;
    config.failpoints.hit("complete_after_charge");
    let Some(news) = news(&seller, &request, outcome) else {
        return Err(unknown());
    };
    let settled = settle(&seller, request.charge_key.clone(), news).await?;
    config.failpoints.hit("complete_after_settle");
    answer(&seller, settled).await
}

/// The answer to the agent; a charge without an order is given back first.
async fn answer(seller: &Seller, settled: Settled) -> Result<Reply, ApiError> {
    if settled.reversal_due {
        refund::run_due(seller).await;
    }
    Ok(settled.reply)
}

fn unknown() -> ApiError {
    ApiError::unavailable("the outcome of the payment is not known yet", RETRY_AFTER_S)
}

/// The outcome in the domain's words; nothing when it is not known.
fn news(seller: &Seller, request: &ChargeRequest, outcome: ChargeOutcome) -> Option<ChargeNews> {
    match outcome {
        ChargeOutcome::Approved { charge_id } => Some(ChargeNews::Approved {
            charge_id,
            order_id: new_order_id(seller)?,
        }),
        ChargeOutcome::Declined {
            reason, message, ..
        } => {
            tracing::info!(charge.key = %request.charge_key, decline.reason = ?reason, decline.message = message, "charge declined");
            Some(ChargeNews::Declined {
                reason: decline(reason),
            })
        }
        ChargeOutcome::AuthenticationRequired => Some(ChargeNews::AuthenticationRequired),
        ChargeOutcome::Unknown { cause } => {
            tracing::warn!(charge.key = %request.charge_key, cause, "outcome of a charge is unknown; the sweeper will ask");
            None
        }
    }
}

/// A fresh order id.
pub(crate) fn new_order_id(seller: &Seller) -> Option<OrderId> {
    OrderId::parse(seller.config().environment.new_id(OrderId::PREFIX)).ok()
}

/// The processor's reason in the domain's words.
pub(crate) fn decline(reason: Reason) -> DeclineReason {
    match reason {
        Reason::InsufficientFunds => DeclineReason::InsufficientFunds,
        Reason::ExpiredCard => DeclineReason::CardExpired,
        Reason::LostOrStolenCard => DeclineReason::SuspectedFraud,
        Reason::AuthenticationFailed => DeclineReason::AuthenticationFailed,
        Reason::TokenConsumed
        | Reason::TokenExpired
        | Reason::TokenRevoked
        | Reason::TokenUnknown
        | Reason::AmountExceedsAllowance
        | Reason::CurrencyMismatch
        | Reason::MerchantMismatch
        | Reason::SessionMismatch => DeclineReason::TokenRefused,
        Reason::Misconfigured => DeclineReason::ProcessorUnavailable,
        Reason::Generic | Reason::IncorrectCvc | Reason::RateLimited => DeclineReason::Declined,
    }
}
