//! The demo's secrets: made once, kept in the data folder, readable by this user only.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, Result};
use comptoir_signing::environment::Environment;
use serde::{Deserialize, Serialize};

/// Everything the five servers need to know of each other.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    pub(crate) vault: String,
    pub(crate) consent: String,
    pub(crate) issuer_ledger: String,
    /// The agent's key at the PSP.
    pub(crate) agent_at_psp: String,
    pub(crate) shops: Vec<ShopKeys>,
}

/// The keys around one shop.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopKeys {
    pub(crate) shop: String,
    pub(crate) agent: String,
    pub(crate) operator: String,
    pub(crate) psp: String,
    pub(crate) webhook: String,
    pub(crate) feed: String,
}

impl Keys {
    /// The keys of an earlier run, or new ones that are stored before they are used.
    pub(crate) fn load_or_make(data: &Path, shops: &[String]) -> Result<Self> {
        let path = data.join("keys.json");
        if path.exists() {
            let text =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            return serde_json::from_slice(&text).with_context(|| {
                format!(
                    "{} is damaged; restore it, or remove the folder to start anew",
                    path.display()
                )
            });
        }
        let keys = Self::make(shops);
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        file.write_all(&serde_json::to_vec_pretty(&keys)?)?;
        file.sync_all()?;
        Ok(keys)
    }

    fn make(shops: &[String]) -> Self {
        let environment = Environment::system();
        let secret = || hex::encode(environment.random::<32>());
        Self {
            vault: secret(),
            consent: secret(),
            issuer_ledger: secret(),
            agent_at_psp: secret(),
            shops: shops
                .iter()
                .map(|shop| ShopKeys {
                    shop: shop.clone(),
                    agent: secret(),
                    operator: secret(),
                    psp: secret(),
                    webhook: secret(),
                    feed: secret(),
                })
                .collect(),
        }
    }
}
