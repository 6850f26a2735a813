//! How names become addresses.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{AddressClass, Policy};

/// What is where. Tests, which have nothing but loopback, have a world of their own.
#[async_trait]
pub trait Network: fmt::Debug + Send + Sync {
    /// The addresses of a name.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;

    /// The class of an address.
    fn class(&self, address: IpAddr) -> AddressClass;
}

/// The world as this machine knows it.
#[derive(Clone, Copy, Debug)]
pub struct Internet;

impl Internet {
    /// To be handed around.
    pub fn shared() -> Arc<dyn Network> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Network for Internet {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }

    fn class(&self, address: IpAddr) -> AddressClass {
        AddressClass::of(address)
    }
}

/// Resolves names to what a policy allows. The connection goes to one of these very addresses.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    network: Arc<dyn Network>,
    policy: Policy,
}

impl Resolver {
    pub(super) fn new(network: Arc<dyn Network>, policy: Policy) -> Self {
        Self { network, policy }
    }

    /// What is left of the addresses of a name; an error when it has some, and none may be reached.
    async fn allowed(&self, name: &str) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let mut refused = None;
        let mut allowed = Vec::new();
        for address in self.network.addresses(name).await? {
            let class = self.network.class(address);
            if self.policy.allows(class) {
                // The port is that of the URL.
                allowed.push(SocketAddr::new(address, 0));
            } else {
                refused.get_or_insert(Refused(class));
            }
        }
        match refused {
            Some(refused) if allowed.is_empty() => Err(refused.into()),
            _ => Ok(allowed),
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move { Ok(Box::new(resolver.allowed(name.as_str()).await?.into_iter()) as Addrs) })
    }
}

/// A name all of whose addresses are refused; of the class of the first of them.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it is at {0}")]
pub(super) struct Refused(pub(super) AddressClass);
