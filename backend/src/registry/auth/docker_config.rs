//! The credentials that `docker login` and `podman login` left (docker's `config.json`, containers-auth.json(5)).

use std::{collections::BTreeMap, env, ffi::OsString, fmt, io, path::PathBuf, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use onetag_shared::reference::Reference;
use secrecy::{ExposeSecret, SecretString};

use super::{Credential, CredentialError, CredentialSource, helper::Helpers};

/// How long a helper may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The config files of docker and podman, read anew for each question so that a login counts at once.
#[derive(Clone, Debug)]
pub struct DockerConfig {
    places: Vec<Place>,
    helpers: Helpers,
}

/// Where logins are kept.
#[derive(Clone, Debug)]
enum Place {
    /// `DOCKER_AUTH_CONFIG`: what else is in a file.
    Variable(SecretString),
    File(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(_) => f.write_str("DOCKER_AUTH_CONFIG"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// What is in such a file. Docker writes `null` for what is empty.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct File {
    auths: Option<BTreeMap<String, Option<Auth>>>,
    creds_store: Option<String>,
    cred_helpers: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "they are the names in the file")]
struct Auth {
    username: Option<String>,
    password: Option<SecretString>,
    auth: Option<SecretString>,
    identitytoken: Option<SecretString>,
    registrytoken: Option<SecretString>,
}

impl DockerConfig {
    /// The files of whoever runs this process.
    pub fn of_this_user() -> Self {
        Self::of(|name| env::var_os(name))
    }

    /// What is in the variable counts first, then podman's files, as podman does, then docker's.
    fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let path = |name: &str| set(name).map(PathBuf::from);
        let home = path("HOME");
        let mut files = Vec::new();
        // Podman looks at its own places only when it is told no other.
        if let Some(file) = path("REGISTRY_AUTH_FILE") {
            files.push(file);
        } else {
            let config = path("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")));
            let dirs = path("XDG_RUNTIME_DIR").into_iter().chain(config);
            files.extend(dirs.map(|dir| dir.join("containers/auth.json")));
        }
        let docker = path("DOCKER_CONFIG").or_else(|| home.map(|home| home.join(".docker")));
        files.extend(docker.map(|dir| dir.join("config.json")));
        // Bytes that are no text make no JSON either, and are told when they are read.
        let inline = set("DOCKER_AUTH_CONFIG").map(|text| Place::Variable(text.to_string_lossy().into_owned().into()));
        let places = inline.into_iter().chain(files.into_iter().map(Place::File)).collect();
        Self { places, helpers: Helpers { path: set("PATH"), patience: PATIENCE } }
    }
}

#[async_trait]
impl CredentialSource for DockerConfig {
    async fn credential(&self, repository: &Reference) -> Result<Credential, CredentialError> {
        for place in &self.places {
            let Some(file) = place.read().await? else { continue };
            if let Some(credential) = file.credential(repository, &self.helpers, place).await? {
                return Ok(credential);
            }
        }
        Ok(Credential::Anonymous)
    }
}

impl Place {
    /// `None` when there is no such file.
    async fn read(&self) -> Result<Option<File>, CredentialError> {
        let failed = |words: String| CredentialError(format!("the logins in {self} cannot be read: {words}"));
        let bytes = match self {
            Self::Variable(text) => text.expose_secret().as_bytes().to_vec(),
            Self::File(path) => match tokio::fs::read(path).await {
                Ok(bytes) => bytes,
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Ok(None);
                }
                Err(error) => return Err(failed(error.to_string())),
            },
        };
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        // The words of the error may quote a secret: only its place is told.
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            let what = if error.is_data() { "not as docker and podman write it" } else { "no JSON" };
            failed(format!("line {}, column {} is {what}", error.line(), error.column()))
        })
    }
}

impl File {
    async fn credential(
        &self,
        repository: &Reference,
        helpers: &Helpers,
        place: &Place,
    ) -> Result<Option<Credential>, CredentialError> {
        let registry = host(repository.registry().as_str());
        let own = self.cred_helpers.iter().flatten().find(|(key, _)| Key::of(key).is(&registry));
        let helper = own.map(|(_, helper)| helper).or(self.creds_store.as_ref()).filter(|helper| !helper.is_empty());
        if let Some(helper) = helper
            && let Some(credential) = helpers.ask(helper, repository.registry().credential_key()).await?
        {
            return Ok(Some(credential));
        }
        let path = format!("{registry}/{}", repository.repository());
        let mut fitting: Vec<_> = self.auths.iter().flatten().filter(|(key, _)| Key::of(key).covers(&path)).collect();
        // Podman keeps logins for single repositories too: the longest key counts. Of two names for one host it is the
        // one that docker itself would ask by.
        fitting.sort_by_key(|(key, _)| {
            (std::cmp::Reverse(Key::of(key).0.len()), key.as_str() != repository.registry().credential_key())
        });
        for (key, auth) in fitting {
            let credential = auth.as_ref().map_or(Ok(None), Auth::credential);
            let damaged = |Damaged| CredentialError(format!("the login for {key} in {place} is damaged"));
            if let Some(credential) = credential.map_err(damaged)? {
                return Ok(Some(credential));
            }
        }
        Ok(None)
    }
}

/// What a login is for: a host, or a host and the beginning of a path. Hosts are in lower case, and Docker Hub has one
/// name.
struct Key(String);

impl Key {
    /// Docker's keys are hosts or addresses, of which only the host counts; podman's are hosts or repositories.
    fn of(key: &str) -> Self {
        let address = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://"));
        let (name, path) = address.unwrap_or(key).split_once('/').unwrap_or((address.unwrap_or(key), ""));
        let path = path.trim_end_matches('/');
        if address.is_some() || matches!(path, "" | "v1" | "v2") {
            Self(host(name))
        } else {
            Self(format!("{}/{path}", host(name)))
        }
    }

    fn is(&self, registry: &str) -> bool {
        self.0 == registry
    }

    fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn host(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if matches!(name.as_str(), "index.docker.io" | "registry-1.docker.io") { "docker.io".to_owned() } else { name }
}

/// A login that is not as docker writes it.
struct Damaged;

impl Auth {
    fn credential(&self) -> Result<Option<Credential>, Damaged> {
        let filled = |secret: &Option<SecretString>| secret.clone().filter(|secret| !secret.expose_secret().is_empty());
        if let Some(token) = filled(&self.registrytoken) {
            return Ok(Some(Credential::Bearer(token)));
        }
        let login = match filled(&self.auth) {
            Some(auth) => Some(decode(&auth).ok_or(Damaged)?),
            None => self.username.clone().zip(filled(&self.password)),
        };
        if let Some(token) = filled(&self.identitytoken) {
            let user = login.map(|(user, _)| user).filter(|user| !user.is_empty());
            return Ok(Some(Credential::Identity { user, token }));
        }
        Ok(login.map(|(user, password)| Credential::Basic { user, password }))
    }
}

/// `user:password` in Base64. Zeros around the password are not part of it, as docker reads it.
fn decode(auth: &SecretString) -> Option<(String, SecretString)> {
    let text = String::from_utf8(STANDARD.decode(auth.expose_secret().trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.trim_matches('\0').to_owned().into()))
}

#[cfg(test)]
mod tests;
