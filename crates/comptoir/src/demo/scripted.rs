//! `comptoir demo --scripted`: one purchase, shipment and refund without a browser, every step
//! checked.
//!
//! It buys by the agent's face for programs, which is the path that the page uses, and tries what
//! must be refused as an agent of its own over HTTP.

mod plain_agent;
mod purchase;
mod refusals;
mod steps;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};
use comptoir_signing::environment::Environment;
use tokio_util::sync::CancellationToken;

use self::{plain_agent::PlainAgent, purchase::Buyer, steps::Steps};
use super::Street;
use crate::cli::say;

/// Place of the shop that is bought from: the running shop.
const SHOP: usize = 0;

/// Runs everything in a fresh folder on free ports; fails with what was expected and what came.
pub(crate) async fn run() -> Result<ExitCode> {
    let folder = Fresh::make()?;
    let stop = CancellationToken::new();
    let street = Street::start(&folder.0, 0, &stop).await?;
    say(&format!("demo ready at {}", street.agent_url()));
    let mut steps = Steps::default();
    let outcome = walk(&street, &mut steps).await;
    stop.cancel();
    street.finished().await;
    match outcome {
        Ok(()) => say(&format!("all {} steps as expected", steps.count())),
        Err(error) => bail!(error.context(format!("step {} failed", steps.count() + 1))),
    }
    Ok(ExitCode::SUCCESS)
}

/// From a sentence to a refund, with what must be refused in between.
async fn walk(street: &Street, steps: &mut Steps) -> Result<()> {
    let mut buyer = Buyer::new(street)?;
    let order = buyer.order(steps).await?;
    let mut plain = PlainAgent::new(street, SHOP)?;
    refusals::walk(&mut plain, steps).await?;
    buyer.ship(steps, &order).await?;
    buyer.refund(steps, &order).await
}

/// A folder that is gone afterwards.
pub(crate) struct Fresh(pub(crate) PathBuf);

impl Fresh {
    pub(crate) fn make() -> Result<Self> {
        let name = Environment::system().new_id("comptoir");
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let folder: &Path = &self.0;
        if let Err(error) = fs::remove_dir_all(folder) {
            tracing::warn!(%error, folder = %folder.display(), "a temporary folder stays behind");
        }
    }
}
