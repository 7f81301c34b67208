//! Name resolution in which every address is checked before the connector sees it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::BoxFuture;
use crate::address::AddressPolicy;

/// What a look-up found.
pub type Lookups = io::Result<Vec<IpAddr>>;

/// Turns a name into addresses.
pub trait Lookup: Send + Sync {
    /// All addresses of `host`.
    fn lookup(&self, host: String) -> BoxFuture<'static, Lookups>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> BoxFuture<'static, Lookups> {
        Box::pin(async move {
            Ok(tokio::net::lookup_host((host, 0))
                .await?
                .map(|socket| socket.ip())
                .collect())
        })
    }
}

/// The resolver of the guarded sender: the addresses it checks are the ones dialled.
pub(super) struct GuardedResolver {
    lookup: Arc<dyn Lookup>,
    policy: AddressPolicy,
}

impl GuardedResolver {
    pub(super) fn new(lookup: Arc<dyn Lookup>, policy: AddressPolicy) -> Self {
        Self { lookup, policy }
    }
}

impl Resolve for GuardedResolver {
    /// One forbidden address among several refuses them all: a name that mixes public and private
    /// addresses is an attack or a mistake.
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let found = self.lookup.lookup(host.clone());
        let policy = self.policy.clone();
        Box::pin(async move {
            let mut sockets = Vec::new();
            for address in found.await? {
                policy.check_dialled(&host, address)?;
                // The connector puts the port of the URL in place of 0.
                sockets.push(SocketAddr::new(address, 0));
            }
            let sockets: Addrs = Box::new(sockets.into_iter());
            Ok(sockets)
        })
    }
}
