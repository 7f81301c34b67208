//! Which addresses a webhook may be sent to.
//!
//! The check runs at registration and before every attempt; names are resolved by the sender's own
//! resolver, which applies the same rule to every address it hands to the connector.

mod ranges;

use std::net::IpAddr;

use url::{Host, Url};

pub use ranges::is_public;

/// Why an address is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text is not a URL, or not the canonical form of the URL it stands for.
    #[error("the address is not a url in its canonical form")]
    NotCanonical,
    /// The scheme is not https.
    #[error("the address is not https")]
    NotHttps,
    /// The URL names a user or a password.
    #[error("the address contains credentials")]
    Credentials,
    /// The URL has a fragment, which no server ever sees.
    #[error("the address has a fragment")]
    Fragment,
    /// The port is not one of those allowed.
    #[error("port {0} is not allowed")]
    Port(u16),
    /// The host is a name that no public server has.
    #[error("the host is not a public name")]
    NotPublicName,
    /// The address is not reachable on the public internet.
    #[error("the address {0} is not public")]
    NotPublicAddress(IpAddr),
}

/// The rule for addresses: https, canonical, public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPolicy {
    loopback: bool,
    ports: Vec<u16>,
}

impl Default for AddressPolicy {
    fn default() -> Self {
        Self {
            loopback: false,
            ports: vec![443],
        }
    }
}

impl AddressPolicy {
    /// Public https addresses on port 443.
    #[must_use]
    pub fn public() -> Self {
        Self::default()
    }

    /// Additionally loopback addresses and `localhost`, over http or https, on any port: for demo
    /// and tests, where all parties run on one machine.
    #[must_use]
    pub fn allow_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Additionally this port of public addresses.
    #[must_use]
    pub fn allow_port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// Whether loopback addresses pass.
    #[must_use]
    pub fn allows_loopback(&self) -> bool {
        self.loopback
    }

    /// Checks a URL as far as that is possible without resolving its name.
    ///
    /// The text must be canonical: decimal, octal or hexadecimal hosts, escapes, full-width digits
    /// and back-slashes mean one thing to one parser and another to the next.
    ///
    /// # Errors
    /// The rule that the URL breaks.
    pub fn check(&self, text: &str) -> Result<Url, AddressError> {
        let url = Url::parse(text).map_err(|_| AddressError::NotCanonical)?;
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(AddressError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(AddressError::Fragment);
        }
        require_canonical(text, &url)?;
        let is_loopback = self.check_host(&url)?;
        if is_loopback {
            return match url.scheme() {
                "http" | "https" => Ok(url),
                _ => Err(AddressError::NotHttps),
            };
        }
        if url.scheme() != "https" {
            return Err(AddressError::NotHttps);
        }
        match url.port_or_known_default() {
            Some(port) if self.ports.contains(&port) => Ok(url),
            port => Err(AddressError::Port(port.unwrap_or(0))),
        }
    }

    /// Checks an address that is about to be dialled for `host`.
    ///
    /// A public name that resolves to loopback is refused even where loopback is allowed.
    ///
    /// # Errors
    /// The address is not public, nor an allowed loopback address.
    pub fn check_dialled(&self, host: &str, address: IpAddr) -> Result<(), AddressError> {
        let allowed = if is_localhost(host) {
            self.loopback && address.is_loopback()
        } else {
            is_public(address)
        };
        if allowed {
            Ok(())
        } else {
            Err(AddressError::NotPublicAddress(address))
        }
    }

    /// Whether the host is an allowed loopback one; an error when it is allowed in no way.
    fn check_host(&self, url: &Url) -> Result<bool, AddressError> {
        let address = match url.host() {
            None => return Err(AddressError::NotCanonical),
            Some(Host::Domain(name)) if self.loopback && is_localhost(name) => return Ok(true),
            Some(Host::Domain(name)) if is_public_name(name) => return Ok(false),
            Some(Host::Domain(_)) => return Err(AddressError::NotPublicName),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if self.loopback && address.is_loopback() {
            return Ok(true);
        }
        if is_public(address) {
            Ok(false)
        } else {
            Err(AddressError::NotPublicAddress(address))
        }
    }
}

/// The text up to the path must be what the parser would print, but for case of scheme and host.
fn require_canonical(text: &str, url: &Url) -> Result<(), AddressError> {
    let host = url.host_str().ok_or(AddressError::NotCanonical)?;
    let expected = format!("{}://{host}", url.scheme());
    let (start, rest) = text
        .split_at_checked(expected.len())
        .ok_or(AddressError::NotCanonical)?;
    let ends_host = rest.is_empty() || rest.starts_with([':', '/', '?']);
    let is_printable = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if start.eq_ignore_ascii_case(&expected) && ends_host && is_printable {
        Ok(())
    } else {
        Err(AddressError::NotCanonical)
    }
}

/// What stands between the two slashes and the path, as written.
fn authority(text: &str) -> &str {
    let behind = text.split_once("//").map_or(text, |(_, behind)| behind);
    behind.split(['/', '?', '#']).next().unwrap_or(behind)
}

fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
}

/// A name with at least two labels, no final dot, outside the zones reserved for local use.
fn is_public_name(name: &str) -> bool {
    const LOCAL_ZONES: [&str; 12] = [
        "localhost",
        "local",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "localdomain",
        "arpa",
        "onion",
        "test",
    ];
    let last = name.rsplit('.').next().unwrap_or_default();
    name.contains('.') && !last.is_empty() && !LOCAL_ZONES.contains(&last)
}
