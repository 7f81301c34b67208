//! The saga of a charge: reserve the token and write the intent, ask the issuer, write the result.
//!
//! It can be killed at any point. Before the issuer is asked, the charge is stored as pending with an
//! id that is also the issuer's key; afterwards [`resolve`] finds out by that key what happened, and
//! never authorizes again. A capture that came after the reservation's lease is voided.

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
use comptoir_processors::{Authentication, DeclineReason};
use comptoir_store::{StoreError, Tx};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{
    charge::{self, Charge, ChargeStatus},
    issuer::{Authorization, AuthorizationLookup, AuthorizationRequest, PresentedCard, Void},
    refusal::Refusal,
    shared::Shared,
    token,
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

/// What is known about a pending charge.
#[derive(Clone, Copy)]
enum Settlement {
    Captured { at: Timestamp },
    Declined(DeclineReason),
    AuthenticationRequired,
    Reversed,
}

/// What the last transaction decided.
enum Settled {
    Charge(Charge),
    /// The capture must not stand: it came too late.
    MustVoid(Charge),
}

/// Charges once per charge key.
pub(crate) async fn create(shared: &Arc<Shared>, order: ChargeOrder) -> Result<Charged, Refusal> {
    match reserve(shared, &order).await? {
        Reserved::Existing(charge) => {
            let charge = resolve(shared, charge).await?;
            Ok(Charged {
                charge,
                created: false,
            })
        }
        Reserved::Refused(refusal) => Err(refusal),
        Reserved::New(charge, card) => {
            shared.in_flight.enter(&charge.id);
            shared.failpoints.hit("psp_after_reserve");
            // A task of its own: whoever hangs up cancels the answer, not the saga.
            let (task, pending) = (Arc::clone(shared), charge.clone());
            let saga = tokio::spawn(async move {
                let id = charge.id.clone();
                let settled = authorize(&task, charge, card, order.authentication).await;
                task.in_flight.leave(&id);
                settled
            });
            // A saga that panicked or lost the store leaves a pending charge for the sweeper.
            let charge = match saga.await {
                Ok(Ok(charge)) => charge,
                Ok(Err(error)) => {
                    tracing::error!(charge.id = %pending.id, %error, "the result of a charge could not be written");
                    pending
                }
                Err(error) => {
                    tracing::error!(charge.id = %pending.id, %error, "a charge was interrupted");
                    pending
                }
            };
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
                charge::find_by_key(tx, shared.tenant, merchant, &order.charge_key)?
            {
                return Ok(if order.is_for(&known) {
                    Reserved::Existing(known)
                } else {
                    Reserved::Refused(Refusal::ChargeKeyReused)
                });
            }
            let found = match &order.token {
                Some(token) => token::find(tx, shared.tenant, token)?,
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
                    log_refusal(merchant, &record.id, refused.reason);
                    if let Some(changed) = refused.token {
                        document.token = changed;
                        token::replace(tx, shared.tenant, &record, &document)?;
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
            charge::insert(tx, shared.tenant, &charge)?;
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

/// Finds out what became of a pending charge; a charge that is not pending is returned as it is.
/// Asks the issuer by key and never authorizes.
pub(crate) async fn resolve(shared: &Arc<Shared>, charge: Charge) -> Result<Charge, StoreError> {
    if charge.status != ChargeStatus::Pending {
        return Ok(charge);
    }
    let answer =
        tokio::time::timeout(shared.issuer_timeout, shared.issuer.lookup(&charge.id)).await;
    let settlement = match answer {
        Ok(AuthorizationLookup::Captured { at }) => Settlement::Captured { at },
        Ok(AuthorizationLookup::Reversed) => Settlement::Reversed,
        Ok(AuthorizationLookup::Declined(reason)) => Settlement::Declined(reason),
        Ok(AuthorizationLookup::AuthenticationRequired) => Settlement::AuthenticationRequired,
        Ok(AuthorizationLookup::Voided) => Settlement::Declined(DeclineReason::Generic),
        Ok(AuthorizationLookup::Absent) if shared.is_abandoned(&charge) => {
            return void(shared, charge).await;
        }
        Ok(AuthorizationLookup::Absent) => return Ok(charge),
        Ok(AuthorizationLookup::Unknown { cause }) => return Ok(still_pending(charge, &cause)),
        Err(_) => return Ok(still_pending(charge, "the issuer did not answer in time")),
    };
    settle(shared, charge, settlement).await
}

/// Closes the charge at the issuer, then here.
async fn void(shared: &Arc<Shared>, charge: Charge) -> Result<Charge, StoreError> {
    let answer = tokio::time::timeout(shared.issuer_timeout, shared.issuer.void(&charge.id)).await;
    match answer {
        Ok(Void::Done) => {
            tracing::info!(charge.id = %charge.id, "an interrupted charge was voided");
            let declined = Settlement::Declined(DeclineReason::Generic);
            match write_settlement(shared, charge, declined).await? {
                Settled::Charge(charge) | Settled::MustVoid(charge) => Ok(charge),
            }
        }
        Ok(Void::Unknown { cause }) => Ok(still_pending(charge, &cause)),
        Err(_) => Ok(still_pending(charge, "the issuer did not answer in time")),
    }
}

/// Writes a result, and takes a capture back that may not stand.
async fn settle(
    shared: &Arc<Shared>,
    charge: Charge,
    settlement: Settlement,
) -> Result<Charge, StoreError> {
    match write_settlement(shared, charge, settlement).await? {
        Settled::Charge(charge) => Ok(charge),
        Settled::MustVoid(charge) => {
            tracing::warn!(charge.id = %charge.id, "a capture came after its reservation and is voided");
            void(shared, charge).await
        }
    }
}

/// The last transaction. Whoever settles first wins; later ones find the result and change nothing.
async fn write_settlement(
    shared: &Arc<Shared>,
    charge: Charge,
    settlement: Settlement,
) -> Result<Settled, StoreError> {
    let (shared_in, now) = (Arc::clone(shared), shared.environment.now());
    shared
        .store
        .write("psp_settle_charge", move |tx| {
            let tenant = shared_in.tenant;
            let Some((record, mut charge)) = charge::find(tx, tenant, &charge.id)? else {
                return Err(missing("charges", &charge.id));
            };
            if charge.status != ChargeStatus::Pending {
                return Ok(Settled::Charge(charge));
            }
            match settlement {
                Settlement::Captured { at } => {
                    if !end_reservation(tx, &shared_in, &charge, Some(at), now)? {
                        return Ok(Settled::MustVoid(charge));
                    }
                    charge.status = ChargeStatus::Succeeded;
                }
                Settlement::Reversed => {
                    end_reservation(tx, &shared_in, &charge, Some(charge.created), now)?;
                    charge.status = ChargeStatus::Reversed;
                }
                Settlement::Declined(reason) => {
                    end_reservation(tx, &shared_in, &charge, None, now)?;
                    charge.decline(reason);
                }
                Settlement::AuthenticationRequired => {
                    end_reservation(tx, &shared_in, &charge, None, now)?;
                    charge.status = ChargeStatus::AuthenticationRequired;
                }
            }
            charge::replace(tx, tenant, &record, &charge, now.as_microsecond())?;
            Ok(Settled::Charge(charge))
        })
        .await
}

/// Consumes the token (with the time of the capture) or releases it; false when the capture came
/// after the lease.
fn end_reservation(
    tx: &mut dyn Tx,
    shared: &Shared,
    charge: &Charge,
    captured_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((record, mut document)) = token::find(tx, shared.tenant, &charge.token)? else {
        return Err(missing("payment_tokens", &charge.token));
    };
    let key = ChargeKey::foreign(&charge.charge_key);
    let changed = match captured_at {
        Some(at) => document.token.consume(&key, at),
        None => document.token.release(&key, now),
    };
    match changed {
        Ok(changed) => document.token = changed,
        Err(TokenError::LeaseOver) => return Ok(false),
        // A pending charge holds the reservation of its token: rows that say otherwise are damaged.
        Err(_) => return Err(missing("payment_tokens", &charge.token)),
    }
    token::replace(tx, shared.tenant, &record, &document)?;
    if document.token.state.is_terminal() {
        shared.vault.codes.forget(&charge.token);
    }
    Ok(true)
}

/// Records that the issuer took the money of a charge back.
pub(crate) async fn reverse(shared: &Arc<Shared>, id: &str) -> Result<(), StoreError> {
    let (tenant, now, id) = (
        shared.tenant,
        shared.environment.now_micros(),
        id.to_owned(),
    );
    shared
        .store
        .write("psp_reverse_charge", move |tx| {
            let Some((record, mut charge)) = charge::find(tx, tenant, &id)? else {
                return Ok(());
            };
            if charge.status == ChargeStatus::Succeeded {
                charge.status = ChargeStatus::Reversed;
                charge::replace(tx, tenant, &record, &charge, now)?;
            }
            Ok(())
        })
        .await
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

fn still_pending(charge: Charge, cause: &str) -> Charge {
    tracing::warn!(charge.id = %charge.id, cause, "the outcome of a charge is not known yet");
    charge
}

/// An exact cause for the operator; the merchant sees only the code, the agent nothing at all.
fn log_refusal(merchant: &str, token: &str, reason: TokenError) {
    tracing::warn!(merchant.id = merchant, token.record = token, %reason, "a redemption was refused");
}

fn missing(table: &'static str, row: &str) -> StoreError {
    StoreError::Inconsistent {
        table,
        column: "document".to_owned(),
        row: row.to_owned(),
    }
}
