//! What the person told docker and podman, read once at the start.
//!
//! These files are not ours: one that cannot be read never keeps the server from starting. It is a problem of the registry
//! that it speaks of, or one that is shown beside all of them.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use onetag_shared::api::ShortName;

use super::{Options, Source, Sourced, Whom, docker, folder, podman};

/// Where docker and podman keep their files.
#[derive(Clone, Debug)]
pub struct ToolsPlaces {
    /// The machine's: `/etc`.
    pub etc: PathBuf,
    /// The person's: `~/.config`.
    pub config: Option<PathBuf>,
    /// Docker's own: `~/.docker`.
    pub docker: Option<PathBuf>,
}

impl ToolsPlaces {
    /// Those of whoever runs this process; the machine's are below `etc`.
    pub fn of_this_user(etc: PathBuf) -> Self {
        let set = |name: &str| env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
        let home = set("HOME");
        let below = |folder: &str| home.as_ref().map(|home| home.join(folder));
        Self {
            etc,
            config: set("XDG_CONFIG_HOME").or_else(|| below(".config")),
            docker: set("DOCKER_CONFIG").or_else(|| below(".docker")),
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Tools {
    pub(super) said: Vec<(Whom, Sourced<Options>)>,
    pub(super) short_names: Vec<ShortName>,
    pub(super) problems: Vec<Sourced<String>>,
}

impl Tools {
    /// Reads what is there.
    pub fn read(places: &ToolsPlaces) -> Self {
        let mut tools = Self::default();
        // The machine's first: what the person says for themselves counts more.
        docker::read(&places.etc.join("docker/daemon.json"), &mut tools);
        if let Some(config) = &places.config {
            docker::read(&config.join("docker/daemon.json"), &mut tools);
        }
        if let Some(docker) = &places.docker {
            docker::read(&docker.join("config.json"), &mut tools);
        }
        podman::read(&places.etc, places.config.as_deref(), &mut tools);
        for root in std::iter::once(&places.etc).chain(&places.config) {
            folder::read(&root.join("containers/certs.d"), Source::Podman, &mut tools);
            folder::read(&root.join("docker/certs.d"), Source::Docker, &mut tools);
        }
        for Sourced { value, source } in &tools.problems {
            tracing::warn!("{source}: {value}");
        }
        tools
    }

    pub(super) fn say(&mut self, whom: Whom, source: Source, options: Options) {
        self.said.push((whom, Sourced { value: options, source }));
    }

    pub(super) fn problem(&mut self, source: Source, words: String) {
        self.problems.push(Sourced { value: words, source });
    }

    /// What is in a file; `None` when there is none, and when it cannot be read, which is a problem.
    pub(super) fn text(&mut self, path: &Path, source: &Source) -> Option<String> {
        match fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if is_absent(&error) => None,
            Err(error) => {
                self.problem(source.clone(), format!("it cannot be read: {error}"));
                None
            }
        }
    }
}

pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The files of a folder whose names end so, in the order of their names.
pub(super) fn files(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == ending) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
