//! `POST /checkout_sessions` (RFC agentic checkout §4.1): 201 with the whole session.

use axum::extract::State;
use comptoir_acp::{id::CheckoutSessionId, latest::checkout::CheckoutSessionCreateRequest};
use comptoir_commerce::checkout::{Checkout, NewCheckout};
use comptoir_http::{ApiError, Call, Principal, Reply, idempotency};
use comptoir_store::{NewEvent, Tx};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Seller, SellerConfig,
    face::{links, refusal, request, request::Wish},
    pricing::PriceBook,
    session::{self, SessionDocument},
};

/// Event of a new session, for the merchant's own log.
const SESSION_CREATED: &str = "checkout_session_created";

pub(crate) async fn create_checkout_session(
    State(seller): State<Seller>,
    call: Call,
) -> Result<Reply, ApiError> {
    let key = call.key()?;
    let wish = request::create(call.parse::<CheckoutSessionCreateRequest>()?, &call)?;
    let config = seller.config().clone();
    let caller = call.caller;
    let store = config.store.clone();
    store
        .write("create_checkout_session", move |tx| {
            let now = config.environment.now();
            idempotency::once(tx, &key, now.as_microsecond(), &mut |tx| {
                create(tx, &config, &caller, &wish, now)
            })
        })
        .await
}

fn create(
    tx: &mut dyn Tx,
    config: &SellerConfig,
    caller: &Principal,
    wish: &Wish,
    now: Timestamp,
) -> Result<Reply, ApiError> {
    let id = CheckoutSessionId::parse(config.environment.new_id(CheckoutSessionId::PREFIX))
        .map_err(ApiError::internal)?;
    let book = PriceBook::read(tx, config, &wish.desired, None)?;
    let new = NewCheckout {
        id,
        owner: caller.as_str().to_owned(),
        currency: wish.currency,
        desired: wish.desired.clone(),
        links: links(&config.merchant),
        expires_at: now
            .checked_add(SignedDuration::from_secs(config.session_life_s))
            .map_err(ApiError::internal)?,
    };
    let outcome = Checkout::create(new, &book.context(), now).map_err(|error| refusal(&error))?;
    let document = SessionDocument {
        checkout: outcome.checkout,
        interventions: wish.interventions.clone(),
        order_notes: wish.order_notes.clone(),
    };
    session::hold_stock(tx, config, &document.checkout, true)?;
    let rendered = session::insert(tx, config, &document, now)?;
    tx.append_event(&NewEvent {
        tenant: config.tenant,
        topic: SESSION_CREATED,
        subject: document.checkout.id.as_str(),
        revision: 1,
        payload: document.checkout.state.name().as_bytes(),
        now: now.as_microsecond(),
    })?;
    Ok(Reply::bytes(StatusCode::CREATED, rendered))
}
