//! Secrets of a configuration.

use std::{env, fmt, fs};

use secrecy::{ExposeSecret, SecretString};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};

use crate::{Outcome, Stop};

/// A secret: written as text, `{ env = "NAME" }` or `{ file = "PATH" }`. Never printed.
#[derive(Debug, Clone)]
pub enum Key {
    /// The secret itself.
    Text(SecretString),
    /// The name of an environment variable that holds it.
    Environment {
        /// Name of the variable.
        env: String,
    },
    /// A file whose first line is the secret.
    File {
        /// Path of the file.
        file: String,
    },
}

impl Key {
    /// A key that is at hand.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self::Text(SecretString::from(secret.into()))
    }

    /// The secret, once it was read.
    #[must_use]
    pub fn expose(&self) -> Option<&str> {
        match self {
            Self::Text(secret) => Some(secret.expose_secret()),
            Self::Environment { .. } | Self::File { .. } => None,
        }
    }

    /// The secret, for a check; `setting` is its name in `certify.toml`.
    pub(crate) fn exposed(&self, setting: &str) -> Outcome<&str> {
        self.expose()
            .ok_or_else(|| Stop::NotTested(format!("{setting} was not read")))
    }

    /// Reads the secret from where the configuration says.
    pub(crate) fn resolve(&mut self) -> Result<(), String> {
        let secret = match self {
            Self::Text(_) => return Ok(()),
            Self::Environment { env } => env::var(&*env).map_err(|_| {
                format!("the environment variable {env} is not set; it holds a key of certify.toml")
            })?,
            Self::File { file } => {
                let text = fs::read_to_string(&*file)
                    .map_err(|error| format!("cannot read the key file {file}: {error}"))?;
                let line = text.lines().next().unwrap_or_default().trim().to_owned();
                if line.is_empty() {
                    return Err(format!("the first line of the key file {file} is empty"));
                }
                line
            }
        };
        *self = Self::new(secret);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(r#"a secret, { env = "NAME" } or { file = "PATH" }"#)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Key::new(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some((name, value)) = map.next_entry::<String, String>()? else {
            return Err(de::Error::custom("the table is empty; write env or file"));
        };
        match name.as_str() {
            "env" => Ok(Key::Environment { env: value }),
            "file" => Ok(Key::File { file: value }),
            other => Err(de::Error::unknown_field(other, &["env", "file"])),
        }
    }
}
