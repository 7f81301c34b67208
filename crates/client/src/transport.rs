//! The connection pool and TLS context that all clients share.

use std::time::Duration;

use reqwest::redirect::Policy;
use url::{Host, Url};

use crate::config::ConfigError;

/// Time to open a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// One pool and one TLS context, made once and cloned cheaply: a new one per call costs tens of
/// milliseconds of CPU. Redirects are never followed, because they would carry the bearer key, the
/// card and the idempotency key to an address nobody chose.
///
/// Other machines are reached through the proxy that the environment names (`HTTPS_PROXY`), if
/// any; this machine is always reached directly.
#[derive(Debug, Clone)]
pub struct Transport {
    outward: reqwest::Client,
    direct: reqwest::Client,
}

impl Transport {
    /// Sets up the pool and the TLS context.
    pub fn new() -> Result<Self, ConfigError> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
                .user_agent(concat!("comptoir/", env!("CARGO_PKG_VERSION")))
                // Attempts are counted here alone, so that nothing is sent behind our back.
                .retry(reqwest::retry::never())
        };
        Ok(Self {
            outward: builder().build().map_err(ConfigError::Transport)?,
            direct: builder()
                .no_proxy()
                .build()
                .map_err(ConfigError::Transport)?,
        })
    }

    /// The pool for this address. Redirects of what is sent with it are not followed.
    #[must_use]
    pub fn client_for(&self, url: &Url) -> &reqwest::Client {
        if is_this_machine(url) {
            &self.direct
        } else {
            &self.outward
        }
    }
}

/// Whether an address is on this machine: a loopback address, `localhost` or a name below it. A
/// proxy cannot reach those, and must not be shown what is sent there.
#[must_use]
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_others() {
        for (address, here) in [
            ("http://127.0.0.1:1", true),
            ("http://127.9.9.9", true),
            ("http://127.1", true),
            ("http://[::1]:8420/x", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://LOCALHOST", true),
            ("http://localhost.:8420", true),
            ("http://shop.localhost", true),
            ("http://notlocalhost", false),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example", false),
            ("http://10.0.0.1", false),
            ("http://[::2]", false),
            ("http://0.0.0.0", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(is_this_machine(&url), here, "{address}");
        }
    }
}
