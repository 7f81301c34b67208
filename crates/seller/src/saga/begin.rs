//! T1: claim the idempotency key, price once more, store the charge intent.

use comptoir_commerce::checkout::{Checkout, CheckoutState, Completion};
use comptoir_http::{
    ApiError, Principal, Reply,
    idempotency::{self, Begin, CallKey},
};
use comptoir_processors::{Authentication, ChargeRequest};
use comptoir_store::Tx;
use http::StatusCode;
use jiff::Timestamp;
use secrecy::SecretString;

use super::intent::{self, Intent, IntentDocument, token_digest};
use crate::{SellerConfig, face::refusal, pricing::PriceBook, session::Session};

/// A completion as it was asked for.
#[derive(Clone)]
pub(crate) struct CompleteCall {
    pub(crate) key: CallKey,
    pub(crate) caller: Principal,
    pub(crate) session_id: String,
    pub(crate) completion: Completion,
    pub(crate) order_notes: Option<String>,
    pub(crate) token: SecretString,
    pub(crate) authentication: Option<Authentication>,
}

/// What T1 decided.
pub(crate) enum Begun {
    /// There is an answer already; nothing is charged.
    Answer(Reply),
    /// The intent is stored: charge this now.
    Charge(Box<ChargeRequest>),
}

/// Runs T1 inside a write transaction.
///
/// A refusal that is remembered is stored under the idempotency key and comes out as an answer.
pub(crate) fn begin(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    call: &CompleteCall,
    now: Timestamp,
) -> Result<Begun, ApiError> {
    let micros = now.as_microsecond();
    let claimed = idempotency::begin(tx, &call.key, micros, idempotency::LEASE_S_MAX)?;
    if let Begin::Replay(reply) = claimed {
        return Ok(Begun::Answer(reply));
    }
    let begun = match fresh(tx, config, call, now) {
        // Nothing was written before a refusal, so there is nothing to take back.
        Err(error) if error.row().stored() => Begun::Answer(error.to_reply()),
        other => other?,
    };
    if let Begun::Answer(reply) = &begun {
        idempotency::finish(tx, &call.key, micros, reply)?;
    }
    Ok(begun)
}

fn fresh(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    call: &CompleteCall,
    now: Timestamp,
) -> Result<Begun, ApiError> {
    let session = Session::load(tx, config, &call.caller, &call.session_id)?;
    let checkout = &session.document.checkout;
    if let Some(answer) = join(tx, config, call, &session)? {
        return Ok(Begun::Answer(answer));
    }
    let book = PriceBook::read(tx, config, &checkout.desired, Some(checkout.id.as_str()))?;
    let outcome = checkout
        .begin_complete(call.completion.clone(), &book.context(), now)
        .map_err(|error| refusal(&error))?;
    let charge = outcome.charge();
    let mut next = session.document.with(outcome.checkout);
    if let Some(notes) = &call.order_notes {
        next.order_notes = Some(notes.clone());
    }
    if next.checkout.state.is_open() {
        crate::session::hold_stock(tx, config, &next.checkout, false)?;
    }
    let rendered = session.save(tx, config, &next, now)?;
    let Some(intent) = charge else {
        return Ok(Begun::Answer(Reply::bytes(StatusCode::OK, rendered)));
    };
    let document = IntentDocument {
        intent,
        token_digest: token_digest(&call.token),
        idempotency_scope: call.key.scope(),
    };
    intent::insert(tx, config, call.caller.as_str(), &document, now)?;
    Ok(Begun::Charge(Box::new(request(
        call,
        &next.checkout,
        &document,
    ))))
}

/// What the processor is asked.
fn request(call: &CompleteCall, checkout: &Checkout, document: &IntentDocument) -> ChargeRequest {
    ChargeRequest {
        charge_key: document.intent.charge_key.as_str().to_owned(),
        token: call.token.clone(),
        amount: document.intent.amount.amount,
        currency: document.intent.amount.currency,
        checkout_session_id: checkout.id.clone(),
        order_ref: None,
        authentication: call.authentication.clone(),
    }
}

/// The answer to a completion that finds this purchase under way or done.
///
/// The same payment joins it: it is told to come back, or gets the completed session. Another
/// payment is refused, because this session can be paid only once.
fn join(
    tx: &dyn Tx,
    config: &SellerConfig,
    call: &CompleteCall,
    session: &Session,
) -> Result<Option<Reply>, ApiError> {
    let checkout = &session.document.checkout;
    let (charge_key, done) = match &checkout.state {
        CheckoutState::CompleteInProgress { charge_key, .. } => (charge_key, false),
        CheckoutState::Completed { charge_key, .. } => (charge_key, true),
        CheckoutState::NotReady
        | CheckoutState::Ready
        | CheckoutState::AuthenticationRequired { .. }
        | CheckoutState::Canceled { .. }
        | CheckoutState::Expired { .. } => return Ok(None),
    };
    let intent = Intent::load(tx, config, charge_key.as_str())?;
    let digest = token_digest(&call.token);
    let same = intent.is_some_and(|intent| intent.document.token_digest == digest);
    match (same, done) {
        (true, true) => {
            let bytes = crate::face::session_bytes(tx, config, &session.document)?;
            Ok(Some(Reply::bytes(StatusCode::OK, bytes)))
        }
        (true, false) => Err(ApiError::unavailable(
            "the outcome of the payment is not known yet",
            2,
        )),
        (false, true) => Err(ApiError::conflict(
            "conflict",
            "this session is already completed",
        )),
        (false, false) => Err(ApiError::busy(
            "conflict",
            "this session is being completed",
            2,
        )),
    }
}
