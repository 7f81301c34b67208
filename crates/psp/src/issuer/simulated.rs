//! An issuer that moves no money. See [`super::test_cards`] for what each card does.

use comptoir_processors::{BoxFuture, DeclineReason};
use comptoir_signing::environment::Environment;
use comptoir_store::{Collection, NewRecord, RecordQuery, Store, StoreError, Tx};
use jiff::{SignedDuration, Timestamp};

use super::{
    Authorization, AuthorizationLookup, AuthorizationRequest, Issuer, IssuerRefund,
    IssuerRefundRequest, LedgerEntry, LedgerPage, Void,
    ledger::{self, ISSUER_TENANT},
    test_cards::{CardBehavior, behavior},
};
use crate::row;

/// Most entries on one page of the book.
pub const PAGE_MAX: u32 = 1_000;

/// The simulated issuer. Its book lives in a store, so that it remembers across a restart what it
/// captured, like a real one.
#[derive(Clone)]
pub struct SimulatedIssuer {
    store: Store,
    environment: Environment,
    late_failure_after: SignedDuration,
}

impl SimulatedIssuer {
    /// An issuer with its book in `store`. Late failures come after one minute.
    #[must_use]
    pub const fn new(store: Store, environment: Environment) -> Self {
        Self {
            store,
            environment,
            late_failure_after: SignedDuration::from_secs(60),
        }
    }

    /// Entries behind the position `after`, oldest first, at most `limit` and never more than
    /// [`PAGE_MAX`]; with `charge_key` only those of this charge.
    pub async fn ledger(
        &self,
        charge_key: Option<String>,
        after: Option<i64>,
        limit: u32,
    ) -> Result<LedgerPage, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        self.store
            .read("simulated_issuer_ledger", move |tx| {
                let query = RecordQuery {
                    parent: charge_key.as_deref(),
                    after_key: after,
                    limit,
                    ..RecordQuery::default()
                };
                let records = tx.records(Collection::Charges, ISSUER_TENANT, &query)?;
                let full = u32::try_from(records.len()).is_ok_and(|count| count == limit);
                let next = records.last().filter(|_| full).map(|record| record.key);
                let entries = records
                    .into_iter()
                    .map(|record| row::decode::<LedgerEntry>(record).map(|(_, entry)| entry));
                Ok(LedgerPage {
                    simulated: true,
                    entries: entries.collect::<Result<_, StoreError>>()?,
                    next,
                })
            })
            .await
    }

    async fn authorize_once(&self, request: &AuthorizationRequest) -> Authorization {
        let known = behavior(&request.card.number);
        if known == Some(CardBehavior::TimeoutBefore) {
            return Authorization::Unknown {
                cause: "the simulated issuer did not answer".to_owned(),
            };
        }
        let now = self.environment.now();
        let entry = self.decide(known, request, now);
        // One authentication proves one purchase: the issuer accepts its transaction once.
        let proof = request
            .authentication
            .as_ref()
            .and_then(|result| result.transaction_id.clone());
        let written = self
            .store
            .write("simulated_issuer_authorize", move |tx| {
                if let Some((_, known)) = ledger::find(tx, &entry.key)? {
                    return Ok::<_, StoreError>(known);
                }
                let mut entry = entry.clone();
                if entry.captures == 1
                    && proof
                        .as_deref()
                        .is_some_and(|proof| !first_use(tx, proof, &entry))
                {
                    entry.decline(DeclineReason::AuthenticationFailed);
                }
                ledger::insert(tx, &entry)?;
                Ok(entry)
            })
            .await;
        match written {
            Ok(_) if known == Some(CardBehavior::TimeoutAfter) => Authorization::Unknown {
                cause: "the simulated issuer's answer was lost".to_owned(),
            },
            Ok(entry) => outcome(&entry),
            Err(error) => Authorization::Unknown {
                cause: error.to_string(),
            },
        }
    }

    fn decide(
        &self,
        known: Option<CardBehavior>,
        request: &AuthorizationRequest,
        now: Timestamp,
    ) -> LedgerEntry {
        let mut entry = LedgerEntry {
            simulated: true,
            key: request.key.clone(),
            charge_key: request.charge_key.clone(),
            merchant_id: request.merchant_id.clone(),
            amount: request.amount.get(),
            currency: request.currency.code().to_owned(),
            state: "captured".to_owned(),
            decline_reason: None,
            captures: 1,
            amount_refunded: 0,
            cvc_presented: request.card.cvc.is_some(),
            created_at: now.as_microsecond(),
            reverses_at: None,
        };
        let authentication = request.authentication.as_ref().map(|result| result.outcome);
        if authentication.is_some_and(|outcome| !outcome.permits_charge()) {
            entry.decline(DeclineReason::AuthenticationFailed);
        } else {
            match known {
                Some(
                    CardBehavior::Approve
                    | CardBehavior::TimeoutAfter
                    | CardBehavior::TimeoutBefore,
                ) => {}
                Some(CardBehavior::RequireAuthentication) if authentication.is_some() => {}
                Some(CardBehavior::RequireAuthentication) => {
                    "authentication_required".clone_into(&mut entry.state);
                    entry.captures = 0;
                }
                Some(CardBehavior::LateFailure) => {
                    entry.reverses_at = now
                        .checked_add(self.late_failure_after)
                        .ok()
                        .map(Timestamp::as_microsecond);
                }
                Some(CardBehavior::Decline(reason)) => entry.decline(reason),
                None => entry.decline(DeclineReason::Generic),
            }
        }
        entry
    }

    async fn lookup_once(&self, key: &str) -> AuthorizationLookup {
        let key = key.to_owned();
        let found = self
            .store
            .read("simulated_issuer_lookup", move |tx| ledger::find(tx, &key))
            .await;
        match found {
            Ok(Some((_, entry))) => match entry.state.as_str() {
                "reversed" => AuthorizationLookup::Reversed,
                "voided" => AuthorizationLookup::Voided,
                _ => match outcome(&entry) {
                    Authorization::Captured { at } => AuthorizationLookup::Captured { at },
                    Authorization::Declined(reason) => AuthorizationLookup::Declined(reason),
                    Authorization::AuthenticationRequired => {
                        AuthorizationLookup::AuthenticationRequired
                    }
                    Authorization::Unknown { cause } => AuthorizationLookup::Unknown { cause },
                },
            },
            Ok(None) => AuthorizationLookup::Absent,
            Err(error) => AuthorizationLookup::Unknown {
                cause: error.to_string(),
            },
        }
    }

    async fn void_once(&self, key: &str) -> Void {
        let (key, now) = (key.to_owned(), self.environment.now_micros());
        let voided = self
            .store
            .write("simulated_issuer_void", move |tx| {
                match ledger::find(tx, &key)? {
                    None => ledger::insert(tx, &LedgerEntry::closed(&key, now)),
                    Some((record, mut entry)) if entry.state == "captured" => {
                        "voided".clone_into(&mut entry.state);
                        entry.reverses_at = None;
                        ledger::replace(tx, &record, &entry, now)
                    }
                    Some(_) => Ok(()),
                }
            })
            .await;
        match voided {
            Ok(()) => Void::Done,
            Err(error) => Void::Unknown {
                cause: error.to_string(),
            },
        }
    }

    async fn refund_once(&self, request: &IssuerRefundRequest) -> IssuerRefund {
        let (request, now) = (request.clone(), self.environment.now_micros());
        let refunded = self
            .store
            .write("simulated_issuer_refund", move |tx| {
                if tx
                    .record(Collection::Refunds, ISSUER_TENANT, &request.key)?
                    .is_some()
                {
                    return Ok::<_, StoreError>(IssuerRefund::Done);
                }
                let Some((record, mut entry)) = ledger::find(tx, &request.authorization_key)?
                else {
                    return Ok(IssuerRefund::Refused {
                        message: "no such authorization".to_owned(),
                    });
                };
                let sum = entry
                    .amount_refunded
                    .checked_add(request.amount.get())
                    .filter(|sum| *sum <= entry.amount);
                let Some(sum) =
                    sum.filter(|_| entry.state == "captured" && request.amount.get() > 0)
                else {
                    return Ok(IssuerRefund::Refused {
                        message: "not refundable".to_owned(),
                    });
                };
                entry.amount_refunded = sum;
                ledger::replace(tx, &record, &entry, now)?;
                insert_mark(tx, Collection::Refunds, &request.key, &entry, now)?;
                Ok(IssuerRefund::Done)
            })
            .await;
        refunded.unwrap_or_else(|error| IssuerRefund::Unknown {
            cause: error.to_string(),
        })
    }

    /// Takes back the money of late failures that are due, and lists what is not acknowledged yet.
    async fn reversals_due(&self, limit: u32) -> Result<Vec<String>, StoreError> {
        let now = self.environment.now_micros();
        self.store
            .write("simulated_issuer_reverse", move |tx| {
                let query = RecordQuery {
                    due_before: Some(now),
                    limit,
                    ..RecordQuery::default()
                };
                let mut keys = Vec::new();
                for record in tx.records(Collection::Charges, ISSUER_TENANT, &query)? {
                    let (record, mut entry) = row::decode::<LedgerEntry>(record)?;
                    if entry.state == "captured" {
                        "reversed".clone_into(&mut entry.state);
                        ledger::replace(tx, &record, &entry, now)?;
                    }
                    keys.push(entry.key);
                }
                Ok(keys)
            })
            .await
    }

    async fn acknowledge(&self, key: &str) -> Result<(), StoreError> {
        let (key, now) = (key.to_owned(), self.environment.now_micros());
        self.store
            .write("simulated_issuer_acknowledge", move |tx| {
                let Some((record, mut entry)) = ledger::find(tx, &key)? else {
                    return Ok(());
                };
                entry.reverses_at = None;
                ledger::replace(tx, &record, &entry, now)
            })
            .await
    }
}

impl Issuer for SimulatedIssuer {
    fn is_simulated(&self) -> bool {
        true
    }

    fn authorize<'a>(&'a self, request: &'a AuthorizationRequest) -> BoxFuture<'a, Authorization> {
        Box::pin(self.authorize_once(request))
    }

    fn lookup<'a>(&'a self, key: &'a str) -> BoxFuture<'a, AuthorizationLookup> {
        Box::pin(self.lookup_once(key))
    }

    fn void<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Void> {
        Box::pin(self.void_once(key))
    }

    fn refund<'a>(&'a self, request: &'a IssuerRefundRequest) -> BoxFuture<'a, IssuerRefund> {
        Box::pin(self.refund_once(request))
    }

    fn reversals(&self, limit: u32) -> BoxFuture<'_, Vec<String>> {
        Box::pin(async move {
            self.reversals_due(limit).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "simulated issuer could not list reversals");
                Vec::new()
            })
        })
    }

    fn acknowledge_reversal<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(error) = self.acknowledge(key).await {
                // It will be named again: nothing is lost.
                tracing::warn!(%error, "simulated issuer could not note the acknowledgement");
            }
        })
    }
}

fn outcome(entry: &LedgerEntry) -> Authorization {
    match entry.state.as_str() {
        "captured" => match Timestamp::from_microsecond(entry.created_at) {
            Ok(at) => Authorization::Captured { at },
            Err(error) => Authorization::Unknown {
                cause: error.to_string(),
            },
        },
        "declined" => Authorization::Declined(entry.reason()),
        "authentication_required" => Authorization::AuthenticationRequired,
        // The key was closed or its money returned before this request arrived.
        _ => Authorization::Declined(DeclineReason::Generic),
    }
}

/// Marks an authentication as used; false when it was used before.
fn first_use(tx: &mut dyn Tx, proof: &str, entry: &LedgerEntry) -> bool {
    insert_mark(
        tx,
        Collection::ReceivedEvents,
        &format!("3ds:{proof}"),
        entry,
        entry.created_at,
    )
    .is_ok()
}

fn insert_mark(
    tx: &mut dyn Tx,
    collection: Collection,
    id: &str,
    entry: &LedgerEntry,
    now: i64,
) -> Result<(), StoreError> {
    tx.insert(
        collection,
        &NewRecord {
            tenant: ISSUER_TENANT,
            id,
            owner: &entry.merchant_id,
            state: "done",
            unique_ref: None,
            parent: Some(&entry.key),
            due_at: None,
            document: b"{}",
            rendered: None,
            now,
        },
    )?;
    Ok(())
}
