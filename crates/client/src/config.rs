//! Where a peer is, and how it is called.

use std::{fmt, sync::Arc, time::Duration};

use comptoir_acp::version::ApiVersion;
use comptoir_signing::{environment::Environment, request_signature::RequestSigner};
use secrecy::SecretString;
use url::{Host, Url};

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The base address is not an http(s) address with a host and without credentials.
    #[error("base address is not a plain http or https address")]
    BaseUrl,
    /// The bearer key would travel in clear text to another machine.
    #[error("plain http is allowed to loopback addresses only")]
    PlainHttp,
    /// The bearer key cannot stand in a header.
    #[error("bearer key holds characters that no header can carry")]
    Bearer,
    /// The HTTP stack could not be set up.
    #[error("HTTP client cannot be set up")]
    Transport(#[source] reqwest::Error),
}

/// One peer: a seller, a payment provider, or an agent's feed host.
#[derive(Clone)]
pub struct ClientConfig {
    pub(crate) base_url: Url,
    pub(crate) bearer: SecretString,
    /// Value of the `API-Version` header; the newest released by default.
    pub version: ApiVersion,
    /// Signs requests when given.
    pub signer: Option<Arc<RequestSigner>>,
    /// Time for a whole call, all attempts together; 10 s by default.
    pub timeout: Duration,
    /// Most attempts of one call when the transport fails; 3 by default.
    pub attempts_max: u32,
    /// Pause before the second attempt, doubled before each further one; 100 ms by default.
    pub retry_pause: Duration,
    /// Longest answer that is read, in bytes; 1 MiB by default.
    pub response_bytes_max: usize,
    /// Clock and randomness for request ids and signatures.
    pub environment: Environment,
}

impl ClientConfig {
    /// The longest answer that is read by default, in bytes.
    pub const RESPONSE_BYTES_MAX: usize = 1024 * 1024;

    /// A peer below `base_url`, called with `bearer`. Plain http is refused except to loopback.
    pub fn new(base_url: &str, bearer: SecretString) -> Result<Self, ConfigError> {
        Ok(Self {
            base_url: read_base_url(base_url)?,
            bearer,
            version: ApiVersion::LATEST,
            signer: None,
            timeout: Duration::from_secs(10),
            attempts_max: 3,
            retry_pause: Duration::from_millis(100),
            response_bytes_max: Self::RESPONSE_BYTES_MAX,
            environment: Environment::system(),
        })
    }

    /// The address below which the peer is called.
    #[must_use]
    pub const fn base_url(&self) -> &Url {
        &self.base_url
    }
}

/// The bearer key is left out.
impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("base_url", &self.base_url.as_str())
            .field("version", &self.version)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

fn read_base_url(text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text).map_err(|_| ConfigError::BaseUrl)?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let host = url.host().ok_or(ConfigError::BaseUrl)?;
    match url.scheme() {
        _ if !bare => Err(ConfigError::BaseUrl),
        "https" => Ok(url),
        "http" if is_loopback(&host) => Ok(url),
        "http" => Err(ConfigError::PlainHttp),
        _ => Err(ConfigError::BaseUrl),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bearer_key_travels_encrypted_or_to_this_machine_only() {
        for good in [
            "https://shop.test",
            "https://shop.test/acp/",
            "http://127.0.0.1:1",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(ClientConfig::new(good, "k".into()).is_ok(), "{good}");
        }
        assert!(matches!(
            ClientConfig::new("http://shop.test", "k".into()),
            Err(ConfigError::PlainHttp)
        ));
        for bad in [
            "shop.test",
            "ftp://shop.test",
            "https://u:p@shop.test",
            "https://shop.test/?q",
            "",
        ] {
            assert!(
                matches!(
                    ClientConfig::new(bad, "k".into()),
                    Err(ConfigError::BaseUrl)
                ),
                "{bad}"
            );
        }
    }
}
