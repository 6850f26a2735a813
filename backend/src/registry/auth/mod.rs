//! Proving who asks: nothing, Basic, or a Bearer token of the least scope (distribution "Token Authentication").

mod challenge;
mod credentials;
mod docker_config;
mod first;
mod helper;
mod scope;
mod token;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use onetag_shared::reference::{Reference, Registry};
use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};

pub(super) use self::{
    challenge::{Challenge, challenges, missing_scopes},
    scope::{Scope, ScopeSet},
};
use self::{
    credentials::Credentials,
    first::{FirstRequest, FirstRequests},
    token::{Token, TokenRequest},
};
pub(super) use credentials::WithSettings;
pub use credentials::{Account, Anonymous, Credential, CredentialError, CredentialSource};
pub use docker_config::DockerConfig;

use super::{
    Error, ErrorKind, lock,
    transport::{Request, Transport},
};

/// A token is renewed this long before it ends.
const EARLY: Duration = Duration::from_secs(10);

/// What a token is good for. Tokens are never shared between any two of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct TokenKey {
    registry: String,
    realm: String,
    service: Option<String>,
    account: Account,
    scopes: ScopeSet,
}

/// A token, or the request for it that is under way. It goes on when those who wait for it leave.
type Flight = Shared<BoxFuture<'static, Result<Token, Error>>>;

/// Remembers what each registry wants, and the tokens that it got.
#[derive(Debug)]
pub(super) struct Authenticator {
    transport: Arc<Transport>,
    credentials: Credentials,
    challenges: Mutex<HashMap<String, Challenge>>,
    /// Registries that wanted more than a request's own scopes, and what they wanted.
    widened: Mutex<HashMap<(String, ScopeSet), ScopeSet>>,
    tokens: Mutex<HashMap<TokenKey, Flight>>,
    first: FirstRequests,
}

impl Authenticator {
    pub(super) fn new(transport: Arc<Transport>, credentials: Arc<dyn CredentialSource>) -> Self {
        Self {
            transport,
            credentials: Credentials::new(credentials),
            challenges: Mutex::default(),
            widened: Mutex::default(),
            tokens: Mutex::default(),
            first: FirstRequests::default(),
        }
    }

    /// Waits while somebody else asks a registry for the first time, where there is a login that it may want: all who
    /// begin together then wait for one refusal, instead of being refused each. Whoever gets a [`FirstRequest`] is the one
    /// to ask, and lets the others go on by dropping it.
    pub(super) async fn first(&self, repository: &Reference) -> Result<Option<FirstRequest>, Error> {
        let registry = repository.registry().as_str();
        if self.known(repository).is_some() || self.first.was_made(registry) {
            return Ok(None);
        }
        match self.credential(repository).await? {
            Credential::Basic { .. } | Credential::Identity { .. } => Ok(self.first.make(registry).await),
            Credential::Anonymous | Credential::Bearer(_) => Ok(None),
        }
    }

    /// The header for a request, as far as the registry is known: none before its first challenge.
    pub(super) async fn header(&self, repository: &Reference, scopes: &ScopeSet) -> Result<Option<HeaderValue>, Error> {
        match self.known(repository) {
            Some(challenge) => {
                let credential = self.credential(repository).await?;
                let answer = self.answer(repository, scopes, &challenge, credential, None).await;
                if answer.is_err() {
                    // It may want something else by now: the next request asks it again.
                    lock(&self.challenges).remove(repository.registry().as_str());
                }
                answer
            }
            None => Ok(None),
        }
    }

    /// The header for another try after a refusal of a request that began then; `None` when there is nothing better than
    /// what was used.
    pub(super) async fn challenged(
        &self,
        repository: &Reference,
        scopes: &ScopeSet,
        headers: &HeaderMap,
        used: Option<&HeaderValue>,
        began: Instant,
    ) -> Result<Option<HeaderValue>, Error> {
        let registry = repository.registry().as_str();
        let challenge = match challenges(headers).or_else(|| self.known(repository)) {
            Some(challenge) => challenge,
            None => match self.ping(repository).await? {
                Some(challenge) => challenge,
                None => return Ok(None),
            },
        };
        if let Some(missing) = missing_scopes(headers) {
            let mut widened = lock(&self.widened);
            let wanted = widened.entry((registry.to_owned(), scopes.clone())).or_insert_with(|| scopes.clone());
            let union = wanted.union(&missing);
            // Who always wants more gets what it wants now, not a list without end.
            *wanted = if union.iter().len() > ScopeSet::MOST { scopes.union(&missing) } else { union };
        }
        let credential = self.credentials.since(repository, began, self.transport.clock().instant()).await;
        let credential = credential.map_err(|error| unknown(repository, error))?;
        let header = self.answer(repository, scopes, &challenge, credential, used).await?;
        // What cannot be answered is not remembered.
        lock(&self.challenges).insert(registry.to_owned(), challenge);
        Ok(header.filter(|header| Some(header) != used))
    }

    /// Whose right would be used at a repository, should it want any.
    pub(super) async fn account(&self, repository: &Reference) -> Result<Account, Error> {
        Ok(Account::of(&self.credential(repository).await?))
    }

    /// Forgets what a registry wanted and was given.
    pub(super) fn forget(&self, registry: &Registry) {
        let is_same = |other: &str| other.parse::<Registry>().is_ok_and(|other| other.same(registry));
        lock(&self.challenges).retain(|other, _| !is_same(other));
        lock(&self.widened).retain(|(other, _), _| !is_same(other));
        lock(&self.tokens).retain(|key, _| !is_same(&key.registry));
        self.first.forget(is_same);
    }

    /// Who asks, as far as the settings and the files of docker and podman know.
    pub(super) async fn credential(&self, repository: &Reference) -> Result<Credential, Error> {
        let credential = self.credentials.recent(repository, self.transport.clock().instant()).await;
        credential.map_err(|error| unknown(repository, error))
    }

    fn known(&self, repository: &Reference) -> Option<Challenge> {
        lock(&self.challenges).get(repository.registry().as_str()).cloned()
    }

    /// What the registry wants, by its front door: for those that refuse without saying.
    async fn ping(&self, repository: &Reference) -> Result<Option<Challenge>, Error> {
        let registry = repository.registry();
        let request = Request::new(registry, Method::GET, self.transport.base(registry)?);
        let response = self.transport.send_without_redirects(&request).await?;
        Ok(challenges(response.headers()))
    }

    /// What a challenge wants to see. A token equal to `refused` is replaced.
    async fn answer(
        &self,
        repository: &Reference,
        scopes: &ScopeSet,
        challenge: &Challenge,
        credential: Credential,
        refused: Option<&HeaderValue>,
    ) -> Result<Option<HeaderValue>, Error> {
        match (challenge, &credential) {
            (_, Credential::Bearer(token)) => Ok(secret_header("Bearer", token.expose_secret())),
            (Challenge::Basic, Credential::Basic { user, password }) => Ok(basic(user, password)),
            (Challenge::Basic, _) => Ok(None),
            (Challenge::Bearer { realm, service }, _) => {
                let registry = repository.registry().to_string();
                let widened = lock(&self.widened).get(&(registry.clone(), scopes.clone())).cloned();
                let key = TokenKey {
                    registry,
                    realm: realm.clone(),
                    service: service.clone(),
                    account: Account::of(&credential),
                    scopes: widened.unwrap_or_else(|| scopes.clone()),
                };
                let token = self.flight(key, repository, credential, refused).await?;
                Ok(Some(token.header))
            }
        }
    }

    /// The token for a key: all who want the same wait for one request. One that ends soon, that the registry refused,
    /// or that could not be had, makes room for a new one.
    fn flight(
        &self,
        key: TokenKey,
        repository: &Reference,
        credential: Credential,
        refused: Option<&HeaderValue>,
    ) -> Flight {
        let mut tokens = lock(&self.tokens);
        let soon = self.transport.clock().instant() + EARLY;
        tokens.retain(|_, flight| match flight.peek() {
            None => true,
            Some(Ok(token)) => soon < token.ends,
            Some(Err(_)) => false,
        });
        if let Some(flight) = tokens.get(&key)
            && !matches!(flight.peek(), Some(Ok(token)) if Some(&token.header) == refused)
        {
            return flight.clone();
        }
        let host = key.registry.clone();
        let request = TokenRequest {
            repository: repository.clone(),
            realm: key.realm.clone(),
            service: key.service.clone(),
            credential,
            scopes: key.scopes.clone(),
        };
        let task = tokio::spawn(request.fetch(Arc::clone(&self.transport)));
        let flight = async move {
            task.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Broken, &host, "asking for a token was given up")))
        };
        let flight = flight.boxed().shared();
        tokens.insert(key, flight.clone());
        flight
    }
}

fn unknown(repository: &Reference, error: CredentialError) -> Error {
    Error::new(ErrorKind::Credentials, repository.registry().as_str(), error.0)
}

fn basic(user: &str, password: &SecretString) -> Option<HeaderValue> {
    secret_header("Basic", &STANDARD.encode(format!("{user}:{}", password.expose_secret())))
}

/// A header that is kept out of logs.
fn secret_header(scheme: &str, secret: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{scheme} {secret}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
