//! Third-party clients: skopeo, buildah and, where they are installed, others.

use std::{ffi::OsStr, path::Path, process::Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::{Registry, registry::basic};

/// A home folder for clients, logged in to the registries that want it. They never see the user's own.
#[derive(Debug)]
pub struct Clients {
    home: TempDir,
}

/// What a client said.
#[derive(Clone, Debug)]
pub struct ClientOutput {
    /// Did it succeed?
    pub success: bool,
    /// Its output.
    pub stdout: Vec<u8>,
    /// Its complaints.
    pub stderr: String,
}

impl ClientOutput {
    /// Its output.
    ///
    /// # Panics
    /// When it failed.
    pub fn stdout(self) -> Vec<u8> {
        assert!(self.success, "{}", self.stderr);
        self.stdout
    }

    /// Its output as JSON.
    ///
    /// # Panics
    /// When it failed, or said something else.
    pub fn json(self) -> Value {
        let stdout = self.stdout();
        serde_json::from_slice(&stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}", String::from_utf8_lossy(&stdout)))
    }
}

impl Clients {
    /// Clients that know the logins of these registries.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    pub fn new(registries: &[&Registry]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        write_logins(home.path(), registries.iter().map(|registry| (registry.host(), *registry)));
        Self { home }
    }

    /// A folder of their own.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Runs `skopeo`.
    pub async fn skopeo(&self, arguments: &[&str]) -> ClientOutput {
        self.run("skopeo", arguments).await
    }

    /// Runs `buildah` with storage of its own.
    pub async fn buildah(&self, arguments: &[&str]) -> ClientOutput {
        let storage = |name: &str| self.home.path().join(name).display().to_string();
        let (root, run) = (storage("buildah"), storage("buildah-run"));
        let mut all = vec!["--storage-driver", "vfs", "--root", &root, "--runroot", &run];
        all.extend_from_slice(arguments);
        self.run("buildah", &all).await
    }

    /// Runs `docker`, or returns `None` where it is not installed. It needs no daemon for `docker manifest`.
    pub async fn docker(&self, arguments: &[&str]) -> Option<ClientOutput> {
        is_installed("docker").then_some(())?;
        Some(self.run("docker", arguments).await)
    }

    /// Runs lines of a shell in the clients' folder, and stops at the first that fails. `None` where their program is not
    /// installed.
    pub async fn shell(&self, lines: &str) -> Option<ClientOutput> {
        is_installed(lines.split_whitespace().next()?).then_some(())?;
        let lines = format!("cd \"$HOME\"\n{lines}");
        Some(self.run("sh", &["-euc", &lines]).await)
    }

    async fn run(&self, program: &str, arguments: &[&str]) -> ClientOutput {
        let output = isolated(Command::new(program), self.home.path())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap_or_else(|error| panic!("`{program}` cannot be run ({error}): `make test` installs it"));
        ClientOutput {
            success: output.status.success(),
            stdout: output.stdout,
            stderr: format!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)),
        }
    }
}

/// Is there a program of this name?
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Makes a program look for credentials in this folder, and nowhere else.
pub(super) fn isolated(mut command: Command, home: &Path) -> Command {
    for variable in ["DOCKER_AUTH_CONFIG", "DOCKER_HOST", "DOCKER_CONTEXT", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env_remove(variable);
    }
    // Test registries are on loopback: a proxy of the environment would not find them.
    for variable in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(variable);
    }
    let set = |command: &mut Command, name: &str, value: &OsStr| {
        command.env(name, value);
    };
    set(&mut command, "HOME", home.as_os_str());
    set(&mut command, "XDG_RUNTIME_DIR", home.as_os_str());
    set(&mut command, "DOCKER_CONFIG", home.as_os_str());
    set(&mut command, "ONETAG_ETC", home.join("etc").as_os_str());
    set(&mut command, "REGISTRY_AUTH_FILE", home.join("config.json").as_os_str());
    command
}

/// Writes what `docker login` would have left: for each host the login of a registry.
pub(super) fn write_logins<'a>(folder: &Path, registries: impl IntoIterator<Item = (&'a str, &'a Registry)>) {
    let logins = registries.into_iter().filter_map(|(host, registry)| {
        let (user, password) = registry.login()?;
        let auth = basic(user, password).trim_start_matches("Basic ").to_owned();
        Some((host.to_owned(), json!({ "auth": auth })))
    });
    let config = json!({ "auths": logins.collect::<serde_json::Map<_, _>>() });
    std::fs::write(folder.join("config.json"), config.to_string()).expect("the temporary folder can be written");
}
