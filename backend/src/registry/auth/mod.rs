//! Proving who asks: nothing, Basic, or a Bearer token of the least scope (distribution "Token Authentication").

mod challenge;
mod docker_config;
mod token;

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use onetag_shared::reference::Reference;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;

use self::challenge::{Challenge, challenges};
pub use docker_config::DockerConfig;

use super::{Error, transport::Transport};

/// A token is renewed this long before it ends.
const EARLY: Duration = Duration::from_secs(10);

/// What proves who asks.
#[derive(Clone, Debug, Default)]
pub enum Credential {
    /// Nothing.
    #[default]
    Anonymous,
    /// A user with a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// A refresh token for the token server.
    Identity(SecretString),
    /// A token for the registry itself.
    Bearer(SecretString),
}

/// Where credentials come from.
#[async_trait]
pub trait CredentialSource: fmt::Debug + Send + Sync {
    /// The credential for a repository.
    async fn credential(&self, repository: &Reference) -> Credential;
}

/// No credentials at all.
#[derive(Debug)]
pub struct Anonymous;

#[async_trait]
impl CredentialSource for Anonymous {
    async fn credential(&self, _: &Reference) -> Credential {
        Credential::Anonymous
    }
}

/// What a request needs to be allowed: a repository and actions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Scope {
    repository: String,
    actions: &'static str,
}

impl Scope {
    pub(super) fn pull(repository: &Reference) -> Self {
        Self { repository: repository.repository().to_string(), actions: "pull" }
    }

    pub(super) fn push(repository: &Reference) -> Self {
        Self { repository: repository.repository().to_string(), actions: "pull,push" }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "repository:{}:{}", self.repository, self.actions)
    }
}

/// What a token is good for. Tokens are never shared between any two of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct TokenKey {
    registry: String,
    realm: String,
    service: Option<String>,
    account: Option<String>,
    scopes: Vec<Scope>,
}

type TokenCell = Arc<OnceCell<(HeaderValue, Instant)>>;

/// Remembers what each registry wants, and the tokens that it got.
#[derive(Debug)]
pub(super) struct Authenticator {
    transport: Arc<Transport>,
    credentials: Arc<dyn CredentialSource>,
    challenges: Mutex<HashMap<String, Challenge>>,
    tokens: Mutex<HashMap<TokenKey, TokenCell>>,
}

impl Authenticator {
    pub(super) fn new(transport: Arc<Transport>, credentials: Arc<dyn CredentialSource>) -> Self {
        Self { transport, credentials, challenges: Mutex::default(), tokens: Mutex::default() }
    }

    /// The header for a request, as far as the registry is known: none before its first challenge.
    pub(super) async fn header(&self, repository: &Reference, scopes: &[Scope]) -> Result<Option<HeaderValue>, Error> {
        let known = lock(&self.challenges).get(repository.registry().as_str()).cloned();
        match known {
            Some(challenge) => self.answer(repository, scopes, &challenge, None).await,
            None => Ok(None),
        }
    }

    /// The header for another try after a 401; `None` when there is nothing better than what was used.
    pub(super) async fn challenged(
        &self,
        repository: &Reference,
        scopes: &[Scope],
        headers: &HeaderMap,
        used: Option<&HeaderValue>,
    ) -> Result<Option<HeaderValue>, Error> {
        let registry = repository.registry().as_str();
        let known = lock(&self.challenges).get(registry).cloned();
        let Some(challenge) = challenges(headers).or(known) else { return Ok(None) };
        lock(&self.challenges).insert(registry.to_owned(), challenge.clone());
        let header = self.answer(repository, scopes, &challenge, used).await?;
        Ok(header.filter(|header| Some(header) != used))
    }

    /// What a challenge wants to see. A token equal to `refused` is replaced.
    async fn answer(
        &self,
        repository: &Reference,
        scopes: &[Scope],
        challenge: &Challenge,
        refused: Option<&HeaderValue>,
    ) -> Result<Option<HeaderValue>, Error> {
        let credential = self.credentials.credential(repository).await;
        match (challenge, &credential) {
            (_, Credential::Bearer(token)) => Ok(secret_header("Bearer", token.expose_secret())),
            (Challenge::Basic, Credential::Basic { user, password }) => Ok(basic(user, password)),
            (Challenge::Basic, _) => Ok(None),
            (Challenge::Bearer { realm, service }, _) => {
                let scopes: Vec<Scope> = distinct(scopes);
                let key = TokenKey {
                    registry: repository.registry().to_string(),
                    realm: realm.clone(),
                    service: service.clone(),
                    account: match &credential {
                        Credential::Basic { user, .. } => Some(user.clone()),
                        Credential::Identity(_) => Some("<token>".to_owned()),
                        _ => None,
                    },
                    scopes,
                };
                let cell = self.cell(&key, refused);
                let (header, _) = cell
                    .get_or_try_init(|| {
                        token::fetch(&self.transport, repository, realm, service.as_deref(), &credential, &key.scopes)
                    })
                    .await?;
                Ok(Some(header.clone()))
            }
        }
    }

    /// The place of a token: all who want the same wait for one request. One that has ended, or that the registry
    /// refused, makes room for a new one.
    fn cell(&self, key: &TokenKey, refused: Option<&HeaderValue>) -> TokenCell {
        let mut tokens = lock(&self.tokens);
        tokens.retain(|_, cell| cell.get().is_none_or(|(_, ends)| Instant::now() + EARLY < *ends));
        if let Some(cell) = tokens.get(key)
            && !cell.get().is_some_and(|(header, _)| Some(header) == refused)
        {
            return Arc::clone(cell);
        }
        let cell = TokenCell::default();
        tokens.insert(key.clone(), Arc::clone(&cell));
        cell
    }
}

/// The scopes, each repository once: asking for one twice loses actions at some registries. The first is the one that
/// matters most and stays first.
fn distinct(scopes: &[Scope]) -> Vec<Scope> {
    let mut seen = BTreeSet::new();
    scopes.iter().filter(|scope| seen.insert(scope.repository.clone())).cloned().collect()
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

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
