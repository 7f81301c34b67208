//! The saga of a charge: reserve the token and write the intent, ask the issuer, write the result.
//!
//! It can be killed at any point. Before the issuer is asked, the charge is stored as pending with an
//! id that is also the issuer's key; afterwards [`resolve`] finds out by that key what happened, and
//! never authorizes again. A capture that came after the reservation's lease is voided.

mod settling;

use std::sync::Arc;

use comptoir_acp::{
    currency::Currency,
    id::{CheckoutSessionId, MerchantId},
    money::MinorUnits,
};
use comptoir_commerce::{
    checkout::ChargeKey,
    token::{Redemption, TokenError, TokenState},
};
use comptoir_http::ApiError;
use comptoir_processors::Authentication;
use comptoir_store::StoreError;
use jiff::Timestamp;
use zeroize::Zeroizing;

use self::settling::{Settlement, settle, still_pending};
pub(crate) use self::settling::{resolve, reverse};
use crate::{
    charge::{Charge, ChargeStatus},
    issuer::{Authorization, AuthorizationRequest, PresentedCard},
    refusal::Refusal,
    row,
    shared::Shared,
    token::{self, TokenDocument},
    vault::CardData,
};

/// What a merchant asks for.
#[derive(Clone)]
pub(crate) struct ChargeOrder {
    pub(crate) merchant_id: MerchantId,
    /// Record id of the token; none when what was presented cannot be a token.
    pub(crate) token: Option<String>,
    pub(crate) charge_key: String,
    pub(crate) amount: MinorUnits,
    pub(crate) currency: Currency,
    pub(crate) checkout_session_id: CheckoutSessionId,
    pub(crate) order_ref: Option<String>,
    pub(crate) authentication: Option<Authentication>,
}

/// A charge, and whether this request made it.
pub(crate) struct Charged {
    pub(crate) charge: Charge,
    pub(crate) created: bool,
}

/// What the first transaction decided.
enum Reserved {
    Existing(Charge),
    New(Charge, CardData),
    Refused(Refusal),
}

/// Charges once per charge key. Runs in a task of its own: whoever hangs up cancels the answer, not
/// the saga.
pub(crate) async fn create(shared: &Arc<Shared>, order: ChargeOrder) -> Result<Charged, Refusal> {
    let shared = Arc::clone(shared);
    let saga = tokio::spawn(async move { run(&shared, order).await });
    // A saga that panicked leaves at most a pending charge, which the sweeper settles.
    saga.await
        .map_err(|error| Refusal::Api(ApiError::internal(error)))?
}

async fn run(shared: &Arc<Shared>, order: ChargeOrder) -> Result<Charged, Refusal> {
    match reserve(shared, &order).await? {
        Reserved::Existing(charge) => Ok(Charged {
            charge: resolve(shared, charge).await?,
            created: false,
        }),
        Reserved::Refused(refusal) => Err(refusal),
        Reserved::New(charge, card) => {
            shared.in_flight.enter(&charge.id);
            shared.failpoints.hit("psp_after_reserve");
            let pending = charge.clone();
            let settled = authorize(shared, charge, card, order.authentication).await;
            shared.in_flight.leave(&pending.id);
            let charge = settled.unwrap_or_else(|error| {
                tracing::error!(charge.id = %pending.id, %error, "the result of a charge could not be written");
                pending
            });
            Ok(Charged {
                charge,
                created: true,
            })
        }
    }
}

/// The first transaction: finds the charge of this key, or reserves the token and writes the intent.
async fn reserve(shared: &Arc<Shared>, order: &ChargeOrder) -> Result<Reserved, Refusal> {
    let (shared_in, order_in) = (Arc::clone(shared), order.clone());
    let now = shared.environment.now();
    let id = shared.environment.new_id("ch");
    shared
        .store
        .write("psp_reserve_token", move |tx| {
            let (shared, order) = (&shared_in, &order_in);
            let merchant = order.merchant_id.as_str();
            if let Some((_, known)) =
                row::find_by_key::<Charge>(tx, shared.tenant, merchant, &order.charge_key)?
            {
                return Ok(if order.is_for(&known) {
                    Reserved::Existing(known)
                } else {
                    Reserved::Refused(Refusal::ChargeKeyReused)
                });
            }
            let found = match &order.token {
                Some(token) => row::find::<TokenDocument>(tx, shared.tenant, token)?,
                None => None,
            };
            let Some((record, mut document)) = found else {
                return Ok(Reserved::Refused(shared.unknown_token(merchant, now)));
            };
            let charge_key = ChargeKey::foreign(&order.charge_key);
            let redemption = Redemption {
                merchant: &order.merchant_id,
                checkout_session_id: &order.checkout_session_id,
                charge_key: &charge_key,
                amount: order.amount,
                currency: order.currency,
            };
            match document.token.reserve(&redemption, now) {
                Ok(reserved) => document.token = reserved,
                Err(refused) => {
                    let withdrawn = refused
                        .token
                        .as_ref()
                        .is_some_and(|token| matches!(token.state, TokenState::Revoked { .. }));
                    log_refusal(merchant, &record.id, refused.reason, withdrawn);
                    if let Some(changed) = refused.token {
                        document.token = changed;
                        token::replace(tx, shared.tenant, &record, &document)?;
                        shared.forget_if_ended(&document);
                    }
                    return Ok(Reserved::Refused(Refusal::Token(refused.reason)));
                }
            }
            // Opened before anything is written: a card that was tampered with is never charged.
            let card = shared.vault.card(tx, shared.tenant, &record.id)?;
            token::replace(tx, shared.tenant, &record, &document)?;
            let charge = order.intent(
                &id,
                &record.id,
                &document.token.state,
                now,
                shared.issuer.is_simulated(),
            );
            row::insert(tx, shared.tenant, &charge, now.as_microsecond())?;
            Ok::<_, Refusal>(Reserved::New(charge, card))
        })
        .await
}

/// Asks the issuer and writes what it says.
async fn authorize(
    shared: &Arc<Shared>,
    charge: Charge,
    card: CardData,
    authentication: Option<Authentication>,
) -> Result<Charge, StoreError> {
    let now = shared.environment.now();
    let request = AuthorizationRequest {
        key: charge.id.clone(),
        charge_key: charge.charge_key.clone(),
        merchant_id: charge.merchant_id.clone(),
        card: PresentedCard {
            number: Zeroizing::new(card.number.clone()),
            expiry: card.expiry(),
            cvc: shared.vault.codes.read(&charge.token, now),
            cryptogram: card.cryptogram.clone().map(Zeroizing::new),
        },
        amount: charge.amount,
        currency: charge.currency,
        authentication,
    };
    drop(card);
    let answer =
        tokio::time::timeout(shared.issuer_timeout, shared.issuer.authorize(&request)).await;
    drop(request);
    shared.failpoints.hit("psp_after_issuer");
    let settlement = match answer {
        Ok(Authorization::Captured { at }) => Settlement::Captured { at },
        Ok(Authorization::Declined(reason)) => Settlement::Declined(reason),
        Ok(Authorization::AuthenticationRequired) => Settlement::AuthenticationRequired,
        Ok(Authorization::Unknown { cause }) => return Ok(still_pending(charge, &cause)),
        Err(_) => return Ok(still_pending(charge, "the issuer did not answer in time")),
    };
    if !matches!(settlement, Settlement::AuthenticationRequired) {
        // PCI DSS: a code does not outlive its authorization.
        shared.vault.codes.forget(&charge.token);
    }
    let charge = settle(shared, charge, settlement).await?;
    shared.failpoints.hit("psp_after_result");
    Ok(charge)
}

impl ChargeOrder {
    /// Whether a known charge was asked for with the same parameters.
    fn is_for(&self, charge: &Charge) -> bool {
        self.token.as_deref() == Some(charge.token.as_str())
            && self.amount == charge.amount
            && self.currency == charge.currency
            && self.checkout_session_id.as_str() == charge.checkout_session_id
    }

    fn intent(
        &self,
        id: &str,
        token: &str,
        state: &TokenState,
        now: Timestamp,
        simulated: bool,
    ) -> Charge {
        let lease_until = match state {
            TokenState::Reserved { until, .. } => *until,
            TokenState::Active
            | TokenState::Consumed { .. }
            | TokenState::Expired { .. }
            | TokenState::Revoked { .. } => now,
        };
        Charge {
            id: id.to_owned(),
            charge_key: self.charge_key.clone(),
            merchant_id: self.merchant_id.as_str().to_owned(),
            token: token.to_owned(),
            status: ChargeStatus::Pending,
            amount: self.amount,
            currency: self.currency,
            amount_refunded: MinorUnits::ZERO,
            checkout_session_id: self.checkout_session_id.as_str().to_owned(),
            order_ref: self.order_ref.clone(),
            decline_reason: None,
            simulated,
            created: now,
            lease_until: lease_until.as_microsecond(),
        }
    }
}

/// An exact cause for the operator; the merchant sees only the code, the agent nothing at all. A
/// refusal is everyday business; that a token is withdrawn because of it is not.
fn log_refusal(merchant: &str, token: &str, reason: TokenError, withdrawn: bool) {
    if withdrawn {
        tracing::warn!(merchant.id = merchant, token.record = token, %reason, "a token was withdrawn after repeated refusals");
    } else {
        tracing::info!(merchant.id = merchant, token.record = token, %reason, "a redemption was refused");
    }
}
