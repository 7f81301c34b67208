//! What to judge and how to reach it: the file `certify.toml`.

mod feeds;
mod key;
mod parties;
mod seller;
mod seller_backed;
mod webhooks;

pub use feeds::{FeedFileTarget, FeedPushTarget, FeedTarget};
pub use key::Key;
pub use parties::{AgentTarget, McpTarget, PspTarget, SigningScheme};
pub use seller::{Address, Buyer, Payment, SellerTarget};
pub use seller_backed::SellerBacked;
pub use webhooks::{ReceiverTarget, SignatureNotation, WebhookTarget};

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use crate::SpecVersion;

/// Everything that a run needs to know. Sections are optional: a lane without its section is not
/// tested, and says which section is missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The version by which to judge; the newest released one when absent.
    #[serde(default)]
    pub version: Option<SpecVersion>,
    /// Bounds of a run.
    #[serde(default)]
    pub limits: Limits,
    /// The seller over REST: lanes seller, discovery, carts, extensions.
    pub seller: Option<SellerTarget>,
    /// The payment service provider.
    pub psp: Option<PspTarget>,
    /// The seller over MCP.
    pub mcp: Option<McpTarget>,
    /// Where the seller sends its order events: the judge listens there.
    pub webhooks: Option<WebhookTarget>,
    /// An agent's receiver of order events.
    pub receiver: Option<ReceiverTarget>,
    /// An agent's Feed API.
    pub feed: Option<FeedTarget>,
    /// Feed files of a seller.
    pub feed_file: Option<FeedFileTarget>,
    /// An agent that can be asked to buy.
    pub agent: Option<AgentTarget>,
}

/// Bounds of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Most requests of one run.
    pub requests_max: u32,
    /// Longest wait for one answer, in seconds.
    pub request_timeout_s: u64,
    /// Longest check, in seconds.
    pub check_timeout_s: u64,
    /// Longest run, in seconds; checks that did not start by then are not tested.
    pub run_timeout_s: u64,
    /// Checks that run at the same time.
    pub concurrency: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_max: 20_000,
            request_timeout_s: 10,
            check_timeout_s: 40,
            run_timeout_s: 300,
            concurrency: 8,
        }
    }
}

impl Limits {
    pub(crate) fn request_timeout(self) -> Duration {
        Duration::from_secs(self.request_timeout_s)
    }

    pub(crate) fn check_timeout(self) -> Duration {
        Duration::from_secs(self.check_timeout_s)
    }

    pub(crate) fn run_timeout(self) -> Duration {
        Duration::from_secs(self.run_timeout_s)
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no TOML, or has unknown or missing keys; the text names line and key.
    #[error("{} is no certify configuration", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
    /// A key is missing in the environment or in its file.
    #[error("{0}")]
    Key(String),
}

impl Target {
    /// Reads `certify.toml`; keys are taken from the environment and from files where it says so.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let mut target: Self = toml::from_str(&text).map_err(|source| ConfigError::Invalid {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        for key in target.keys_mut() {
            key.resolve().map_err(ConfigError::Key)?;
        }
        Ok(target)
    }

    /// Every secret, for redaction.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut copy = self.clone();
        let keys = copy.keys_mut();
        keys.into_iter()
            .filter_map(|key| key.expose().map(str::to_owned))
            .collect()
    }

    fn keys_mut(&mut self) -> Vec<&mut Key> {
        let mut keys = Vec::new();
        if let Some(seller) = &mut self.seller {
            keys.extend(seller.keys_mut());
        }
        if let Some(psp) = &mut self.psp {
            keys.extend(psp.keys_mut());
        }
        if let Some(mcp) = &mut self.mcp {
            keys.push(&mut mcp.key);
            keys.extend(&mut mcp.other_key);
        }
        if let Some(webhooks) = &mut self.webhooks {
            keys.push(&mut webhooks.secret);
        }
        if let Some(receiver) = &mut self.receiver {
            keys.push(&mut receiver.secret);
        }
        if let Some(agent) = &mut self.agent {
            keys.extend(&mut agent.signing_secret);
        }
        if let Some(feed) = &mut self.feed {
            keys.push(&mut feed.key);
            keys.extend(&mut feed.other_key);
        }
        if let Some(push) = self.feed_file.as_mut().and_then(|file| file.push.as_mut()) {
            keys.push(&mut push.key);
        }
        keys
    }
}
