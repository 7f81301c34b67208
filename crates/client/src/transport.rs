//! The connection pool and TLS context that all clients share.

use std::time::Duration;

use reqwest::redirect::Policy;

use crate::config::ConfigError;

/// Time to open a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// One pool and one TLS context, made once and cloned cheaply: a new one per call costs tens of
/// milliseconds of CPU. Redirects are never followed, because they would carry the bearer key, the
/// card and the idempotency key to an address nobody chose.
#[derive(Debug, Clone)]
pub struct Transport(pub(crate) reqwest::Client);

impl Transport {
    /// Sets up the pool and the TLS context.
    pub fn new() -> Result<Self, ConfigError> {
        reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("comptoir/", env!("CARGO_PKG_VERSION")))
            // Attempts are counted here alone, so that nothing is sent behind our back.
            .retry(reqwest::retry::never())
            .build()
            .map(Self)
            .map_err(ConfigError::Transport)
    }
}
