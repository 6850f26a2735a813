//! The credentials that `docker login` and `podman login` left, and their helpers.

use std::{collections::HashMap, env, path::PathBuf, process::Stdio, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use onetag_shared::reference::Reference;
use secrecy::SecretString;
use tokio::{io::AsyncWriteExt, process::Command};

use super::{Credential, CredentialSource};

/// How long a helper may take: some ask the person.
const HELPER_TIME: Duration = Duration::from_secs(30);

/// The config files of docker and podman, read anew for each question so that a login counts at once.
#[derive(Clone, Debug, Default)]
pub struct DockerConfig {
    files: Vec<PathBuf>,
    inline: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct File {
    auths: HashMap<String, Auth>,
    creds_store: Option<String>,
    cred_helpers: HashMap<String, String>,
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "they are the names in the file")]
struct Auth {
    auth: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth(…)")
    }
}

impl DockerConfig {
    /// The files of whoever runs this process: podman's are asked first, as podman does.
    pub fn of_this_user() -> Self {
        let path = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = path("HOME");
        let mut files = Vec::new();
        files.extend(path("REGISTRY_AUTH_FILE"));
        files.extend(path("XDG_RUNTIME_DIR").map(|dir| dir.join("containers/auth.json")));
        let config = path("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")));
        files.extend(config.map(|dir| dir.join("containers/auth.json")));
        let docker = path("DOCKER_CONFIG").or_else(|| home.map(|home| home.join(".docker")));
        files.extend(docker.map(|dir| dir.join("config.json")));
        Self { files, inline: env::var("DOCKER_AUTH_CONFIG").ok() }
    }

    /// One file.
    pub fn at(file: PathBuf) -> Self {
        Self { files: vec![file], inline: None }
    }

    fn read(&self) -> Vec<File> {
        let texts =
            self.inline.iter().cloned().chain(self.files.iter().filter_map(|file| std::fs::read_to_string(file).ok()));
        texts
            .filter_map(|text| {
                serde_json::from_str(&text)
                    .inspect_err(|error| tracing::warn!(%error, "a file with credentials cannot be read"))
                    .ok()
            })
            .collect()
    }
}

#[async_trait]
impl CredentialSource for DockerConfig {
    async fn credential(&self, repository: &Reference) -> Credential {
        for file in self.read() {
            if let Some(credential) = file.credential(repository).await {
                return credential;
            }
        }
        Credential::Anonymous
    }
}

impl File {
    async fn credential(&self, repository: &Reference) -> Option<Credential> {
        let registry = repository.registry();
        let helper =
            self.cred_helpers.iter().find(|(key, _)| host_of(key) == registry.as_str()).map(|(_, helper)| helper);
        if let Some(helper) = helper.or(self.creds_store.as_ref())
            && let Some(credential) = ask_helper(helper, registry.credential_key()).await
        {
            return Some(credential);
        }
        // Podman keeps credentials for single repositories too: the longest key that fits counts.
        let full = repository.repo();
        let fits = |key: &str| full == key || full.starts_with(&format!("{key}/"));
        let longest = self
            .auths
            .iter()
            .filter(|(key, _)| {
                fits(key) || host_of(key) == registry.as_str() || key.as_str() == registry.credential_key()
            })
            .max_by_key(|(key, _)| if fits(key) { key.len() } else { 0 });
        longest.and_then(|(_, auth)| auth.credential())
    }
}

/// Host and port of a key, which may be a URL. A key with a path that is not docker's own `/v1/` is a repository's.
fn host_of(key: &str) -> &str {
    let rest = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    match rest.split_once('/') {
        Some((host, "" | "v1" | "v1/" | "v2" | "v2/")) => host,
        _ => rest,
    }
}

impl Auth {
    fn credential(&self) -> Option<Credential> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(token) = filled(&self.registrytoken) {
            return Some(Credential::Bearer(token.into()));
        }
        let login = filled(&self.auth).and_then(|auth| {
            let text = String::from_utf8(STANDARD.decode(auth).ok()?).ok()?;
            let (user, password) = text.split_once(':')?;
            Some((user.to_owned(), password.trim_end_matches('\0').to_owned()))
        });
        if let Some(token) = filled(&self.identitytoken) {
            let user = login.map(|(user, _)| user).filter(|user| !user.is_empty());
            return Some(Credential::Identity { user, token: token.into() });
        }
        login.map(|(user, password)| Credential::Basic { user, password: password.into() })
    }
}

/// Asks `docker-credential-NAME get`. Whatever goes wrong there, the answer is that it has nothing.
async fn ask_helper(name: &str, server: &str) -> Option<Credential> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        username: String,
        secret: SecretString,
    }
    if name.is_empty() || name.contains(['/', '\\']) {
        return None;
    }
    let mut child = Command::new(format!("docker-credential-{name}"))
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .inspect_err(|error| tracing::warn!(%error, helper = name, "a credential helper cannot be started"))
        .ok()?;
    let mut stdin = child.stdin.take()?;
    stdin.write_all(server.as_bytes()).await.ok()?;
    drop(stdin);
    let output = tokio::time::timeout(HELPER_TIME, child.wait_with_output()).await.ok()?.ok()?;
    if !output.status.success() {
        return None;
    }
    let answer: Answer = serde_json::from_slice(&output.stdout).ok()?;
    Some(if answer.username == "<token>" {
        Credential::Identity { user: None, token: answer.secret }
    } else {
        Credential::Basic { user: answer.username, password: answer.secret }
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    async fn found(config: &str, reference: &str) -> String {
        let config = DockerConfig { files: Vec::new(), inline: Some(config.to_owned()) };
        match config.credential(&reference.parse().unwrap()).await {
            Credential::Anonymous => "anonymous".to_owned(),
            Credential::Basic { user, password } => format!("{user}:{}", password.expose_secret()),
            Credential::Identity { user, token } => {
                format!("identity {}{}", user.map(|user| format!("{user}:")).unwrap_or_default(), token.expose_secret())
            }
            Credential::Bearer(token) => format!("bearer {}", token.expose_secret()),
        }
    }

    #[tokio::test]
    async fn each_form_of_login_is_found() {
        let auth = |text: &str| STANDARD.encode(text);
        let config = format!(
            r#"{{"auths": {{
                "ghcr.io": {{"auth": "{}"}},
                "https://index.docker.io/v1/": {{"auth": "{}"}},
                "http://localhost:5000": {{"auth": "{}"}},
                "quay.io/team": {{"auth": "{}"}},
                "quay.io": {{"auth": "{}"}},
                "id.example": {{"identitytoken": "i"}},
                "azure.example": {{"auth": "{}", "identitytoken": "j"}},
                "reg.example": {{"registrytoken": "r", "auth": ""}}
            }}, "credHelpers": {{"helped.example": "there-is-no-such-helper"}}}}"#,
            auth("me:p:q"),
            auth("hub:h"),
            auth("local:l\0"),
            auth("team:t"),
            auth("quay:u"),
            auth("0000-00:"),
        );
        for (reference, expected) in [
            ("ghcr.io/me/app", "me:p:q"),
            ("ubuntu", "hub:h"),
            ("localhost:5000/app", "local:l"),
            ("quay.io/team/app", "team:t"),
            ("quay.io/other/app", "quay:u"),
            ("quay.io/teamwork/app", "quay:u"),
            ("id.example/app", "identity i"),
            ("azure.example/app", "identity 0000-00:j"),
            ("reg.example/app", "bearer r"),
            ("helped.example/app", "anonymous"),
            ("evil-ghcr.io/app", "anonymous"),
        ] {
            assert_eq!(found(&config, reference).await, expected, "{reference}");
        }
        assert_eq!(found("not json", "ubuntu").await, "anonymous");
    }
}
