//! The guard: which addresses are reached, and on whose behalf.
//!
//! A registry is an untrusted peer, and so is the DNS that answers for its name. What it leads to (its token server,
//! redirects, the place of an upload) must not turn this machine against itself or against the network it is in. So each
//! request is made on behalf of the registry that the person named, by a client that reaches only what that registry may:
//! addresses in URLs are looked at before a request is sent, and names are resolved by the guard itself, which hands out
//! only addresses that it has looked at. There is no second resolution that a name could answer differently.

mod class;
mod clients;
mod network;

use std::{sync::Arc, time::Duration};

use onetag_shared::reference::Registry;
use url::{Host, Url};

pub use self::{
    class::AddressClass,
    network::{Internet, Network},
};
use self::{clients::Clients, network::Refused};
use crate::registry::{
    Error, ErrorKind,
    settings::{RegistrySettings, Settings, Sourced, Tls},
};

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

/// Hands out clients that reach no more than they may, and trust whom they should.
#[derive(Debug)]
pub(super) struct Guard {
    settings: Arc<Settings>,
    network: Arc<dyn Network>,
    clients: Clients,
}

impl Guard {
    /// `connect` is how long a connection may take to come to be.
    pub(super) fn new(settings: Arc<Settings>, network: Arc<dyn Network>, connect: Duration) -> Self {
        Self { settings, clients: Clients::new(Arc::clone(&network), connect), network }
    }

    /// The client for a request on behalf of a registry; an anonymous one has nothing that tells who we are. An address in the URL is looked at here: in whatever notation
    /// it was sent, the URL has it as an address. Names are looked at when they are resolved.
    pub(super) fn client(&self, registry: &Registry, url: &Url, anonymous: bool) -> Result<reqwest::Client, Error> {
        let settings = self.settings.of(registry);
        if let Some(Sourced { value, source }) = settings.problems.first() {
            return Err(Error::new(ErrorKind::Settings, registry.as_str(), format!("{source}: {value}")));
        }
        // A registry that the person named as one on this machine is reached there, and may lead there, as with docker.
        // No other may.
        let policy = Policy { loopback: registry.is_loopback(), private: settings.private.value };
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) | None => None,
        };
        match address.map(|address| self.network.class(address)) {
            Some(class) if !policy.allows(class) => Err(refusal(registry, url, class)),
            _ => self.clients.get(policy, tls(registry, &settings, url, anonymous)).map_err(|error| {
                let words = format!("no client can be made with its settings: {error}");
                Error::new(ErrorKind::Settings, registry.as_str(), words)
            }),
        }
    }
}

/// How a connection on behalf of a registry is secured. Its authorities count wherever it leads. What makes it less
/// secure, and what tells who we are, counts at its own host and where its logins are said to go, and nowhere else.
fn tls(registry: &Registry, settings: &RegistrySettings, url: &Url, anonymous: bool) -> Tls {
    if url.scheme() == "http" {
        return Tls::default();
    }
    let own = Url::parse(&format!("https://{}", registry.api_host()));
    let is_own = own.is_ok_and(|own| own.host() == url.host());
    let is_realm = settings.realms.iter().any(|realms| realms.value.contains(&super::authority(url)));
    Tls {
        authorities: settings.authorities.iter().map(|authority| authority.value.clone()).collect(),
        identity: settings
            .identity
            .as_ref()
            .filter(|_| !anonymous && (is_own || is_realm))
            .map(|identity| identity.value.clone()),
        skip_verify: settings.skip_verify.value && (is_own || is_realm),
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
