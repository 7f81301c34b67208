//! A PSP from its configuration.

use std::collections::BTreeMap;

use anyhow::Result;
use comptoir_psp::{AgentAccount, MerchantAccount, Psp, PspConfig};
use comptoir_signing::{
    envelope::KeyRing, environment::Environment, keyed::hmac_sha256, secret::SecretKey,
};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Running, bind, failpoints, key_bytes, open_store};
use crate::config::PspFile;

/// Starts on the configured address.
pub(crate) async fn start(file: PspFile, stop: CancellationToken) -> Result<Running> {
    let listener = bind(&file.listen).await?;
    start_on(listener, file, stop)
}

/// Starts on a listener that is there already.
pub(crate) fn start_on(
    listener: TcpListener,
    file: PspFile,
    stop: CancellationToken,
) -> Result<Running> {
    let store = open_store(&file.database)?;
    let master = key_bytes("vault_key", file.vault_key.load()?.expose_secret())?;
    // One secret to keep: the fingerprint key is derived from it, under a name of its own.
    let fingerprint_key = hmac_sha256(
        &SecretKey::from_bytes(master.to_vec()),
        b"comptoir fingerprint key 1",
    );
    let environment = Environment::system();
    let ledger_key = file.issuer_ledger_key.map(|key| key.load()).transpose()?;
    let mut config = PspConfig::simulated(
        store.clone(),
        environment.clone(),
        KeyRing::new(1, BTreeMap::from([(1, master)])),
        SecretKey::from_bytes(fingerprint_key.to_vec()),
        ledger_key,
    );
    for agent in file.agents {
        config.agents.push(AgentAccount {
            name: agent.id.clone(),
            agent_id: agent.id,
            bearer: agent.key.load()?,
        });
    }
    for merchant in file.merchants {
        config.merchants.push(MerchantAccount {
            merchant_id: merchant.merchant_id,
            name: merchant.name,
            bearer: merchant.key.load()?,
        });
    }
    config.velocity = file.limits.velocity();
    config.failpoints = failpoints();
    let psp = Psp::new(config)?;
    let router = comptoir_http::layers(psp.router(), &environment);
    let sweeper = psp.spawn_sweeper(stop.clone());
    let workers = async move {
        if let Err(error) = sweeper.await {
            tracing::error!(%error, "the sweeper of the PSP failed");
        }
    };
    Running::start(listener, router, store, stop, workers)
}
