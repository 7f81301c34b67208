//! Links of merchants.

use url::{Host, Url};

/// Longest link that is shown, in bytes.
const LINK_BYTES_MAX: usize = 2048;

/// A link that may be shown: `http` or `https`, no user name, and the host it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SafeLink {
    /// The address, normalised.
    pub(crate) href: String,
    /// The host as it is resolved: international names in their ASCII form, so that look-alike
    /// letters show.
    pub(crate) host: String,
}

impl SafeLink {
    /// Reads a merchant's link; `None` for other schemes, user names, and what is no address.
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        if raw.len() > LINK_BYTES_MAX {
            return None;
        }
        let url = Url::parse(raw).ok()?;
        if !matches!(url.scheme(), "http" | "https")
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return None;
        }
        let host = match url.host()? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => format!("[{address}]"),
        };
        let host = url
            .port()
            .map_or(host.clone(), |port| format!("{host}:{port}"));
        Some(Self {
            href: url.to_string(),
            host,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_become_links() {
        assert!(SafeLink::parse("javascript:alert(1)").is_none());
        assert!(SafeLink::parse("data:text/html,x").is_none());
        assert!(SafeLink::parse("https://bank.example@evil.example/").is_none());
        assert!(SafeLink::parse("/relative").is_none());
        assert_eq!(
            SafeLink::parse("https://раypal.example/a")
                .map(|link| link.host)
                .as_deref(),
            Some("xn--ypal-43d9g.example")
        );
    }
}
