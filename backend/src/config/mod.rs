//! Settings: flags of `onetag serve`, and environment variables of the same names.

mod access_key;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use onetag_shared::{
    api::Scheme,
    reference::{ReferenceError, Registry},
};
use secrecy::SecretString;

use crate::registry::{
    Timeouts,
    settings::{Authority, FileError, Options, Settings, Source, Tools, ToolsPlaces, Whom, read_file},
};

/// One tag for every architecture: a server for multi-architecture image lists.
#[derive(Debug, Parser)]
#[command(name = "onetag", version, about)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[expect(clippy::large_enum_variant, reason = "there is one, for as long as the program starts")]
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the page and the API.
    Serve(ServeArgs),
    /// Ask a running server whether it is alive; exit with 1 when it is not.
    Healthcheck {
        /// Address of the server.
        #[arg(long, env = "ONETAG_LISTEN", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
    },
}

/// Flags of `onetag serve`.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "ONETAG_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Folder of the database; made when absent. Default: the user's data folder.
    #[arg(long, env = "ONETAG_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// The secret that every caller needs; when absent, one is made up and kept in the data folder.
    #[arg(long, env = "ONETAG_ACCESS_KEY", hide_env_values = true)]
    pub access_key: Option<SecretString>,
    /// A file that holds the access key.
    #[arg(long, env = "ONETAG_ACCESS_KEY_FILE", conflicts_with = "access_key")]
    pub access_key_file: Option<PathBuf>,
    /// Registries (`host:port`) to speak plain http to, besides those on loopback.
    #[arg(long, env = "ONETAG_PLAIN_HTTP", value_delimiter = ',')]
    pub plain_http: Vec<String>,
    /// Registries (`host:port`) on loopback to speak https to.
    #[arg(long, env = "ONETAG_HTTPS", value_delimiter = ',')]
    pub https: Vec<String>,
    /// Registries (`host[:port]`) that may be at private addresses, and lead to others there.
    #[arg(long, env = "ONETAG_PRIVATE", value_delimiter = ',')]
    pub private: Vec<String>,
    /// A PEM file of certificate authorities to trust besides those of this machine.
    #[arg(long, env = "ONETAG_CA_FILE")]
    pub ca_file: Option<PathBuf>,
    /// A TOML file of settings for each registry.
    #[arg(long, env = "ONETAG_REGISTRIES")]
    pub registries: Option<PathBuf>,
    /// The folder where docker and podman have the machine's settings.
    #[arg(long, env = "ONETAG_ETC", default_value = "/etc")]
    pub etc: PathBuf,
    /// How long a connection to a registry may take to come to be, such as `10s` or `500ms`.
    #[arg(long, env = "ONETAG_TIMEOUT_CONNECT", default_value = "10s", value_parser = duration)]
    pub timeout_connect: Duration,
    /// How long a registry may take to begin an answer, and pause within one.
    #[arg(long, env = "ONETAG_TIMEOUT_FIRST_BYTE", default_value = "30s", value_parser = duration)]
    pub timeout_first_byte: Duration,
    /// How long a registry may take for the whole of an answer. Blobs that are copied may take longer.
    #[arg(long, env = "ONETAG_TIMEOUT_WHOLE", default_value = "60s", value_parser = duration)]
    pub timeout_whole: Duration,
    /// How long a page waits for a registry before its beginning is sent, by which browsers fetch the application meanwhile.
    #[arg(long, env = "ONETAG_TIMEOUT_PAGE", default_value = "150ms", value_parser = duration)]
    pub timeout_page: Duration,
    /// How long a push stays with a server that gives no sign of life, before another goes on with it.
    #[arg(long, env = "ONETAG_PUSH_LEASE", default_value = "15s", value_parser = duration)]
    pub push_lease: Duration,
    /// References that the start page offers as samples.
    #[arg(long, env = "ONETAG_SAMPLES", value_delimiter = ',')]
    pub samples: Vec<String>,
}

/// What the server runs with.
#[derive(Debug)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of the database.
    pub data_dir: PathBuf,
    /// The secret that every caller needs.
    pub access_key: SecretString,
    /// What holds for each registry.
    pub settings: Settings,
    /// How long to wait for registries.
    pub timeouts: Timeouts,
    /// How long a page waits before its beginning is sent.
    pub timeout_page: Duration,
    /// How long a push stays with a server that gives no sign of life.
    pub push_lease: Duration,
    /// References offered as samples.
    pub samples: Vec<String>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The key file cannot be read.
    #[error("the access key file {path} cannot be read: {source}")]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of certificate authorities is of no use.
    #[error("the certificate authorities in {path} cannot be used: {problem}. Name a PEM file with --ca-file")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The file of registry settings is of no use.
    #[error(transparent)]
    Registries(#[from] FileError),
    /// What should be a registry is none.
    #[error("`{text}` is no registry: {error}. Name registries with {flag} as references do, such as 10.0.0.5:5000")]
    Registry {
        /// Which flag.
        flag: &'static str,
        /// What was given.
        text: String,
        /// What is wrong with it.
        error: ReferenceError,
    },
    /// The key cannot be kept for the next start.
    #[error("the access key cannot be kept in {path}: {source}. Choose another folder with --data-dir, or give a key")]
    KeepKey {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key is too short to be a secret.
    #[error("the access key has fewer than 16 characters: use a longer one, or leave it out and one is made up")]
    ShortKey,
    /// The key cannot be sent in a header, a cookie and an address.
    #[error("the access key may only have letters, digits and - . _ ~ + / =: use another, or leave it out")]
    UnfitKey,
    /// There is no folder to keep data in.
    #[error("no home folder was found: say where to keep data with --data-dir")]
    NoDataDir,
    /// The operating system gave no random bytes.
    #[error("no access key could be made up: {0}")]
    Random(getrandom::Error),
}

impl TryFrom<ServeArgs> for Config {
    type Error = ConfigError;

    fn try_from(args: ServeArgs) -> Result<Self, ConfigError> {
        let settings = settings(&args)?;
        let data_dir = args.data_dir.or_else(default_data_dir).ok_or(ConfigError::NoDataDir)?;
        let access_key = access_key::access_key(args.access_key, args.access_key_file, &data_dir)?;
        Ok(Self {
            listen: args.listen,
            data_dir,
            access_key,
            settings,
            timeouts: Timeouts {
                connect: args.timeout_connect,
                first_byte: args.timeout_first_byte,
                whole: args.timeout_whole,
            },
            timeout_page: args.timeout_page,
            push_lease: args.push_lease,
            samples: args.samples,
        })
    }
}

/// `10s`, `500ms`, `1m 30s`; none would make every request fail.
fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| format!("{error}; write it like 10s"))?;
    if duration.is_zero() { Err("it must be longer than nothing".to_owned()) } else { Ok(duration) }
}

/// What flags, the file, and docker's and podman's files say of registries.
fn settings(args: &ServeArgs) -> Result<Settings, ConfigError> {
    let mut settings = Settings::default();
    settings.add_tools(Tools::read(&ToolsPlaces::of_this_user(args.etc.clone())));
    if let Some(path) = &args.registries {
        for (whom, source, options) in read_file(path)? {
            settings.say(whom, source, options);
        }
    }
    let plain_http = Options { scheme: Some(Scheme::Http), ..Options::default() };
    let https = Options { scheme: Some(Scheme::Https), ..Options::default() };
    let private = Options { private: Some(true), ..Options::default() };
    for (flag, names, options) in [
        ("--plain-http", &args.plain_http, plain_http),
        ("--https", &args.https, https),
        ("--private", &args.private, private),
    ] {
        for registry in registries(flag, names)? {
            settings.say(Whom::One(registry), Source::Flag(flag), options.clone());
        }
    }
    if let Some(path) = &args.ca_file {
        let authorities = authorities(path)?;
        settings.say(Whom::All, Source::Flag("--ca-file"), Options { authorities, ..Options::default() });
    }
    Ok(settings)
}

/// An empty setting names none.
fn registries(flag: &'static str, names: &[String]) -> Result<Vec<Registry>, ConfigError> {
    let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    let parse = |name: &str| name.parse().map_err(|error| ConfigError::Registry { flag, text: name.to_owned(), error });
    names.map(parse).collect()
}

fn authorities(path: &Path) -> Result<Vec<Authority>, ConfigError> {
    let read = || Authority::from_pem(&std::fs::read(path).map_err(|error| error.to_string())?);
    read().map_err(|problem| ConfigError::CaFile { path: path.to_owned(), problem })
}

/// A secret of 160 random bits, in hex.
pub fn random_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// Two lowercase digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn default_data_dir() -> Option<PathBuf> {
    let data = match std::env::var_os("XDG_DATA_HOME") {
        Some(dir) if !dir.is_empty() => PathBuf::from(dir),
        _ => PathBuf::from(std::env::var_os("HOME")?).join(".local/share"),
    };
    Some(data.join("onetag"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_with_their_unit() {
        for (text, millis) in [
            ("10s", Some(10_000)),
            ("500ms", Some(500)),
            ("1m 30s", Some(90_000)),
            ("0s", None),
            ("10", None),
            ("", None),
        ] {
            assert_eq!(duration(text).ok(), millis.map(Duration::from_millis), "{text}");
        }
    }

    #[test]
    fn registries_of_ones_own_network_are_named_as_in_references() {
        let read =
            |names: &[&str]| registries("--private", &names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        let named = read(&["registry.corp", " 10.0.0.5:5000", "", "[fd00::1]:5000"]).unwrap();
        assert_eq!(
            named.iter().map(Registry::as_str).collect::<Vec<_>>(),
            ["registry.corp", "10.0.0.5:5000", "[fd00::1]:5000"]
        );
        for none in ["10.0.0.0/8", "https://registry.corp", "corp"] {
            let error = read(&[none]).unwrap_err().to_string();
            assert!(error.contains(none) && error.contains("--private"), "{error}");
        }
    }

    #[test]
    fn a_file_without_authorities_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for content in [None, Some(""), Some("no certificate")] {
            let path = folder.path().join("ca.pem");
            if let Some(content) = content {
                std::fs::write(&path, content).unwrap();
            }
            let error = authorities(&path).unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()), "{error}");
        }
    }
}
