//! Sends one message to one subscriber, to public addresses only, within fixed bounds.

mod resolver;

use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::address::{AddressError, AddressPolicy};
use resolver::GuardedResolver;
pub use resolver::{Lookup, Lookups, SystemLookup};

/// A boxed future, as traits with asynchronous methods return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A message ready to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Where to.
    pub url: String,
    /// All headers but those that the connection needs.
    pub headers: HeaderMap,
    /// The exact bytes of the body, as signed.
    pub body: Vec<u8>,
}

/// What the subscriber answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header as received.
    pub retry_after: Option<String>,
    /// The beginning of the body, at most the sender's limit.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The address is not one we send to; nothing was sent.
    #[error("the address is refused")]
    Address(#[from] AddressError),
    /// No connection: refused, unreachable, name not found, TLS failure. Nothing was sent.
    #[error("no connection: {0}")]
    Connect(String),
    /// The time ran out; the subscriber may have received the message.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke; the subscriber may have received the message.
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// Carries messages to subscribers; tests and simulations put their own in place.
pub trait Transport: Send + Sync {
    /// Sends one message and waits for the answer, within bounds of its own.
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Reply, SendError>>;
}

/// Bounds of the guarded sender.
#[derive(Clone)]
pub struct SenderOptions {
    /// Which addresses are acceptable.
    pub policy: AddressPolicy,
    /// From the look-up of the name to the last byte read.
    pub total: Duration,
    /// How much of an answer is read.
    pub reply_bytes_max: usize,
    /// How names become addresses.
    pub lookup: Arc<dyn Lookup>,
}

impl Default for SenderOptions {
    fn default() -> Self {
        Self {
            policy: AddressPolicy::public(),
            total: Duration::from_secs(15),
            reply_bytes_max: 64 * 1024,
            lookup: Arc::new(SystemLookup),
        }
    }
}

impl SenderOptions {
    /// The defaults, with loopback allowed: for demo and tests.
    #[must_use]
    pub fn allow_loopback() -> Self {
        Self {
            policy: AddressPolicy::public().allow_loopback(),
            ..Self::default()
        }
    }
}

impl std::fmt::Debug for SenderOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SenderOptions")
            .field("policy", &self.policy)
            .field("total", &self.total)
            .field("reply_bytes_max", &self.reply_bytes_max)
            .finish_non_exhaustive()
    }
}

/// The sender for real networks: https to public addresses, no redirects, no proxy, no retries of
/// its own, every dialled address checked.
#[derive(Debug, Clone)]
pub struct GuardedSender {
    client: reqwest::Client,
    policy: AddressPolicy,
    total: Duration,
    reply_bytes_max: usize,
}

impl GuardedSender {
    /// Builds the one client that all deliveries share.
    ///
    /// # Errors
    /// TLS could not be set up.
    pub fn new(options: SenderOptions) -> Result<Self, reqwest::Error> {
        let SenderOptions {
            policy,
            total,
            reply_bytes_max,
            lookup,
        } = options;
        let client = reqwest::Client::builder()
            .user_agent(concat!("comptoir-webhooks/", env!("CARGO_PKG_VERSION")))
            .https_only(!policy.allows_loopback())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .dns_resolver(Arc::new(GuardedResolver::new(lookup, policy.clone())))
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self {
            client,
            policy,
            total,
            reply_bytes_max,
        })
    }

    /// The rule for addresses, for the check at registration.
    #[must_use]
    pub fn policy(&self) -> &AddressPolicy {
        &self.policy
    }

    async fn exchange(&self, message: &Outgoing) -> Result<Reply, SendError> {
        // Address literals never reach the resolver, so they are checked here, on every attempt.
        let url = self.policy.check(&message.url)?;
        let sent = self
            .client
            .post(url)
            .headers(message.headers.clone())
            .body(message.body.clone())
            .send()
            .await;
        let response = sent.map_err(classify)?;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        Ok(Reply {
            status,
            retry_after,
            body: read_bounded(response, self.reply_bytes_max).await,
        })
    }
}

impl Transport for GuardedSender {
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Reply, SendError>> {
        Box::pin(async move {
            tokio::time::timeout(self.total, self.exchange(message))
                .await
                .unwrap_or(Err(SendError::Timeout))
        })
    }
}

/// Reads at most `limit` bytes. The status already answers the delivery: a body that breaks or
/// trickles is cut off after a second, and dropping the response closes its connection.
async fn read_bounded(mut response: reqwest::Response, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    let read_all = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = limit.saturating_sub(body.len());
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if body.len() >= limit {
                break;
            }
        }
    };
    // Elapsed or not, what was read counts.
    let _ = tokio::time::timeout(Duration::from_secs(1), read_all).await;
    body
}

fn classify(error: reqwest::Error) -> SendError {
    let error = error.without_url();
    let mut cause = error.source();
    while let Some(current) = cause {
        if let Some(refused) = current.downcast_ref::<AddressError>() {
            return SendError::Address(*refused);
        }
        cause = current.source();
    }
    if error.is_timeout() {
        SendError::Timeout
    } else if error.is_connect() || error.is_builder() {
        SendError::Connect(innermost(&error))
    } else {
        SendError::Broken(innermost(&error))
    }
}

/// The last cause of the chain: the outer ones only repeat what the variant says.
fn innermost(error: &reqwest::Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}
