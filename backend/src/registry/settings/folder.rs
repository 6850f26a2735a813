//! Folders of certificates: `certs.d/HOST[:PORT]/` with authorities in `*.crt`, and certificates to show in `*.cert` with
//! their keys in `*.key` (docker, "Verify repository client with certificates"; containers-certs.d(5)).

use std::{
    fs,
    path::{Path, PathBuf},
};

use onetag_shared::reference::Registry;

use super::{
    Authority, ClientIdentity, Options, Source, Whom,
    tools::{Tools, files, is_absent},
};

/// Adds what such a folder says. What is wrong in a registry's folder is that registry's problem, as with docker.
pub(super) fn read(folder: &Path, source: impl Fn(PathBuf) -> Source, tools: &mut Tools) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return,
        Err(error) => return tools.problem(source(folder.to_owned()), format!("it cannot be read: {error}")),
    };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    for path in folders {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A registry without a dot, a port, or the name localhost is none in a reference: nobody can ask for it.
        let Ok(registry) = name.parse::<Registry>() else { continue };
        let options =
            certificates(&path).unwrap_or_else(|words| Options { problem: Some(words), ..Options::default() });
        if !options.authorities.is_empty() || options.identity.is_some() || options.problem.is_some() {
            tools.say(Whom::One(registry), source(path), options);
        }
    }
}

fn certificates(folder: &Path) -> Result<Options, String> {
    let list = |ending: &str| files(folder, ending).map_err(|error| format!("it cannot be read: {error}"));
    let read = |path: &Path| fs::read(path).map_err(|error| format!("{} cannot be read: {error}", name(path)));
    let mut options = Options::default();
    for path in list("crt")? {
        let found = Authority::from_pem(&read(&path)?);
        options.authorities.extend(found.map_err(|words| format!("{} cannot be used: {words}", name(&path)))?);
    }
    for path in list("cert")? {
        let key = path.with_extension("key");
        let identity = ClientIdentity::from_pem(&read(&path)?, &read(&key)?);
        options.identity = Some(identity.map_err(|words| format!("{} cannot be used: {words}", name(&path)))?);
    }
    match list("key")?.iter().find(|key| !key.with_extension("cert").is_file()) {
        Some(key) => Err(format!("{} has no certificate beside it, which would end in .cert", name(key))),
        None => Ok(options),
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
