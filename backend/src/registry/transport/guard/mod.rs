//! The guard: which addresses are reached, and on whose behalf.
//!
//! A registry is an untrusted peer, and so is the DNS that answers for its name. What it leads to (its token server,
//! redirects, the place of an upload) must not turn this machine against itself or against the network it is in. So each
//! request is made on behalf of the registry that the person named, by a client that reaches only what that registry may:
//! addresses in URLs are looked at before a request is sent, and names are resolved by the guard itself, which hands out
//! only addresses that it has looked at. There is no second resolution that a name could answer differently.

mod class;
mod network;

use std::{collections::HashMap, sync::Arc};

use onetag_shared::reference::Registry;
use url::{Host, Url};

use self::network::{Refused, Resolver};
pub use self::{
    class::AddressClass,
    network::{Internet, Network},
};
use super::super::{Error, ErrorKind};

/// What is reached besides public addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Policy {
    /// This machine.
    loopback: bool,
    /// One's own network.
    private: bool,
}

impl Policy {
    fn allows(self, class: AddressClass) -> bool {
        match class {
            AddressClass::Public => true,
            AddressClass::Loopback => self.loopback,
            AddressClass::Private => self.private,
            AddressClass::LinkLocal
            | AddressClass::Metadata
            | AddressClass::Multicast
            | AddressClass::Unspecified
            | AddressClass::Reserved => false,
        }
    }
}

/// Hands out clients that reach no more than they may.
#[derive(Debug)]
pub(super) struct Guard {
    /// Registries that may be in one's own network, and lead to it.
    private: Vec<Registry>,
    network: Arc<dyn Network>,
    /// One for each policy: a connection that one of them opened is never used by another.
    clients: HashMap<Policy, reqwest::Client>,
}

impl Guard {
    /// `finish` makes a client that resolves names in this way and in no other.
    pub(super) fn new(
        private: Vec<Registry>,
        network: Arc<dyn Network>,
        finish: impl Fn(Arc<dyn reqwest::dns::Resolve>) -> Result<reqwest::Client, reqwest::Error>,
    ) -> Result<Self, reqwest::Error> {
        let mut clients = HashMap::new();
        for loopback in [false, true] {
            for private in [false, true].into_iter().take(if private.is_empty() { 1 } else { 2 }) {
                let policy = Policy { loopback, private };
                clients.insert(policy, finish(Arc::new(Resolver::new(Arc::clone(&network), policy)))?);
            }
        }
        Ok(Self { private, network, clients })
    }

    /// A registry that the person named as one on this machine is reached there, and may lead there, as with docker. No
    /// other may.
    fn policy(&self, registry: &Registry) -> Policy {
        Policy { loopback: registry.is_loopback(), private: self.private.iter().any(|named| named.same(registry)) }
    }

    /// The client for a request on behalf of a registry. An address in the URL is looked at here: in whatever notation
    /// it was sent, the URL has it as an address. Names are looked at when they are resolved.
    pub(super) fn client(&self, registry: &Registry, url: &Url) -> Result<&reqwest::Client, Error> {
        let policy = self.policy(registry);
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) | None => None,
        };
        match address.map(|address| self.network.class(address)) {
            Some(class) if !policy.allows(class) => Err(refusal(registry, url, class)),
            _ => Ok(&self.clients[&policy]),
        }
    }
}

/// The refusal that a request failed with, if it was one.
pub(super) fn refused(registry: &Registry, url: &Url, error: &reqwest::Error) -> Option<Error> {
    let Refused(class) = super::fault::causes(error).find_map(|cause| cause.downcast_ref::<Refused>())?;
    Some(refusal(registry, url, *class))
}

/// Who led where. What a name resolves to is not told: that may be nobody else's business.
fn refusal(registry: &Registry, url: &Url, class: AddressClass) -> Error {
    let host = url.host_str().unwrap_or_default();
    let own = Url::parse(&format!("http://{}", registry.api_host()));
    let words = if own.is_ok_and(|own| own.host() == url.host()) {
        format!("it is at {class}")
    } else if matches!(url.host(), Some(Host::Domain(_))) {
        format!("it leads to {host}, which is at {class}")
    } else {
        format!("it leads to {host}, which is {class}")
    };
    Error::new(ErrorKind::AddressRefused(class), registry.as_str(), words)
}
