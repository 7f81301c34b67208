//! Receivers and senders of product feeds.

use std::{net::SocketAddr, path::PathBuf};

use serde::Deserialize;
use url::Url;

use super::Key;

/// An agent's Feed API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedTarget {
    /// Base address: `/feeds` is below it.
    pub url: Url,
    /// Bearer key.
    pub key: Key,
    /// Bearer key of another merchant, for checks of isolation.
    pub other_key: Option<Key>,
    /// True when anybody may read feeds.
    #[serde(default)]
    pub public_reads: bool,
    /// A command that gives the agent a feed file, as a seller's delivery would. It gets
    /// `ACP_FEED_PATH` (a file, or a folder with `metadata.json` and `products.jsonl`) and
    /// `ACP_FEED_ID` in its environment, and ends when the agent has read it.
    #[serde(default)]
    pub ingest_command: Vec<String>,
}

impl FeedTarget {
    /// A Feed API of which only address and key are known.
    #[must_use]
    pub fn new(url: Url, key: Key) -> Self {
        Self {
            url,
            key,
            other_key: None,
            public_reads: false,
            ingest_command: Vec::new(),
        }
    }
}

/// Feed files of a seller.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedFileTarget {
    /// A folder with `metadata.json` and `products.jsonl`, or the file or folder of a flat feed: CSV,
    /// TSV or JSONL, each also gzipped.
    pub path: PathBuf,
    /// The snapshot before this one, for rules over time.
    pub previous: Option<PathBuf>,
    /// Whether to fetch pages and pictures that the feed names.
    #[serde(default)]
    pub fetch_urls: bool,
    /// How the seller pushes its feed to an agent; the judge plays the agent.
    pub push: Option<FeedPushTarget>,
}

impl FeedFileTarget {
    /// A feed of which only the place is known.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            previous: None,
            fetch_urls: false,
            push: None,
        }
    }
}

/// A seller that pushes its feed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedPushTarget {
    /// Where the judge's Feed API listens.
    pub listen: SocketAddr,
    /// Bearer key that was agreed with the seller.
    pub key: Key,
    /// A command that pushes the whole feed once; it gets `ACP_FEED_URL` and `ACP_FEED_KEY` in its
    /// environment, and ends with 0 only when the feed was taken.
    pub command: Vec<String>,
    /// Longest push, in seconds.
    #[serde(default = "wait_s")]
    pub wait_s: u64,
}

fn wait_s() -> u64 {
    20
}
