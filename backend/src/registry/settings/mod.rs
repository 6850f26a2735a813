//! What holds for each registry, and who says so.
//!
//! Several sources speak of a registry: docker's and podman's files, a file of our own, flags, the API. Each says what it
//! says as [`Options`]; what holds is merged from all of them, with the source of each value. Everything that can be wrong
//! with a source is found when it is read: what is here can be used.

mod docker;
mod file;
mod folder;
mod merge;
mod mirror;
mod podman;
#[cfg(test)]
mod tests;
mod tls;
mod tools;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use onetag_shared::{
    api::{RegistryOptions, Scheme, SettingSource, ShortName, SourceKind},
    reference::Registry,
};

pub(super) use self::tls::Tls;
pub use self::{
    file::{FileError, read as read_file},
    mirror::{Mirror, Pull},
    tls::{Authority, ClientIdentity},
    tools::{Tools, ToolsPlaces},
};
use super::{Credential, lock};

/// Requests to one registry at once, where nobody says otherwise.
pub const PARALLEL: usize = 16;
/// The most that somebody can say.
pub const MOST_PARALLEL: usize = 256;
/// Registries whose merged settings are kept.
const KEPT: usize = 1024;

/// Who says it; where several do, the later one wins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Nobody.
    Default,
    /// A file of podman's.
    Podman(PathBuf),
    /// A file of docker's.
    Docker(PathBuf),
    /// The file of registry settings.
    File(PathBuf),
    /// A flag, by its name: `--private`.
    Flag(&'static str),
    /// The API.
    Api,
}

impl Source {
    /// For an answer of the API.
    pub fn to_api(&self) -> SettingSource {
        let (kind, place) = match self {
            Self::Default => (SourceKind::Default, None),
            Self::Podman(path) => (SourceKind::Podman, Some(path.display().to_string())),
            Self::Docker(path) => (SourceKind::Docker, Some(path.display().to_string())),
            Self::File(path) => (SourceKind::File, Some(path.display().to_string())),
            Self::Flag(name) => (SourceKind::Flag, Some((*name).to_owned())),
            Self::Api => (SourceKind::Api, None),
        };
        SettingSource { kind, place }
    }
}

/// As in `the settings say so (…)`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::Podman(path) | Self::Docker(path) | Self::File(path) => path.display().fmt(f),
            Self::Flag(name) => f.write_str(name),
            Self::Api => f.write_str("the registry's settings in Onetag"),
        }
    }
}

/// A value, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// What holds.
    pub value: T,
    /// Who says so.
    pub source: Source,
}

/// What one source says about a registry. What is absent is left to others.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How it is spoken to.
    pub scheme: Option<Scheme>,
    /// Is whoever answers believed?
    pub skip_verify: Option<bool>,
    /// Trusted besides those of other sources.
    pub authorities: Vec<Authority>,
    /// What is shown to it.
    pub identity: Option<ClientIdentity>,
    /// Where to read first.
    pub mirrors: Option<Vec<Mirror>>,
    /// May it be in one's own network?
    pub private: Option<bool>,
    /// Hosts that logins go to.
    pub realms: Option<Vec<String>>,
    /// Requests at once.
    pub parallel: Option<usize>,
    /// Does it honour `If-Match`?
    pub if_match: Option<bool>,
    /// What to log in with.
    pub credential: Option<Credential>,
    /// What is broken, so that the registry cannot be spoken to as it was wished.
    pub problem: Option<String>,
}

/// What the API says about a registry: as it was given, and read.
#[derive(Clone, Debug)]
pub struct ApiOptions {
    given: RegistryOptions,
    options: Options,
}

impl ApiOptions {
    /// As it was given.
    pub fn given(&self) -> &RegistryOptions {
        &self.given
    }
}

/// An error says what cannot be, and where.
impl TryFrom<RegistryOptions> for ApiOptions {
    type Error = OptionsError;

    fn try_from(given: RegistryOptions) -> Result<Self, OptionsError> {
        Ok(Self { options: merge::parse(&given)?, given })
    }
}

/// Which registries a source speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Every one.
    All,
    /// This one.
    One(Registry),
    /// Those below a domain, which begins with a dot (podman's `*.example.com`).
    Below(String),
    /// Those that are named by an address in such a network (docker's `10.0.0.0/8`).
    Within(docker::Network),
}

impl Whom {
    fn includes(&self, registry: &Registry) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => one.same(registry),
            Self::Below(domain) => registry.host().to_ascii_lowercase().ends_with(domain),
            Self::Within(network) => network.includes(registry),
        }
    }
}

/// What holds for one registry.
#[derive(Clone, Debug)]
pub struct RegistrySettings {
    /// How it is spoken to.
    pub scheme: Sourced<Scheme>,
    /// Is whoever answers believed?
    pub skip_verify: Sourced<bool>,
    /// Trusted besides those of the machine.
    pub authorities: Vec<Sourced<Authority>>,
    /// What is shown to it.
    pub identity: Option<Sourced<ClientIdentity>>,
    /// Where to read first.
    pub mirrors: Sourced<Vec<Mirror>>,
    /// May it be in one's own network?
    pub private: Sourced<bool>,
    /// Hosts that logins go to, besides its own; any when absent.
    pub realms: Option<Sourced<Vec<String>>>,
    /// Requests at once.
    pub parallel: Sourced<usize>,
    /// Is it told with `If-Match` what a tag has to hold to be written?
    pub if_match: Sourced<bool>,
    /// What to log in with, before what docker and podman know.
    pub credential: Option<Sourced<Credential>>,
    /// What is broken.
    pub problems: Vec<Sourced<String>>,
}

/// What holds for every registry. What the API says can change.
#[derive(Debug, Default)]
pub struct Settings {
    said: Vec<(Whom, Sourced<Options>)>,
    by_api: RwLock<BTreeMap<String, (Registry, ApiOptions)>>,
    short_names: Vec<ShortName>,
    problems: Vec<Sourced<String>>,
    /// By the registry's key. Emptied when something changes.
    merged: Mutex<HashMap<String, Arc<RegistrySettings>>>,
}

/// What is the same for all names of one registry.
pub(crate) fn key(registry: &Registry) -> String {
    registry.api_host().to_ascii_lowercase()
}

impl Settings {
    /// Adds what a source says. The order in which it is added does not matter: sources have one of their own, and within
    /// one what was added later counts.
    pub fn say(&mut self, whom: Whom, source: Source, options: Options) {
        self.said.push((whom, Sourced { value: options, source }));
        self.said.sort_by_key(|(_, said)| rank(&said.source));
    }

    /// Adds what docker's and podman's files say.
    pub fn add_tools(&mut self, tools: Tools) {
        for (whom, Sourced { value, source }) in tools.said {
            self.say(whom, source, value);
        }
        self.short_names.extend(tools.short_names);
        self.problems.extend(tools.problems);
    }

    /// What holds for a registry.
    pub fn of(&self, registry: &Registry) -> Arc<RegistrySettings> {
        let key = key(registry);
        if let Some(known) = lock(&self.merged).get(&key) {
            return Arc::clone(known);
        }
        // Held until it is kept: what changes in between must not be overwritten by what was.
        let by_api = self.by_api.read().unwrap_or_else(PoisonError::into_inner);
        let own = by_api.get(&key).map(|(_, set)| Sourced { value: set.options.clone(), source: Source::Api });
        let said = self.said.iter().filter(|(whom, _)| whom.includes(registry)).map(|(_, options)| options);
        let settings = Arc::new(merge::merge(registry, said.chain(&own)));
        let mut merged = lock(&self.merged);
        if merged.len() >= KEPT {
            merged.clear();
        }
        merged.insert(key, Arc::clone(&settings));
        settings
    }

    /// Sets what the API says about a registry; `None` forgets it.
    pub fn set(&self, registry: &Registry, options: Option<ApiOptions>) {
        let mut by_api = self.by_api.write().unwrap_or_else(PoisonError::into_inner);
        match options {
            Some(options) => by_api.insert(key(registry), (registry.clone(), options)),
            None => by_api.remove(&key(registry)),
        };
        lock(&self.merged).clear();
    }

    /// What the API has set for a registry.
    pub fn by_api(&self, registry: &Registry) -> Option<RegistryOptions> {
        let by_api = self.by_api.read().unwrap_or_else(PoisonError::into_inner);
        by_api.get(&key(registry)).map(|(_, set)| set.given.clone())
    }

    /// All that the API has set, by the registry's key.
    pub fn set_by_api(&self) -> BTreeMap<String, (Registry, RegistryOptions)> {
        let by_api = self.by_api.read().unwrap_or_else(PoisonError::into_inner);
        by_api.iter().map(|(key, (registry, set))| (key.clone(), (registry.clone(), set.given.clone()))).collect()
    }

    /// Every registry that a source names, by its key.
    pub fn named(&self) -> BTreeMap<String, Registry> {
        let said = self.said.iter().filter_map(|(whom, _)| match whom {
            Whom::One(registry) => Some(registry.clone()),
            Whom::All | Whom::Below(_) | Whom::Within(_) => None,
        });
        let by_api = self.by_api.read().unwrap_or_else(PoisonError::into_inner);
        let set = by_api.values().map(|(registry, _)| registry.clone());
        said.chain(set).map(|registry| (key(&registry), registry)).collect()
    }

    /// Podman's short names.
    pub fn short_names(&self) -> &[ShortName] {
        &self.short_names
    }

    /// Files of docker and podman that could not be read, and what of them does not count here.
    pub fn problems(&self) -> &[Sourced<String>] {
        &self.problems
    }
}

/// What cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct OptionsError {
    /// JSON pointer to it.
    pub pointer: String,
    /// What is wrong.
    pub words: String,
}

/// The order of sources, without that of their files.
fn rank(source: &Source) -> u8 {
    match source {
        Source::Default => 0,
        Source::Podman(_) => 1,
        Source::Docker(_) => 2,
        Source::File(_) => 3,
        Source::Flag(_) => 4,
        Source::Api => 5,
    }
}
