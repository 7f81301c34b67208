//! Idempotency for bodies with card data.
//!
//! An idempotency record keeps digests of the body. A plain SHA-256 of a body whose only unknown part
//! is a card number can be searched through; so the digests are stored under a keyed hash, and taken
//! back to their plain form only inside the transaction that compares them.

use comptoir_http::{ApiError, Call, CallKey, Reply, idempotency};
use comptoir_signing::fingerprint::Fingerprint;
use comptoir_store::{IdempotencyRecord, StoreError, Tx};

use crate::vault::Vault;

/// The plain digests of a body.
pub(crate) struct Prints {
    raw: [u8; 32],
    canonical: [u8; 32],
}

impl Prints {
    pub(crate) fn of(call: &Call) -> Result<Self, ApiError> {
        Ok(Self {
            raw: *Fingerprint::of_bytes(&call.body).as_bytes(),
            canonical: *Fingerprint::of_json(&call.json)
                .map_err(ApiError::internal)?
                .as_bytes(),
        })
    }
}

/// [`idempotency::once`], with blinded digests in the store.
pub(crate) fn once(
    tx: &mut dyn Tx,
    vault: &Vault,
    call: &CallKey,
    prints: &Prints,
    now: i64,
    work: &mut dyn FnMut(&mut dyn Tx) -> Result<Reply, ApiError>,
) -> Result<Reply, ApiError> {
    let Some(scope) = call.scope() else {
        return idempotency::once(tx, call, now, work);
    };
    let blinded = Prints {
        raw: vault.blind(&prints.raw),
        canonical: vault.blind(&prints.canonical),
    };
    // An error leaves the closure and takes all of this back.
    exchange(tx, &scope, &blinded, prints)?;
    let reply = idempotency::once(tx, call, now, work)?;
    exchange(tx, &scope, prints, &blinded)?;
    Ok(reply)
}

/// Replaces each digest of the record that is `from` by the one of `to`.
fn exchange(
    tx: &mut dyn Tx,
    scope: &[u8; 16],
    from: &Prints,
    to: &Prints,
) -> Result<(), StoreError> {
    let Some(found) = tx.idempotency(scope)? else {
        return Ok(());
    };
    let replace = |digest: [u8; 32]| match digest {
        digest if digest == from.raw => to.raw,
        digest if digest == from.canonical => to.canonical,
        digest => digest,
    };
    let changed = IdempotencyRecord {
        raw_fingerprint: replace(found.raw_fingerprint),
        canonical_fingerprint: replace(found.canonical_fingerprint),
        ..found.clone()
    };
    if changed == found {
        Ok(())
    } else {
        tx.put_idempotency(&changed)
    }
}
