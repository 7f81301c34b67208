//! The agent: what its parts share, and its face towards programs.

use std::{collections::BTreeMap, sync::Arc};

use comptoir_client::{Client, ClientConfig, ConfigError, Transport};
use comptoir_http::{ApiConfig, CallerKeys, Surface};
use comptoir_search::Index;
use comptoir_signing::{
    envelope::KeyRing, environment::Environment, keyed::hmac_sha256, seal::RecordSigner,
    secret::SecretKey,
};
use comptoir_store::Store;
use comptoir_webhooks::Receiver;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use crate::{
    AgentConfig, AgentError, Language, SellerProfile,
    live::Live,
    peer::Peer,
    purchase::{Notice, PurchaseError, PurchaseState},
};

/// Largest body of the Feed API, in bytes; larger feeds are pushed in parts.
pub const FEED_BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The shopping agent. Cheap to clone; all clones are one agent.
#[derive(Clone)]
pub struct Agent(Arc<Parts>);

/// What all parts of the agent share.
pub(crate) struct Parts {
    pub(crate) environment: Environment,
    pub(crate) store: Store,
    pub(crate) index: Index,
    pub(crate) sellers: BTreeMap<String, Seller>,
    pub(crate) psp_peer: Arc<dyn Peer>,
    pub(crate) psp_simulated: bool,
    pub(crate) transport: Transport,
    pub(crate) feed_api: Arc<ApiConfig>,
    pub(crate) signer: RecordSigner,
    pub(crate) key_ring: KeyRing,
    pub(crate) csrf_key: SecretKey,
    pub(crate) owner_key: SecretKey,
    address_key: SecretKey,
    pub(crate) live: Live,
    pub(crate) nudge: Notify,
    pub(crate) tasks: TaskTracker,
    pub(crate) public_url: String,
    pub(crate) locale: Language,
}

/// A registered seller with its connection.
pub(crate) struct Seller {
    pub(crate) profile: SellerProfile,
    pub(crate) peer: Arc<dyn Peer>,
    pub(crate) receiver: Receiver,
}

/// What is known of a purchase from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseStatus {
    /// Where it stands.
    pub state: PurchaseState,
    /// What the buyer was told last.
    pub notice: Option<Notice>,
    /// Present once the seller's completed session showed it.
    pub order: Option<OrderStatus>,
}

/// What is known of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderStatus {
    /// The seller's order id.
    pub id: String,
    /// The number for people.
    pub number: String,
    /// The wire's status; an open list.
    pub status: String,
    /// Refunded so far, in minor units.
    pub refunded: i64,
    /// Tracking numbers of its parcels.
    pub tracking: Vec<String>,
    /// The newest revision that a webhook told.
    pub revision: Option<i64>,
}

impl Agent {
    /// Builds the agent and fills the product index from the store.
    ///
    /// # Errors
    /// [`AgentError`] when a profile makes no sense, or the store or the index fails.
    pub fn new(config: AgentConfig) -> Result<Self, AgentError> {
        let transport = Transport::new().map_err(AgentError::PaymentProvider)?;
        let derived = |purpose: &str| {
            hmac_sha256(
                &SecretKey::from_bytes(config.consent_seed.to_vec()),
                purpose.as_bytes(),
            )
        };
        let secret = |purpose: &str| SecretKey::from_bytes(derived(purpose).to_vec());
        let (sellers, callers) = register(config.sellers, &transport, &config.environment)?;
        let mut feed_api = ApiConfig::new(callers, config.environment.clone()).on(Surface::Feed);
        feed_api.supported.retain(|version| version.rules().feeds);
        feed_api.limits.body_bytes_max = FEED_BODY_BYTES_MAX;
        // Measures of unit prices: 0.75 litres.
        feed_api.limits.json_fractions = true;
        let wrong_psp = AgentError::PaymentProvider;
        let psp = ClientConfig::new(&config.psp.base_url, config.psp.bearer).map_err(wrong_psp)?;
        let psp_peer = connect(psp, &transport, &config.environment).map_err(wrong_psp)?;
        let agent = Self(Arc::new(Parts {
            psp_peer: Arc::new(psp_peer),
            psp_simulated: config.psp.simulated,
            transport,
            feed_api: feed_api.shared(),
            signer: RecordSigner::from_seed(&config.consent_seed),
            key_ring: KeyRing::new(1, BTreeMap::from([(1, derived("sealed calls v1"))])),
            csrf_key: secret("form tokens v1"),
            owner_key: secret("buyer principals v1"),
            address_key: secret("address digests v1"),
            live: Live::new(),
            nudge: Notify::new(),
            tasks: TaskTracker::new(),
            environment: config.environment,
            store: config.store,
            index: config.index,
            sellers,
            public_url: config.public_url,
            locale: config.locale,
        }));
        agent.rebuild_index()?;
        Ok(agent)
    }

    /// Where a purchase of this buyer stands.
    ///
    /// # Errors
    /// [`PurchaseError::NotFound`] or the store's.
    pub async fn purchase_status(
        &self,
        owner: &str,
        purchase_id: &str,
    ) -> Result<PurchaseStatus, PurchaseError> {
        let purchase = self.purchase_of(owner, purchase_id).await?;
        let revision = purchase.order_known.and_then(|(revision, _)| revision);
        let ordered = purchase.state == PurchaseState::Ordered;
        let order = purchase.order.filter(|_| ordered).map(|order| OrderStatus {
            refunded: order.refunded(),
            tracking: order
                .parcels
                .iter()
                .filter_map(|parcel| parcel.tracking.clone())
                .collect(),
            id: order.id,
            number: order.number,
            status: order.status,
            revision,
        });
        Ok(PurchaseStatus {
            state: purchase.state,
            notice: purchase.notice,
            order,
        })
    }

    /// Waits until the payment of a purchase is over: ordered, closed, or back with the buyer.
    ///
    /// Ends only then; put a time-out around it.
    ///
    /// # Errors
    /// As [`Agent::purchase_status`].
    pub async fn settled(
        &self,
        owner: &str,
        purchase_id: &str,
    ) -> Result<PurchaseStatus, PurchaseError> {
        let mut changes = self.parts().live.subscribe();
        loop {
            let status = self.purchase_status(owner, purchase_id).await?;
            if matches!(
                status.state,
                PurchaseState::Open | PurchaseState::Ordered | PurchaseState::Closed
            ) {
                return Ok(status);
            }
            changes.changed(purchase_id).await;
        }
    }

    /// The key that verifies this agent's consent receipts (Ed25519).
    #[must_use]
    pub fn consent_public_key(&self) -> [u8; 32] {
        self.parts().signer.public_key()
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    pub(crate) fn seller_peer(&self, seller_id: &str) -> Result<&Arc<dyn Peer>, PurchaseError> {
        self.0
            .sellers
            .get(seller_id)
            .map(|seller| &seller.peer)
            .ok_or(PurchaseError::UnknownSeller)
    }

    /// The name from the registry. A seller that was removed keeps its id as its name.
    pub(crate) fn seller_name<'a>(&'a self, seller_id: &'a str) -> &'a str {
        self.0
            .sellers
            .get(seller_id)
            .map_or(seller_id, |seller| seller.profile.name.as_str())
    }
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("public_url", &self.0.public_url)
            .finish_non_exhaustive()
    }
}

impl Parts {
    /// Salt of the address digest in a purchase's consent.
    pub(crate) fn address_salt(&self, purchase_id: &str) -> [u8; 32] {
        hmac_sha256(&self.address_key, purchase_id.as_bytes())
    }
}

/// The registry by seller id, and the keys of the Feed API.
fn register(
    profiles: Vec<SellerProfile>,
    transport: &Transport,
    environment: &Environment,
) -> Result<(BTreeMap<String, Seller>, CallerKeys), AgentError> {
    let mut callers = CallerKeys::new();
    let mut sellers = BTreeMap::new();
    for profile in profiles {
        check_profile(&profile)?;
        callers = callers.with(&profile.feed_bearer, &profile.seller_id);
        let bearer = profile.bearer.clone();
        let seller_id = profile.seller_id.clone();
        let unreachable = |source| AgentError::Seller {
            seller_id: seller_id.clone(),
            source,
        };
        let client = ClientConfig::new(&profile.base_url, bearer).map_err(unreachable)?;
        let peer = connect(client, transport, environment).map_err(unreachable)?;
        let seller = Seller {
            peer: Arc::new(peer),
            receiver: Receiver::new(profile.webhook_secrets.clone()),
            profile,
        };
        if sellers.insert(seller_id.clone(), seller).is_some() {
            let reason = "registered twice";
            return Err(AgentError::Profile { seller_id, reason });
        }
    }
    Ok((sellers, callers))
}

/// A client on the shared pool.
fn connect(
    mut config: ClientConfig,
    transport: &Transport,
    environment: &Environment,
) -> Result<Client, ConfigError> {
    config.environment = environment.clone();
    Client::with_transport(config, transport.clone())
}

fn check_profile(profile: &SellerProfile) -> Result<(), AgentError> {
    let wrong = |reason| {
        Err(AgentError::Profile {
            seller_id: profile.seller_id.clone(),
            reason,
        })
    };
    let plain =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    if profile.seller_id.is_empty()
        || profile.seller_id.len() > 64
        || !profile.seller_id.chars().all(plain)
    {
        return wrong("the id must be 1 to 64 letters, digits, '-', '_' or '.'");
    }
    if profile.name.trim().is_empty() {
        return wrong("the name is empty");
    }
    if profile.webhook_secrets.iter().any(SecretKey::is_empty) {
        return wrong("a webhook secret is empty");
    }
    Ok(())
}
