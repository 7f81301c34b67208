//! T2: store what came of a charge, together with everything that follows from it.

use comptoir_commerce::checkout::{ChargeNews, CheckoutState, Effect};
use comptoir_http::{ApiError, Reply, idempotency};
use comptoir_store::Tx;
use http::StatusCode;
use jiff::Timestamp;

use super::{intent::Intent, refund};
use crate::{Seller, SellerConfig, face::refusal, orders, session::Session};

/// What T2 left behind.
pub(crate) struct Settled {
    /// The answer to the completion.
    pub(crate) reply: Reply,
    /// Whether money was taken without an order, and must be given back now.
    pub(crate) reversal_due: bool,
}

/// Settles a charge and wakes whoever delivers the order's events.
pub(crate) async fn settle(
    seller: &Seller,
    charge_key: String,
    news: ChargeNews,
) -> Result<Settled, ApiError> {
    let config = seller.config().clone();
    let environment = config.environment.clone();
    let store = config.store.clone();
    let settled = store
        .write("settle_charge", move |tx| {
            let settled = in_transaction(tx, &config, &charge_key, news.clone(), environment.now());
            config.failpoints.hit("settle_inside_transaction");
            settled
        })
        .await?;
    seller.wake_deliveries();
    Ok(settled)
}

fn in_transaction(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    charge_key: &str,
    news: ChargeNews,
    now: Timestamp,
) -> Result<Settled, ApiError> {
    let Some(intent) = Intent::load(tx, config, charge_key)? else {
        return Err(ApiError::internal(format!(
            "no intent for charge {charge_key}"
        )));
    };
    let known = &intent.document.intent;
    let session = Session::load_any(tx, config, &known.checkout_session_id)?;
    let never_happened = news == ChargeNews::Absent;
    let outcome = session
        .document
        .checkout
        .settle(&known.charge_key, news, now)
        .map_err(|error| refusal(&error))?;
    let next = session.document.with(outcome.checkout);
    let mut reversal_due = false;
    for effect in &outcome.effects {
        match effect {
            Effect::HoldStock => crate::session::hold_stock(tx, config, &next.checkout, false)?,
            Effect::ReleaseStock => tx.release(config.tenant, next.checkout.id.as_str())?,
            Effect::SellStock => tx.sell(config.tenant, next.checkout.id.as_str())?,
            Effect::PlaceOrder { charge_id, .. } => {
                orders::place(tx, config, &next.checkout, charge_id.clone(), now)?;
            }
            Effect::ReverseCharge { charge_id, .. } => {
                let amount = known.amount;
                refund::request_reversal(tx, config, charge_key, charge_id, amount, now)?;
                reversal_due = true;
            }
            // Only a completion asks for a charge, and that is not settled here.
            Effect::Charge { .. } => {}
        }
    }
    let rendered = if outcome.changed {
        session.save(tx, config, &next, now)?
    } else {
        crate::face::session_bytes(tx, config, &next)?
    };
    if intent.is_pending() {
        intent.save(tx, config, intent_state(&next.checkout.state), None, now)?;
    }
    let reply = Reply::bytes(StatusCode::OK, rendered);
    if let Some(scope) = &intent.document.idempotency_scope {
        // A charge that never happened is no answer: the same request may be made again.
        let unanswered = never_happened
            .then(|| ApiError::unavailable("nothing was charged; try again", 1).to_reply());
        idempotency::finish_scope(tx, scope, unanswered.as_ref().unwrap_or(&reply))?;
    }
    Ok(Settled {
        reply,
        reversal_due,
    })
}

/// How the intent ended, read off the session that it was for.
fn intent_state(state: &CheckoutState) -> &'static str {
    match state {
        CheckoutState::Completed { .. } => "charged",
        CheckoutState::NotReady
        | CheckoutState::Ready
        | CheckoutState::CompleteInProgress { .. }
        | CheckoutState::AuthenticationRequired { .. }
        | CheckoutState::Canceled { .. }
        | CheckoutState::Expired { .. } => "not_charged",
    }
}
