//! The PSP as one object: routes and sweeper.

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use comptoir_http::{ApiConfig, CallerKeys, SignaturePolicy, Surface};
use comptoir_store::StoreError;
use thiserror::Error;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Mode, PspConfig, SimulatedLedger},
    endpoints::{
        create_charge, create_refund, delegate_payment, find_charge, find_refund,
        list_simulated_ledger, retrieve_charge, retrieve_token, revoke_token,
    },
    shared::Shared,
    sweeper::{self, Sweep},
};

/// A PSP cannot be built from this configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PspError {
    /// Live mode needs an issuer that moves real money.
    #[error("live mode with a simulated issuer")]
    SimulatedIssuerInLiveMode,
    /// The key ring lacks its current version: nothing could be sealed.
    #[error("the key ring cannot seal")]
    KeyRingCannotSeal,
    /// A fingerprint key of fewer than 32 bytes could be guessed.
    #[error("the fingerprint key has fewer than 32 bytes")]
    FingerprintKeyTooShort,
}

/// A payment service provider; see the crate's documentation.
#[derive(Clone)]
pub struct Psp {
    shared: Arc<Shared>,
    agents: CallerKeys,
    merchants: CallerKeys,
    signatures: SignaturePolicy,
    simulated_ledger: Option<SimulatedLedger>,
}

impl Psp {
    /// Builds a PSP. Nothing runs until [`Psp::router`] is served and [`Psp::spawn_sweeper`] called.
    pub fn new(config: PspConfig) -> Result<Self, PspError> {
        if config.mode == Mode::Live && config.issuer.is_simulated() {
            return Err(PspError::SimulatedIssuerInLiveMode);
        }
        if !config.keyring.can_seal() {
            return Err(PspError::KeyRingCannotSeal);
        }
        if config.fingerprint_key.expose().len() < 32 {
            return Err(PspError::FingerprintKeyTooShort);
        }
        let agents = config.agents.iter().fold(CallerKeys::new(), |keys, agent| {
            keys.with(&agent.bearer, &agent.agent_id)
        });
        let merchants = config
            .merchants
            .iter()
            .fold(CallerKeys::new(), |keys, merchant| {
                keys.with(&merchant.bearer, &merchant.merchant_id)
            });
        let shared = Arc::new(Shared::new(&config));
        Ok(Self {
            shared,
            agents,
            merchants,
            signatures: config.signatures,
            simulated_ledger: config.simulated_ledger,
        })
    }

    /// All routes. Wrap them with `comptoir_http::layers` and serve them with `comptoir_http::serve`.
    pub fn router(&self) -> Router {
        let delegate = Router::new()
            .route(
                "/agentic_commerce/delegate_payment",
                post(delegate_payment::handle),
            )
            .with_state(self.face(
                &self.agents,
                Surface::DelegatePayment,
                self.signatures.clone(),
            ));
        let tokens = Router::new()
            .route("/v1/tokens/{id}", get(retrieve_token::handle))
            .route("/v1/tokens/{id}/revoke", post(revoke_token::handle))
            .with_state(self.face(&self.agents, Surface::Own, SignaturePolicy::Off));
        let charges = Router::new()
            .route(
                "/v1/charges",
                post(create_charge::handle).get(find_charge::handle),
            )
            .route("/v1/charges/{id}", get(retrieve_charge::handle))
            .route(
                "/v1/refunds",
                post(create_refund::handle).get(find_refund::handle),
            )
            .with_state(self.face(&self.merchants, Surface::Own, SignaturePolicy::Off));
        delegate
            .merge(tokens)
            .merge(charges)
            .merge(self.ledger_router())
    }

    /// Finishes in the background what was left open, until `stop` is cancelled. Run it: without it
    /// an interrupted charge stays pending until somebody looks it up.
    #[must_use = "await the handle after cancelling, so that the last round ends before the store closes"]
    pub fn spawn_sweeper(&self, stop: CancellationToken) -> JoinHandle<()> {
        sweeper::spawn(Arc::clone(&self.shared), stop)
    }

    /// One round of the sweeper, for tests and for those who schedule it themselves.
    pub async fn sweep(&self) -> Result<Sweep, StoreError> {
        sweeper::sweep(&self.shared).await
    }

    fn face(&self, callers: &CallerKeys, surface: Surface, signatures: SignaturePolicy) -> Face {
        let mut api = ApiConfig::new(callers.clone(), self.shared.environment.clone()).on(surface);
        api.signatures = signatures;
        api.tenant = self.shared.tenant;
        Face {
            api: api.shared(),
            shared: Arc::clone(&self.shared),
        }
    }

    fn ledger_router(&self) -> Router {
        let Some(ledger) = &self.simulated_ledger else {
            return Router::new();
        };
        let callers = CallerKeys::new().with(&ledger.bearer, "simulated_issuer_reader");
        let face = self.face(&callers, Surface::Own, SignaturePolicy::Off);
        Router::new()
            .route(
                "/simulated_issuer/ledger",
                get(list_simulated_ledger::handle),
            )
            .with_state(LedgerFace {
                api: face.api,
                issuer: ledger.issuer.clone(),
            })
    }
}

/// State of the routes of one kind of caller.
#[derive(Clone)]
pub(crate) struct Face {
    api: Arc<ApiConfig>,
    pub(crate) shared: Arc<Shared>,
}

impl FromRef<Face> for Arc<ApiConfig> {
    fn from_ref(face: &Face) -> Self {
        Self::clone(&face.api)
    }
}

/// State of the simulated issuer's route.
#[derive(Clone)]
pub(crate) struct LedgerFace {
    api: Arc<ApiConfig>,
    pub(crate) issuer: crate::issuer::simulated::SimulatedIssuer,
}

impl FromRef<LedgerFace> for Arc<ApiConfig> {
    fn from_ref(face: &LedgerFace) -> Self {
        Self::clone(&face.api)
    }
}
