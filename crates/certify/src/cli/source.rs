//! Where the party is described: an address with flags, or a configuration file.

use std::path::{Path, PathBuf};

use clap::Args;
use url::Url;

use super::Failure;
use crate::{Key, Target};

/// Read when neither an address nor a file is named.
const DEFAULT_CONFIG: &str = "certify.toml";

/// The party under test.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// Address of the party; without one the configuration file is used.
    #[arg(value_name = "URL", conflicts_with = "config")]
    pub(super) address: Option<String>,
    /// The configuration, as `init` writes it [default: certify.toml, when it is there].
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

impl Source {
    /// The target: read from the file, or made of the address.
    pub(super) fn target(
        &self,
        party: &str,
        from_address: impl FnOnce(Url) -> Result<Target, Failure>,
    ) -> Result<Target, Failure> {
        if let Some(address) = &self.address {
            return from_address(parse_address(address)?);
        }
        if let Some(config) = &self.config {
            return Ok(Target::read(config)?);
        }
        let default = Path::new(DEFAULT_CONFIG);
        if default.exists() {
            return Ok(Target::read(default)?);
        }
        Err(Failure::Usage(format!(
            "no {party} to judge: give its address, or --config FILE; `init URL` writes such a file"
        )))
    }
}

/// A bearer key or secret, by value or by the name of an environment variable.
#[derive(Debug, Args)]
pub(super) struct KeyFlags {
    /// Bearer key; others on this machine can see it in the list of processes, so --key-env is better.
    #[arg(long, value_name = "KEY", conflicts_with = "key_env")]
    pub(super) key: Option<String>,
    /// Name of the environment variable that holds the bearer key.
    #[arg(long, value_name = "NAME")]
    pub(super) key_env: Option<String>,
}

impl KeyFlags {
    /// The key, read.
    pub(super) fn read(&self) -> Result<Key, Failure> {
        secret(
            self.key.as_deref(),
            self.key_env.as_deref(),
            "--key",
            "--key-env",
        )?
        .ok_or_else(|| Failure::Usage("no key: give --key-env NAME or --key KEY".to_owned()))
    }
}

/// A secret from a flag or from the environment; `None` when neither is given.
pub(super) fn secret(
    text: Option<&str>,
    variable: Option<&str>,
    flag: &str,
    env_flag: &str,
) -> Result<Option<Key>, Failure> {
    match (text, variable) {
        (Some(""), _) => Err(Failure::Usage(format!("{flag} is empty"))),
        (Some(text), _) => Ok(Some(Key::new(text))),
        (None, Some(name)) => match std::env::var(name) {
            Ok(text) if !text.is_empty() => Ok(Some(Key::new(text))),
            _ => Err(Failure::Usage(format!(
                "the environment variable {name} of {env_flag} is not set"
            ))),
        },
        (None, None) => Ok(None),
    }
}

/// An absolute http or https address.
pub(super) fn parse_address(text: &str) -> Result<Url, Failure> {
    let wrong = |why: &str| {
        Failure::Usage(format!(
            "`{text}` is no address: {why}; write it like https://shop.example/acp"
        ))
    };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it begins with neither http:// nor https://"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a query or a fragment"));
    }
    Ok(url)
}
