//! An agent from its configuration.

use anyhow::{Context, Result};
use comptoir_agent::{Agent, AgentConfig, Language, PspProfile, SellerProfile};
use comptoir_search::Index;
use comptoir_signing::{environment::Environment, secret::SecretKey};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Running, bind, key_bytes, open_store, url_of};
use crate::config::{AgentFile, SellerOfAgent};

/// Starts on the configured address.
pub(crate) async fn start(file: AgentFile, stop: CancellationToken) -> Result<Running> {
    let listener = bind(&file.listen).await?;
    Ok(start_on(listener, file, stop)?.0)
}

/// Starts on a listener that is there already; also gives the agent's face for programs, and
/// its product index.
pub(crate) fn start_on(
    listener: TcpListener,
    file: AgentFile,
    stop: CancellationToken,
) -> Result<(Running, Agent, Index)> {
    let store = open_store(&file.database)?;
    let index = Index::open(&file.index)
        .with_context(|| format!("cannot open the product index {}", file.index.display()))?;
    let public_url = file.public_url.map_or_else(|| url_of(&listener), Ok)?;
    let agent = Agent::new(AgentConfig {
        sellers: file
            .sellers
            .into_iter()
            .map(profile)
            .collect::<Result<_>>()?,
        psp: PspProfile {
            base_url: file.psp.base_url,
            bearer: file.psp.key.load()?,
            simulated: file.psp.simulated,
        },
        store: store.clone(),
        index: index.clone(),
        environment: Environment::system(),
        consent_seed: key_bytes("consent_key", file.consent_key.load()?.expose_secret())?,
        public_url,
        locale: Language::En,
    })?;
    let router = agent.router();
    let workers = {
        let (agent, stop) = (agent.clone(), stop.clone());
        async move {
            agent.spawn_workers(stop.clone());
            stop.cancelled().await;
            agent.drain().await;
        }
    };
    Ok((
        Running::start(listener, router, store, stop, workers)?,
        agent,
        index,
    ))
}

fn profile(seller: SellerOfAgent) -> Result<SellerProfile> {
    let secret = seller.webhook_secret.load()?;
    Ok(SellerProfile {
        seller_id: seller.id,
        name: seller.name,
        base_url: seller.base_url,
        bearer: seller.key.load()?,
        webhook_secrets: vec![SecretKey::from_bytes(
            secret.expose_secret().as_bytes().to_vec(),
        )],
        feed_bearer: seller.feed_key.load()?,
        media_origins: Vec::new(),
    })
}
