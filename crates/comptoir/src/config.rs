//! Configuration files of the three servers, one struct per concern.
//!
//! Unknown keys are refused, so that a typing error cannot silently switch something off. Secrets
//! stand either in the file or, with `*_file`, in a file of their own.

mod agent;
mod psp;
mod seller;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

pub(crate) use agent::{AgentFile, PspOfAgent, SellerOfAgent};
pub(crate) use psp::{LimitsOfPsp, MerchantOfPsp, PspFile};
pub(crate) use seller::{CatalogueFile, MerchantFile, PspOfSeller, SellerFile, WebhookFile};

/// Reads a TOML file; a bad one is reported with its path, line and key. The line itself is not
/// repeated: it may hold a secret.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))?;
    parse(&text).with_context(|| format!("{} is not valid", path.display()))
}

/// Reads TOML text.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    let at_line = |error: &toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        text.bytes()
            .take(start)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1
    };
    let document = toml::Deserializer::parse(text)
        .map_err(|error| anyhow!("line {}: {}", at_line(&error), error.message()))?;
    serde_path_to_error::deserialize(document).map_err(|error| {
        let (path, error) = (error.path().to_string(), error.inner());
        anyhow!("line {}, {path}: {}", at_line(error), error.message())
    })
}

/// Somebody who may call, and the bearer key that proves it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Caller {
    /// Name of the caller in logs and records.
    pub(crate) id: String,
    pub(crate) key: Key,
}

/// A secret: `"..."`, `{ key = "..." }`, or `{ key_file = "path" }` whose first line is the secret.
#[derive(Clone)]
pub(crate) enum Key {
    Given(SecretString),
    File(PathBuf),
}

impl Key {
    /// A secret that is known already.
    pub(crate) fn given(secret: &str) -> Self {
        Self::Given(SecretString::from(secret))
    }

    /// The secret itself, from here or from its file.
    pub(crate) fn load(&self) -> Result<SecretString> {
        let path = match self {
            Self::Given(key) => return Ok(key.clone()),
            Self::File(path) => path,
        };
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read the key file {}", path.display()))?;
        let line = text.lines().next().unwrap_or_default().trim();
        if line.is_empty() {
            bail!("the key file {} is empty", path.display());
        }
        Ok(SecretString::from(line))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

/// Takes the forms of a secret, and repeats none of it when it takes offence.
struct KeyVisitor;

/// The form with a name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    key: Option<SecretString>,
    key_file: Option<PathBuf>,
}

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret in quotes, or a table with `key` or `key_file`")
    }

    fn visit_str<E: de::Error>(self, secret: &str) -> Result<Key, E> {
        if secret.trim().is_empty() {
            return Err(E::custom("the secret is empty"));
        }
        Ok(Key::given(secret))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Key, A::Error> {
        match KeyTable::deserialize(MapAccessDeserializer::new(map))? {
            KeyTable {
                key: Some(key),
                key_file: None,
            } => Ok(Key::Given(key)),
            KeyTable {
                key: None,
                key_file: Some(path),
            } => Ok(Key::File(path)),
            KeyTable {
                key: Some(_),
                key_file: Some(_),
            } => Err(de::Error::custom(
                "give either `key` or `key_file`, not both",
            )),
            KeyTable {
                key: None,
                key_file: None,
            } => Err(de::Error::custom("a `key` or a `key_file` is missing")),
        }
    }
}

#[cfg(test)]
mod tests;
