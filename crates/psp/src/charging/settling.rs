//! The end of a charge: what the issuer says is written once, and a capture that may not stand is
//! taken back.

use std::{sync::Arc, time::Duration};

use comptoir_commerce::{checkout::ChargeKey, token::TokenError};
use comptoir_processors::DeclineReason;
use comptoir_store::{StoreError, Tx};
use jiff::Timestamp;

use crate::{
    charge::{Charge, ChargeStatus},
    issuer::{AuthorizationLookup, Void},
    row,
    shared::Shared,
    token::{self, TokenDocument},
};

/// Pauses before a result is written again when the store's queue was full: a result that is known is
/// worth waiting for, and the sweeper would come only at the end of the lease.
const BUSY_PAUSES: [Duration; 3] = [
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(500),
];

/// What is known about a pending charge.
#[derive(Clone, Copy)]
pub(super) enum Settlement {
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
pub(super) async fn settle(
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

/// Writes a result, with patience.
async fn write_settlement(
    shared: &Arc<Shared>,
    charge: Charge,
    settlement: Settlement,
) -> Result<Settled, StoreError> {
    for pause in BUSY_PAUSES {
        match try_write(shared, charge.clone(), settlement).await {
            Err(StoreError::Busy) => tokio::time::sleep(pause).await,
            written => return written,
        }
    }
    try_write(shared, charge, settlement).await
}

/// The last transaction. Whoever settles first wins; later ones find the result and change nothing.
async fn try_write(
    shared: &Arc<Shared>,
    charge: Charge,
    settlement: Settlement,
) -> Result<Settled, StoreError> {
    let (shared_in, now) = (Arc::clone(shared), shared.environment.now());
    shared
        .store
        .write("psp_settle_charge", move |tx| {
            let tenant = shared_in.tenant;
            let Some((record, mut charge)) = row::find::<Charge>(tx, tenant, &charge.id)? else {
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
            row::replace(tx, tenant, &record, &charge, now.as_microsecond())?;
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
    let Some((record, mut document)) =
        row::find::<TokenDocument>(tx, shared.tenant, &charge.token)?
    else {
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
    shared.forget_if_ended(&document);
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
            let Some((record, mut charge)) = row::find::<Charge>(tx, tenant, &id)? else {
                return Ok(());
            };
            if charge.status == ChargeStatus::Succeeded {
                charge.status = ChargeStatus::Reversed;
                row::replace(tx, tenant, &record, &charge, now)?;
            }
            Ok(())
        })
        .await
}

pub(super) fn still_pending(charge: Charge, cause: &str) -> Charge {
    tracing::warn!(charge.id = %charge.id, cause, "the outcome of a charge is not known yet");
    charge
}

fn missing(table: &'static str, row: &str) -> StoreError {
    StoreError::Inconsistent {
        table,
        column: "document".to_owned(),
        row: row.to_owned(),
    }
}
