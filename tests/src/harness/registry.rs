//! The real registry: CNCF Distribution, as Debian packages it.

use std::{fmt::Write as _, path::Path, process::Stdio};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use onetag_shared::digest::Digest;
use reqwest::Client;
use tempfile::TempDir;
use tokio::process::Command;
use url::Url;

use super::{
    filled,
    process::{Process, Stream},
    token_server::{ISSUER, SERVICE, TokenServer},
};
use crate::samples::{self, Destination, Sample};

/// The only account of a registry that wants a login.
pub const USER: &str = "maker";
/// Its password, with a space, a colon and a letter outside ASCII in it.
pub const PASSWORD: &str = "correct: hörse";

/// Whether a registry wants a login, and how it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// It does not.
    None,
    /// By Basic authentication.
    Htpasswd,
    /// By tokens from another server.
    Token,
}

impl Auth {
    /// All three.
    pub const ALL: [Self; 3] = [Self::None, Self::Htpasswd, Self::Token];
}

/// A registry with storage of its own; it deletes by digest, unless it is said otherwise.
#[derive(Debug)]
pub struct Registry {
    // Dropped in this order: first the process, then the folder it writes to.
    process: Process,
    _folder: TempDir,
    host: String,
    auth: Auth,
    tokens: Option<TokenServer>,
    client: Client,
}

/// A manifest as the registry serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The answer's `Content-Type`.
    pub media_type: String,
    /// Digest of the bytes.
    pub digest: Digest,
    /// The bytes.
    pub bytes: Bytes,
}

impl Registry {
    /// Starts an empty one on a free port of loopback.
    ///
    /// # Panics
    /// When `docker-registry` cannot be started.
    pub async fn start(auth: Auth) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let storage = folder.path().join("storage");
        Self::start_in(folder, &storage, auth, true).await
    }

    /// One that deletes nothing, as this registry is without further settings. It has an image, `demo/app:v1`.
    ///
    /// # Panics
    /// When it cannot be started or filled.
    pub async fn without_deleting() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let storage = folder.path().join("storage");
        let registry = Self::start_in(folder, &storage, Auth::None, false).await;
        registry.put(&Sample::image("demo/app", "v1", samples::image("amd64"))).await;
        registry
    }

    /// One that keeps what it has in a folder of the caller's.
    pub(super) async fn start_on(storage: &Path, auth: Auth) -> Self {
        Self::start_in(tempfile::tempdir().expect("a temporary folder can be made"), storage, auth, true).await
    }

    async fn start_in(folder: TempDir, storage: &Path, auth: Auth, deletes: bool) -> Self {
        let tokens = match auth {
            Auth::Token => Some(TokenServer::start().await),
            Auth::None | Auth::Htpasswd => None,
        };
        let config = folder.path().join("config.yml");
        std::fs::write(&config, configuration(folder.path(), storage, auth, deletes, tokens.as_ref()).await)
            .expect("the temporary folder can be written");

        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(&config).env("OTEL_TRACES_EXPORTER", "none");
        let (process, host) = Process::start(command, Stream::Stderr, |line| {
            let (_, rest) = line.split_once("listening on ")?;
            Some(rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect())
        })
        .await;
        let client = crate::http::builder().build().expect("the TLS provider is installed");
        Self { process, _folder: folder, host, auth, tokens, client }
    }

    /// A registry with every sample in it.
    ///
    /// # Panics
    /// When it cannot be started or filled.
    pub async fn with_samples(auth: Auth) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let storage = folder.path().join("storage");
        filled::copy_to(&storage).await;
        Self::start_in(folder, &storage, auth, true).await
    }

    /// Ends it now.
    pub(super) async fn kill(mut self) {
        self.process.kill().await;
    }

    /// `127.0.0.1:PORT`, as references spell it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// A reference to something in it: `127.0.0.1:PORT/demo/app:v1`.
    pub fn reference(&self, rest: &str) -> String {
        format!("{}/{rest}", self.host)
    }

    /// What it asks for.
    pub const fn auth(&self) -> Auth {
        self.auth
    }

    /// The token server it sends clients to, if it does.
    pub const fn tokens(&self) -> Option<&TokenServer> {
        self.tokens.as_ref()
    }

    /// The login it wants, if it wants one.
    pub fn login(&self) -> Option<(&'static str, &'static str)> {
        (self.auth != Auth::None).then_some((USER, PASSWORD))
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Puts a sample into it.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn put(&self, sample: &Sample) {
        let destination = self.destination(&sample.repository);
        if let Err(error) = destination.put(sample).await {
            panic!("{}:{} cannot be put into the registry: {error}", sample.repository, sample.tag);
        }
    }

    /// A way to put things into one repository of it.
    ///
    /// # Panics
    /// Never: its address is a URL.
    pub fn destination(&self, repository: &str) -> Destination {
        let base: Url = format!("http://{}", self.host).parse().expect("host and port make a URL");
        Destination::new(base, self.authorization(repository).as_deref())
    }

    /// The manifest at a tag or digest, exactly as it is served; `None` when there is none.
    ///
    /// # Panics
    /// When the registry answers anything but 200 and 404.
    pub async fn manifest(&self, repository: &str, target: &str) -> Option<Stored> {
        const ALL_TYPES: &str = "application/vnd.oci.image.index.v1+json, \
            application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, \
            application/vnd.docker.distribution.manifest.v2+json";
        let answer = self.get(repository, &format!("manifests/{target}"), ALL_TYPES).await;
        if answer.status() == http::StatusCode::NOT_FOUND {
            return None;
        }
        assert_eq!(answer.status(), http::StatusCode::OK, "{repository}:{target}");
        let media_type = answer.headers()[CONTENT_TYPE].to_str().expect("media types are ASCII").to_owned();
        let bytes = answer.bytes().await.expect("the registry sends what it promised");
        Some(Stored { media_type, digest: Digest::of(&bytes), bytes })
    }

    /// Deletes a manifest, with every tag that points to it.
    ///
    /// # Panics
    /// When the registry refuses.
    pub async fn delete_manifest(&self, repository: &str, digest: &Digest) {
        let mut request = self.client.delete(format!("http://{}/v2/{repository}/manifests/{digest}", self.host));
        if let Some(authorization) = self.authorization(repository) {
            request = request.header(AUTHORIZATION, authorization);
        }
        let answer = request.send().await.expect("the registry answers");
        assert_eq!(answer.status(), http::StatusCode::ACCEPTED, "{repository}@{digest}");
    }

    /// Does a repository have this blob?
    ///
    /// # Panics
    /// When the registry does not answer.
    pub async fn has_blob(&self, repository: &str, digest: &Digest) -> bool {
        self.get(repository, &format!("blobs/{digest}"), "*/*").await.status().is_success()
    }

    /// The tags of a repository, sorted; none when there is no such repository.
    ///
    /// # Panics
    /// When the registry does not answer with a list of tags.
    pub async fn tags(&self, repository: &str) -> Vec<String> {
        let answer = self.get(repository, "tags/list", "application/json").await;
        if answer.status() == http::StatusCode::NOT_FOUND {
            return Vec::new();
        }
        let body = answer.bytes().await.expect("the registry sends what it promised");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("tags come as JSON");
        let mut tags: Vec<String> = serde_json::from_value(body["tags"].clone()).unwrap_or_default();
        tags.sort();
        tags
    }

    async fn get(&self, repository: &str, rest: &str, accept: &str) -> reqwest::Response {
        let mut request =
            self.client.get(format!("http://{}/v2/{repository}/{rest}", self.host)).header(ACCEPT, accept);
        if let Some(authorization) = self.authorization(repository) {
            request = request.header(AUTHORIZATION, authorization);
        }
        request.send().await.expect("the registry answers")
    }

    fn authorization(&self, repository: &str) -> Option<String> {
        match &self.tokens {
            Some(tokens) => Some(format!("Bearer {}", tokens.token(&[format!("repository:{repository}:*")]))),
            None => self.login().map(|(user, password)| basic(user, password)),
        }
    }
}

/// An `Authorization` header for Basic authentication.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

async fn configuration(
    folder: &Path,
    storage: &Path,
    auth: Auth,
    deletes: bool,
    tokens: Option<&TokenServer>,
) -> String {
    let mut config = format!(
        "version: 0.1
log: {{ level: info, accesslog: {{ disabled: true }} }}
storage:
  cache: {{ blobdescriptor: inmemory }}
  delete: {{ enabled: {deletes} }}
  filesystem: {{ rootdirectory: {} }}
http: {{ addr: '127.0.0.1:0', relativeurls: true }}
validation: {{ manifests: {{ urls: {{ allow: ['.*'] }} }} }}
",
        storage.display()
    );
    if auth == Auth::Htpasswd {
        let file = folder.join("htpasswd");
        std::fs::write(&file, htpasswd().await).expect("the temporary folder can be written");
        writeln!(config, "auth: {{ htpasswd: {{ realm: onetag, path: {} }} }}", file.display()).expect("memory");
    }
    if let Some(tokens) = tokens {
        let bundle = folder.join("tokens.pem");
        std::fs::write(&bundle, tokens.certificate_pem()).expect("the temporary folder can be written");
        write!(
            config,
            "auth:\n  token: {{ realm: '{}', service: {SERVICE}, issuer: {ISSUER}, rootcertbundle: {} }}\n",
            tokens.realm(),
            bundle.display()
        )
        .expect("memory");
    }
    config
}

async fn htpasswd() -> Vec<u8> {
    let output = Command::new("htpasswd")
        .args(["-nbB", "-C", "4", USER, PASSWORD])
        .stdin(Stdio::null())
        .output()
        .await
        .expect("`htpasswd` is there: `make test` installs it");
    assert!(output.status.success(), "htpasswd failed");
    output.stdout
}
