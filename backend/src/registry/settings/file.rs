//! The file of registry settings: TOML, `ONETAG_REGISTRIES`. `docs/registries.md` describes it.

use std::{
    collections::BTreeMap,
    fmt, fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use onetag_shared::{api::Scheme, reference::Registry};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Authority, ClientIdentity, Options, Source, Whom, merge};
use crate::registry::Credential;

/// Why the file cannot be used: where in it, what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub struct FileError {
    file: PathBuf,
    /// The registry, and the key in its table, as far as it is about them.
    place: String,
    words: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the registry settings in {}", self.file.display())?;
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {}. docs/registries.md has an example", self.words.trim_end_matches('.'))
    }
}

/// The whole file. There is one table for all registries, so that there is room for more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    registry: BTreeMap<String, Table>,
}

/// What the file says about one registry.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Table {
    scheme: Option<Scheme>,
    skip_verify: Option<bool>,
    ca_file: Option<PathBuf>,
    client_cert_file: Option<PathBuf>,
    client_key_file: Option<PathBuf>,
    mirrors: Option<Vec<String>>,
    private: Option<bool>,
    realms: Option<Vec<String>>,
    parallel: Option<usize>,
    if_match: Option<bool>,
    user: Option<String>,
    password: Option<SecretString>,
    password_file: Option<PathBuf>,
    token: Option<SecretString>,
    token_file: Option<PathBuf>,
    identity_token: Option<SecretString>,
    identity_token_file: Option<PathBuf>,
}

/// What a file says. Everything that it names is read now.
pub fn read(path: &Path) -> Result<Vec<(Whom, Source, Options)>, FileError> {
    let failed = |place: String, words: String| FileError { file: path.to_owned(), place, words };
    let text = fs::read_to_string(path)
        .map_err(|error| failed(String::new(), format!("it cannot be read: {error}. Check --registries")))?;
    let deserializer = toml::Deserializer::parse(&text)
        .map_err(|error| failed(place_of(&text, error.span()), format!("it is no TOML: {}", error.message())))?;
    let file: File = serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let place = error.path().to_string();
        let place = if place == "." { place_of(&text, error.inner().span()) } else { place };
        // No line of the file is quoted, which could have a secret in it, and no value of one that is a secret.
        let is_secret = ["password", "token"].iter().any(|key| place.ends_with(key));
        let words = if is_secret { "it has to be text, in quotes" } else { error.inner().message() };
        failed(place, words.to_owned())
    })?;
    let mut said = Vec::new();
    let mut has_secrets = false;
    for (name, table) in file.registry {
        let place = format!("registry.\"{name}\"");
        let registry: Registry = name.parse().map_err(|error| failed(place.clone(), format!("{error}")))?;
        has_secrets |= table.password.is_some() || table.token.is_some() || table.identity_token.is_some();
        let options = table
            .options(path.parent().unwrap_or(Path::new(".")))
            .map_err(|(key, words)| failed(format!("{place}.{key}"), words))?;
        said.push((Whom::One(registry), Source::File(path.to_owned()), options));
    }
    if has_secrets && fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
        let file = path.display();
        tracing::warn!(%file, "it holds passwords or tokens, and others can read it: chmod 600, or name files of their own");
    }
    Ok(said)
}

fn place_of(text: &str, span: Option<std::ops::Range<usize>>) -> String {
    span.map_or_else(String::new, |span| {
        let line = text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}")
    })
}

/// A key, and what is wrong with it.
type Wrong = (&'static str, String);

impl Table {
    /// `folder` is what paths are relative to.
    fn options(self, folder: &Path) -> Result<Options, Wrong> {
        let authorities = match &self.ca_file {
            Some(path) => Authority::from_pem(&bytes("ca-file", folder, path)?)
                .map_err(|words| ("ca-file", format!("{} cannot be used: {words}", path.display())))?,
            None => Vec::new(),
        };
        let identity = match (&self.client_cert_file, &self.client_key_file) {
            (Some(certificate), Some(key)) => {
                let (certificate, key) =
                    (bytes("client-cert-file", folder, certificate)?, bytes("client-key-file", folder, key)?);
                let identity = ClientIdentity::from_pem(&certificate, &key);
                Some(identity.map_err(|words| ("client-cert-file", words))?)
            }
            (None, None) => None,
            (Some(_), None) => return Err(("client-cert-file", "client-key-file has to name its key".to_owned())),
            (None, Some(_)) => {
                return Err(("client-key-file", "client-cert-file has to name its certificate".to_owned()));
            }
        };
        let mirrors = self.mirrors.as_ref().map(|texts| texts.iter().map(|text| text.parse()).collect());
        let realms = self.realms.as_ref().map(|texts| texts.iter().map(|text| merge::realm(text)).collect());
        Ok(Options {
            scheme: self.scheme,
            skip_verify: self.skip_verify,
            authorities,
            identity,
            mirrors: mirrors.transpose().map_err(|words| ("mirrors", words))?,
            private: self.private,
            realms: realms.transpose().map_err(|words| ("realms", words))?,
            parallel: self.parallel.map(merge::parallel).transpose().map_err(|words| ("parallel", words))?,
            if_match: self.if_match,
            credential: self.credential(folder)?,
            problem: None,
        })
    }

    /// One login, said in one way.
    fn credential(self, folder: &Path) -> Result<Option<Credential>, Wrong> {
        let password = secret("password", "password-file", self.password, self.password_file, folder)?;
        let token = secret("token", "token-file", self.token, self.token_file, folder)?;
        let identity =
            secret("identity-token", "identity-token-file", self.identity_token, self.identity_token_file, folder)?;
        let one = "there is another login here already: leave one of them";
        match (self.user, password, token, identity) {
            (None, None, None, None) => Ok(None),
            (Some(user), Some(password), None, None) => Ok(Some(Credential::Basic { user, password })),
            (None, None, Some(token), None) => Ok(Some(Credential::Bearer(token))),
            (user, None, None, Some(token)) => Ok(Some(Credential::Identity { user, token })),
            (Some(_), None, None, None) => Err(("user", "password-file has to name the user's password".to_owned())),
            (None, Some(_), None, None) => Err(("password", "user has to say whose password it is".to_owned())),
            (_, _, Some(_), _) => Err(("token", one.to_owned())),
            (_, Some(_), _, Some(_)) => Err(("identity-token", one.to_owned())),
        }
    }
}

fn bytes(key: &'static str, folder: &Path, path: &Path) -> Result<Vec<u8>, Wrong> {
    let path = folder.join(path);
    fs::read(&path).map_err(|error| (key, format!("{} cannot be read: {error}", path.display())))
}

/// A secret: as it is, or in a file of its own, whose last line break is not part of it.
fn secret(
    key: &'static str,
    file_key: &'static str,
    inline: Option<SecretString>,
    file: Option<PathBuf>,
    folder: &Path,
) -> Result<Option<SecretString>, Wrong> {
    let (key, secret) = match (inline, file) {
        (None, None) => return Ok(None),
        (Some(secret), None) => (key, secret),
        (None, Some(path)) => {
            let text = String::from_utf8(bytes(file_key, folder, &path)?)
                .map_err(|_| (file_key, format!("{} is no text", path.display())))?;
            (file_key, SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (Some(_), Some(_)) => return Err((file_key, format!("{key} says it already: leave one of them"))),
    };
    if secret.expose_secret().is_empty() { Err((key, "it is empty".to_owned())) } else { Ok(Some(secret)) }
}
