//! The clients themselves: one for each policy and each way to secure a connection, so that a connection which one of them
//! opened is never used by another. Made when they are first wanted.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{Certificate, redirect};

use super::{Network, Policy, network::Resolver};
use crate::registry::{
    lock,
    settings::{Authority, Tls},
};

/// Clients that are kept. There are as many as there are kinds of settings, which is few.
const KEPT: usize = 64;

/// Each client and when it was last wanted, in wishes.
type Kept = HashMap<(Policy, Tls), (reqwest::Client, u64)>;

#[derive(Debug)]
pub(super) struct Clients {
    network: Arc<dyn Network>,
    connect: Duration,
    /// And how many wishes there were.
    kept: Mutex<(Kept, u64)>,
}

impl Clients {
    pub(super) fn new(network: Arc<dyn Network>, connect: Duration) -> Self {
        // A second installation fails, and that is fine: there is one then.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { network, connect, kept: Mutex::default() }
    }

    /// The client for such requests. The one that was not wanted for the longest time makes room for a new one.
    pub(super) fn get(&self, policy: Policy, tls: Tls) -> Result<reqwest::Client, reqwest::Error> {
        let mut kept = lock(&self.kept);
        let (clients, wishes) = &mut *kept;
        *wishes += 1;
        if let Some((client, wanted)) = clients.get_mut(&(policy, tls.clone())) {
            *wanted = *wishes;
            return Ok(client.clone());
        }
        let client = self.make(policy, &tls)?;
        if clients.len() >= KEPT {
            let oldest = clients.iter().min_by_key(|(_, (_, wanted))| *wanted).map(|(kind, _)| kind.clone());
            clients.retain(|kind, _| Some(kind) != oldest.as_ref());
        }
        clients.insert((policy, tls), (client.clone(), *wishes));
        Ok(client)
    }

    fn make(&self, policy: Policy, tls: &Tls) -> Result<reqwest::Client, reqwest::Error> {
        let authorities: Vec<Certificate> =
            tls.authorities.iter().map(Authority::certificate).collect::<Result<_, _>>()?;
        #[expect(clippy::disallowed_methods, reason = "this is the one place where it belongs")]
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(concat!("onetag/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .dns_resolver(Arc::new(Resolver::new(Arc::clone(&self.network), policy)))
                .connect_timeout(self.connect)
                .tls_info(true)
                .tls_danger_accept_invalid_certs(tls.skip_verify);
            match &tls.identity {
                Some(identity) => builder.identity(identity.identity()),
                None => builder,
            }
        };
        builder().tls_certs_merge(authorities.clone()).build().or_else(|error| {
            // A machine without a store of certificates still has its registries on loopback.
            tracing::warn!(?error, "no certificate authorities were found on this machine, so no https can be trusted");
            builder().tls_certs_only(authorities).build()
        })
    }
}
