//! What the endpoints and the sweeper share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use comptoir_http::ApiError;
use comptoir_processors::Failpoints;
use comptoir_signing::environment::Environment;
use comptoir_store::{Store, TenantId};
use jiff::Timestamp;

use crate::{
    charge::Charge,
    config::{Mode, PspConfig},
    issuer::Issuer,
    refusal::Refusal,
    token::TokenDocument,
    vault::Vault,
    velocity::Counter,
};

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) environment: Environment,
    pub(crate) tenant: TenantId,
    pub(crate) vault: Vault,
    pub(crate) issuer: Arc<dyn Issuer>,
    pub(crate) issuer_timeout: Duration,
    pub(crate) mode: Mode,
    /// Names of the merchants, by id.
    pub(crate) merchants: BTreeMap<String, String>,
    pub(crate) failpoints: Failpoints,
    pub(crate) in_flight: InFlight,
    pub(crate) delegations_per_agent: Counter<String>,
    pub(crate) delegations_per_card: Counter<[u8; 32]>,
    unknown_tokens_per_merchant: Counter<String>,
    started: Timestamp,
}

impl Shared {
    pub(crate) fn new(config: &PspConfig) -> Self {
        let velocity = &config.velocity;
        Self {
            store: config.store.clone(),
            environment: config.environment.clone(),
            tenant: config.tenant,
            vault: Vault::new(config.keyring.clone(), config.fingerprint_key.clone()),
            issuer: Arc::clone(&config.issuer),
            issuer_timeout: config.issuer_timeout,
            mode: config.mode,
            merchants: config
                .merchants
                .iter()
                .map(|merchant| (merchant.merchant_id.clone(), merchant.name.clone()))
                .collect(),
            failpoints: config.failpoints.clone(),
            in_flight: InFlight::default(),
            delegations_per_agent: Counter::new(velocity.delegations_per_agent),
            delegations_per_card: Counter::new(velocity.delegations_per_card),
            unknown_tokens_per_merchant: Counter::new(velocity.unknown_tokens_per_merchant),
            started: config.environment.now(),
        }
    }

    /// The refusal of a token that does not exist; somebody who guesses is slowed down.
    pub(crate) fn unknown_token(&self, merchant: &str, now: Timestamp) -> Refusal {
        match self
            .unknown_tokens_per_merchant
            .count(merchant.to_owned(), now)
        {
            Ok(()) => Refusal::TokenNotFound,
            Err(seconds) => {
                Refusal::Api(ApiError::rate_limited(seconds).with_code("rate_limit_exceeded"))
            }
        }
    }

    /// Forgets the verification code of a token that can charge no more.
    pub(crate) fn forget_if_ended(&self, document: &TokenDocument) {
        if document.token.state.is_terminal() {
            self.vault.codes.forget(document.token.id.as_str());
        }
    }

    /// Whether nobody works on a pending charge any more: its lease is over, or it is older than
    /// this process and nobody here has it. Voiding is safe either way; this only avoids voiding a
    /// charge that is about to succeed.
    pub(crate) fn is_abandoned(&self, charge: &Charge) -> bool {
        let lease_over = self.environment.now_micros() > charge.lease_until;
        lease_over || (charge.created < self.started && !self.in_flight.holds(&charge.id))
    }
}

/// Ids of the charges whose saga runs in this process.
#[derive(Default)]
pub(crate) struct InFlight(Mutex<BTreeSet<String>>);

impl InFlight {
    pub(crate) fn enter(&self, id: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned());
    }

    pub(crate) fn leave(&self, id: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }

    fn holds(&self, id: &str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(id)
    }
}
