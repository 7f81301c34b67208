//! What a PSP is made of.

use std::{sync::Arc, time::Duration};

use comptoir_http::SignaturePolicy;
use comptoir_processors::Failpoints;
use comptoir_signing::{envelope::KeyRing, environment::Environment, secret::SecretKey};
use comptoir_store::{Store, TenantId};
use secrecy::SecretString;

use crate::{
    issuer::{Issuer, simulated::SimulatedIssuer},
    velocity::VelocityLimits,
};

/// A merchant who may charge.
#[derive(Clone, Debug)]
pub struct MerchantAccount {
    /// The id that allowances name, at most 256 characters.
    pub merchant_id: String,
    /// Name for people.
    pub name: String,
    /// The merchant's bearer key; it fixes the merchant id, whatever a request claims.
    pub bearer: SecretString,
}

/// An agent who may delegate payments.
#[derive(Clone, Debug)]
pub struct AgentAccount {
    /// Id of the agent in logs and as the owner of its tokens.
    pub agent_id: String,
    /// Name for people.
    pub name: String,
    /// The agent's bearer key.
    pub bearer: SecretString,
}

/// Whether cards are real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Test cards and a simulated issuer.
    Test,
    /// Real cards: documented test cards are refused, and a simulated issuer is not accepted.
    Live,
}

/// Everything a [`crate::Psp`] needs. Build it with [`PspConfig::new`] and set what differs.
pub struct PspConfig {
    /// Merchants who may charge.
    pub merchants: Vec<MerchantAccount>,
    /// Agents who may delegate payments.
    pub agents: Vec<AgentAccount>,
    /// Keys under which cards are sealed.
    pub keyring: KeyRing,
    /// Key of card fingerprints and of digests of bodies with card data, 32 bytes. Keep it: with
    /// another key, running idempotency records are not recognised any more.
    pub fingerprint_key: SecretKey,
    /// Who authorizes.
    pub issuer: Arc<dyn Issuer>,
    /// Clock and randomness.
    pub environment: Environment,
    /// Where everything is kept.
    pub store: Store,
    /// The tenant whose rows are used.
    pub tenant: TenantId,
    /// Whether cards are real.
    pub mode: Mode,
    /// What to do about agents' `Signature` headers.
    pub signatures: SignaturePolicy,
    /// How often callers may do what attackers do often.
    pub velocity: VelocityLimits,
    /// Time for one call to the issuer; shorter than the lease of a reservation (30 seconds).
    pub issuer_timeout: Duration,
    /// The simulated issuer's book over HTTP, for tests: who may read it, and the issuer.
    pub simulated_ledger: Option<SimulatedLedger>,
    /// Places where the process is told to die.
    pub failpoints: Failpoints,
}

/// Access to the simulated issuer's book.
#[derive(Clone)]
pub struct SimulatedLedger {
    /// The issuer whose book is shown.
    pub issuer: SimulatedIssuer,
    /// Bearer key of whoever may read it; no other key of the PSP opens it.
    pub bearer: SecretString,
}

impl PspConfig {
    /// Test mode, no accounts, default limits.
    #[must_use]
    pub fn new(
        store: Store,
        environment: Environment,
        keyring: KeyRing,
        fingerprint_key: SecretKey,
        issuer: Arc<dyn Issuer>,
    ) -> Self {
        Self {
            merchants: Vec::new(),
            agents: Vec::new(),
            keyring,
            fingerprint_key,
            issuer,
            environment,
            store,
            tenant: TenantId::DEFAULT,
            mode: Mode::Test,
            signatures: SignaturePolicy::Off,
            velocity: VelocityLimits::default(),
            issuer_timeout: Duration::from_secs(10),
            simulated_ledger: None,
            failpoints: Failpoints::none(),
        }
    }

    /// The same with a [`SimulatedIssuer`] on the same store, whose book `ledger_bearer` may read.
    #[must_use]
    pub fn simulated(
        store: Store,
        environment: Environment,
        keyring: KeyRing,
        fingerprint_key: SecretKey,
        ledger_bearer: Option<SecretString>,
    ) -> Self {
        let issuer = SimulatedIssuer::new(store.clone(), environment.clone());
        let mut config = Self::new(
            store,
            environment,
            keyring,
            fingerprint_key,
            Arc::new(issuer.clone()),
        );
        config.simulated_ledger = ledger_bearer.map(|bearer| SimulatedLedger { issuer, bearer });
        config
    }
}
