//! What proves who asks, and how it is looked up.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use onetag_shared::reference::Reference;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::registry::{lock, settings::Settings};

/// How long a credential is good for without being looked up again. A refused one is looked up at once.
const LASTS: Duration = Duration::from_mins(1);

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
    Identity {
        /// The user that the login stored with it, if any.
        user: Option<String>,
        /// The token.
        token: SecretString,
    },
    /// A token for the registry itself.
    Bearer(SecretString),
}

/// Why a credential cannot be had, in words that name where it should be, and never what is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CredentialError(pub String);

/// Where credentials come from.
#[async_trait]
pub trait CredentialSource: fmt::Debug + Send + Sync {
    /// The credential for a repository: [`Credential::Anonymous`] when there is none.
    async fn credential(&self, repository: &Reference) -> Result<Credential, CredentialError>;
}

/// No credentials at all.
#[derive(Debug)]
pub struct Anonymous;

#[async_trait]
impl CredentialSource for Anonymous {
    async fn credential(&self, _: &Reference) -> Result<Credential, CredentialError> {
        Ok(Credential::Anonymous)
    }
}

/// What the settings say, and what another source knows where they say nothing.
#[derive(Debug)]
pub(in crate::registry) struct WithSettings {
    pub(in crate::registry) settings: Arc<Settings>,
    pub(in crate::registry) others: Arc<dyn CredentialSource>,
}

#[async_trait]
impl CredentialSource for WithSettings {
    async fn credential(&self, repository: &Reference) -> Result<Credential, CredentialError> {
        match &self.settings.of(repository.registry()).credential {
            Some(credential) => Ok(credential.value.clone()),
            None => self.others.credential(repository).await,
        }
    }
}

/// By whose right something was had: a token, or what it opened. One user may have several passwords: podman keeps
/// credentials for single repositories.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Account {
    user: Option<String>,
    /// SHA-256 of the secret.
    fingerprint: Option<[u8; 32]>,
}

impl Account {
    pub(super) fn of(credential: &Credential) -> Self {
        let (user, secret) = match credential {
            Credential::Anonymous => (None, None),
            Credential::Basic { user, password } => (Some(user.clone()), Some(password)),
            Credential::Identity { user, token } => (user.clone(), Some(token)),
            Credential::Bearer(token) => (None, Some(token)),
        };
        Self { user, fingerprint: secret.map(|secret| Sha256::digest(secret.expose_secret()).into()) }
    }

    /// Nobody's.
    pub(in crate::registry) const fn is_anonymous(&self) -> bool {
        self.user.is_none() && self.fingerprint.is_none()
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("user", &self.user).finish_non_exhaustive()
    }
}

/// A lookup and when it began.
type Lookup = (Instant, Shared<BoxFuture<'static, Result<Credential, CredentialError>>>);

/// Looks credentials up, once for all who ask at the same time: a helper is a program, and an image has many parts.
#[derive(Debug)]
pub(super) struct Credentials {
    source: Arc<dyn CredentialSource>,
    lookups: Mutex<HashMap<String, Lookup>>,
}

impl Credentials {
    pub(super) fn new(source: Arc<dyn CredentialSource>) -> Self {
        Self { source, lookups: Mutex::default() }
    }

    /// As of a minute ago or later.
    pub(super) async fn recent(&self, repository: &Reference, now: Instant) -> Result<Credential, CredentialError> {
        self.since(repository, now.checked_sub(LASTS).unwrap_or(now), now).await
    }

    /// As of `began` or later: whoever was refused since then may have logged in before.
    pub(super) async fn since(
        &self,
        repository: &Reference,
        began: Instant,
        now: Instant,
    ) -> Result<Credential, CredentialError> {
        let lookup = {
            let mut lookups = lock(&self.lookups);
            // What could not be had is not remembered, nor what nobody will ask for.
            lookups.retain(|_, (at, lookup)| *at + LASTS > now && !matches!(lookup.peek(), Some(Err(_))));
            let key = repository.repo();
            match lookups.get(&key) {
                Some((at, lookup)) if *at >= began => lookup.clone(),
                _ => {
                    let lookup = self.look_up(repository);
                    lookups.insert(key, (now, lookup.clone()));
                    lookup
                }
            }
        };
        lookup.await
    }

    /// It goes on when those who wait for it leave.
    fn look_up(&self, repository: &Reference) -> Shared<BoxFuture<'static, Result<Credential, CredentialError>>> {
        let (source, repository) = (Arc::clone(&self.source), repository.clone());
        let task = tokio::spawn(async move { source.credential(&repository).await });
        let given_up = || Err(CredentialError("looking for a login was given up".to_owned()));
        async move { task.await.unwrap_or_else(|_| given_up()) }.boxed().shared()
    }
}
