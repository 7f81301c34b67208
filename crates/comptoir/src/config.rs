//! Configuration files of the three servers, one struct per concern.
//!
//! Unknown keys are refused, so that a typing error cannot silently switch something off. Secrets
//! stand either in the file or, with `*_file`, in a file of their own.

mod agent;
mod psp;
mod seller;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};

pub(crate) use agent::{AgentFile, PspOfAgent, SellerOfAgent};
pub(crate) use psp::{MerchantOfPsp, PspFile};
pub(crate) use seller::{CatalogueFile, MerchantFile, PspOfSeller, SellerFile, WebhookFile};

/// Reads a TOML file; a bad one is reported with its path and line.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))
}

/// Somebody who may call, and the bearer key that proves it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Caller {
    /// Name of the caller in logs and records.
    pub(crate) id: String,
    #[serde(flatten)]
    pub(crate) key: Key,
}

/// A secret: `key = "..."`, or `key_file = "path"` whose first line is the secret.
#[derive(Clone, Deserialize)]
pub(crate) struct Key {
    key: Option<SecretString>,
    key_file: Option<PathBuf>,
}

impl Key {
    /// A secret that is known already.
    pub(crate) fn given(secret: &str) -> Key {
        Key { key: Some(SecretString::from(secret)), key_file: None }
    }

    /// The secret itself, from here or from its file.
    pub(crate) fn load(&self) -> Result<SecretString> {
        match (&self.key, &self.key_file) {
            (Some(key), None) => Ok(key.clone()),
            (None, Some(path)) => {
                let text = fs::read_to_string(path)
                    .with_context(|| format!("cannot read the key file {}", path.display()))?;
                let line = text.lines().next().unwrap_or_default().trim();
                if line.is_empty() {
                    bail!("the key file {} is empty", path.display());
                }
                Ok(SecretString::from(line))
            }
            (Some(_), Some(_)) => bail!("give either `key` or `key_file`, not both"),
            (None, None) => bail!("a `key` or a `key_file` is missing"),
        }
    }
}
