//! The client: what every request goes through.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use onetag_shared::{
    api::RateLimit,
    reference::{Reference, Registry},
};
use reqwest::{
    Method, Response, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use url::Url;

use super::{
    Error, ErrorKind,
    auth::{Account, Authenticator, CredentialSource, DockerConfig, Scope, ScopeSet, WithSettings, missing_scopes},
    mirrors::Unreachable,
    settings::{RegistrySettings, Settings},
    transport::{Internet, Network, Request, Timeouts, Transport, TransportConfig},
};
use crate::clock::{Clock, SystemClock};

/// How a client is set up.
#[derive(Debug)]
pub struct ClientConfig {
    /// Where credentials come from.
    pub credentials: Arc<dyn CredentialSource>,
    /// What holds for each registry.
    pub settings: Arc<Settings>,
    /// Tells what is where.
    pub network: Arc<dyn Network>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// The unit of the pause before a request is repeated.
    pub pause: Duration,
    /// Blobs of at least so many bytes are copied in a way that can go on after an interruption, for one more request.
    pub parts_from: u64,
    /// Tells when tokens end, and waits.
    pub clock: Arc<dyn Clock>,
}

impl ClientConfig {
    /// With the credentials that the person's own tools left.
    pub fn personal() -> Self {
        Self {
            credentials: Arc::new(DockerConfig::of_this_user()),
            settings: Arc::default(),
            network: Internet::shared(),
            timeouts: Timeouts::default(),
            pause: Duration::from_millis(500),
            parts_from: 8 * 1024 * 1024,
            clock: SystemClock::shared(),
        }
    }
}

/// Speaks to registries; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) transport: Arc<Transport>,
    pub(super) auth: Arc<Authenticator>,
    pub(super) parts_from: u64,
    pub(super) unreachable: Arc<Unreachable>,
}

/// By whose right something is read: the registry's account, and those of its mirrors.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reader(Vec<Account>);

impl Reader {
    /// Is it nobody's right? Then whoever asks may see the same.
    pub fn is_anonymous(&self) -> bool {
        self.0.iter().all(Account::is_anonymous)
    }
}

/// What is asked of a registry.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) repository: &'a Reference,
    /// Below `/v2/<repository>/`.
    pub(super) path: String,
    /// Escaped where no query can have it, and else as it is.
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) scopes: Vec<Scope>,
}

impl<'a> Ask<'a> {
    pub(super) fn read(method: Method, repository: &'a Reference, path: String) -> Self {
        let scopes = vec![Scope::pull(repository)];
        Self { method, repository, path, query: None, headers: HeaderMap::new(), body: Bytes::new(), scopes }
    }

    pub(super) fn write(method: Method, repository: &'a Reference, path: String) -> Self {
        Self { scopes: vec![Scope::push(repository)], ..Self::read(method, repository, path) }
    }
}

impl Client {
    /// A client set up this way.
    pub fn new(config: ClientConfig) -> Self {
        let ClientConfig { credentials, settings, network, timeouts, pause, parts_from, clock } = config;
        let credentials = Arc::new(WithSettings { settings: Arc::clone(&settings), others: credentials });
        let transport = Arc::new(Transport::new(TransportConfig { settings, network, timeouts, pause, clock }));
        let auth = Arc::new(Authenticator::new(Arc::clone(&transport), credentials));
        Self { transport, auth, parts_from, unreachable: Arc::default() }
    }

    /// What holds for a registry.
    pub fn settings(&self, registry: &Registry) -> Arc<RegistrySettings> {
        self.transport.settings(registry)
    }

    /// By whose right a repository is read, from it or from a mirror of it. What one opened is not for another.
    pub async fn reader(&self, repository: &Reference) -> Result<Reader, Error> {
        let settings = self.settings(repository.registry());
        let mirrors = settings.mirrors.value.iter().filter_map(|mirror| mirror.at(repository));
        let mut accounts = vec![self.auth.account(repository).await?];
        for mirror in mirrors {
            accounts.push(self.auth.account(&mirror).await?);
        }
        Ok(Reader(accounts))
    }

    /// What a registry last said about its limits.
    pub fn rate_limit(&self, registry: &Registry) -> Option<RateLimit> {
        self.transport.rate_limit(registry)
    }

    /// Registries that said something about their limits.
    pub fn limited(&self) -> Vec<Registry> {
        self.transport.limited()
    }

    /// Forgets what was learned of a registry: its settings are others now.
    pub fn forget(&self, registry: &Registry) {
        self.transport.forget(registry);
        self.auth.forget(registry);
        self.unreachable.forget(registry);
    }

    /// Asks, with what the registry wants to see; again after a refusal that more or other proof may turn.
    pub(super) async fn ask(&self, ask: Ask<'_>) -> Result<Response, Error> {
        self.transport.find_scheme(ask.repository.registry()).await?;
        let base = self.transport.base(ask.repository.registry())?;
        let mut url = base
            .join(&format!("{}/{}", ask.repository.repository(), ask.path))
            .map_err(|error| Error::new(ErrorKind::Protocol, ask.repository.registry().as_str(), error.to_string()))?;
        url.set_query(ask.query.as_deref());
        let mut request = Request::new(ask.repository.registry(), ask.method, url);
        request.headers.extend(ask.headers);
        request.body = ask.body;
        self.send(ask.repository, request, &ask.scopes.into_iter().collect()).await
    }

    /// Sends a request to an address that the registry named; it gets our authorization only on the registry's own host.
    pub(super) async fn send(
        &self,
        repository: &Reference,
        mut request: Request,
        scopes: &ScopeSet,
    ) -> Result<Response, Error> {
        let registry = repository.registry();
        if !self.is_own(registry, &request.url)? {
            return self.transport.send(request).await;
        }
        let first = self.auth.first(repository).await?;
        if let Some(header) = self.auth.header(repository, scopes).await? {
            request.headers.insert(AUTHORIZATION, header);
        }
        let began = self.transport.clock().instant();
        let mut response = self.transport.send(request.clone()).await?;
        let mut first = first.filter(|_| response.status() == StatusCode::UNAUTHORIZED);
        // One more try with other proof; and one more, if what that proof lacks are scopes that the registry names.
        for retry in 0..2 {
            let lacks_scopes = missing_scopes(response.headers()).is_some();
            let refused = match response.status() {
                StatusCode::UNAUTHORIZED => retry == 0 || lacks_scopes,
                StatusCode::FORBIDDEN => lacks_scopes,
                _ => false,
            };
            // What a redirect led to does not speak for the registry: who answers its challenge hands our login to it.
            if !refused || !self.is_own(registry, response.url())? {
                break;
            }
            // The token may come from the same host, which has only so many places.
            Transport::release(&mut response);
            let used = request.headers.get(AUTHORIZATION).cloned();
            let better = self.auth.challenged(repository, scopes, response.headers(), used.as_ref(), began).await?;
            drop(first.take());
            let Some(header) = better else { break };
            drop(response);
            request.headers.insert(AUTHORIZATION, header);
            response = self.transport.send(request.clone()).await?;
        }
        Ok(response)
    }

    pub(super) async fn authorization(
        &self,
        repository: &Reference,
        scope: Scope,
    ) -> Result<Option<HeaderValue>, Error> {
        self.auth.header(repository, &std::iter::once(scope).collect()).await
    }

    /// Gets other proof than what was used, after a refusal: is there some?
    pub(super) async fn renew(
        &self,
        repository: &Reference,
        scopes: &ScopeSet,
        refusal: &HeaderMap,
        used: Option<&HeaderValue>,
    ) -> Result<bool, Error> {
        let began = self.transport.clock().instant();
        Ok(self.auth.challenged(repository, scopes, refusal, used, began).await?.is_some())
    }

    pub(super) fn is_own(&self, registry: &Registry, url: &Url) -> Result<bool, Error> {
        Ok(self.transport.base(registry)?.origin() == url.origin())
    }
}
