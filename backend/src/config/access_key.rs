//! The access key: given, or made up once and kept in the data folder.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use super::{ConfigError, random_token};

/// Fewer characters are no secret.
const SHORTEST: usize = 16;
/// The file in the data folder.
const FILE: &str = "access-key";

/// The key to use: the one that was given, as it is or in a file, else the one that this data folder has had since the
/// first start. A restart that changed it would lock out every page that is open, every bookmark and every script.
pub(super) fn access_key(
    given: Option<SecretString>,
    file: Option<PathBuf>,
    data_dir: &Path,
) -> Result<SecretString, ConfigError> {
    let key = match (file, given) {
        (Some(path), _) => read(path)?,
        (None, Some(key)) => key,
        (None, None) => kept(data_dir)?,
    };
    if key.expose_secret().len() < SHORTEST {
        return Err(ConfigError::ShortKey);
    }
    // It has to fit into a header, a cookie and an address.
    if !key.expose_secret().bytes().all(is_plain) {
        return Err(ConfigError::UnfitKey);
    }
    Ok(key)
}

/// What RFC 6750, section 2.1 lets a bearer token have, as far as RFC 6265, section 4.1.1 lets a cookie have it.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

fn read(path: PathBuf) -> Result<SecretString, ConfigError> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(SecretString::from(text.trim().to_owned())),
        Err(source) => Err(ConfigError::KeyFile { path, source }),
    }
}

/// The key of this folder, made up when it has none yet. Only this user may read it.
fn kept(data_dir: &Path) -> Result<SecretString, ConfigError> {
    let path = data_dir.join(FILE);
    match read(path.clone()) {
        Err(ConfigError::KeyFile { source, .. }) if source.kind() == ErrorKind::NotFound => {}
        read => return read,
    }
    let key = random_token().map_err(ConfigError::Random)?;
    let write = || {
        std::fs::create_dir_all(data_dir)?;
        // Complete before it has its name: a second server that starts at the same time reads all of a key, or none.
        let draft = data_dir.join(format!("{FILE}.{}", std::process::id()));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        let written = file.write_all(format!("{key}\n").as_bytes());
        // A link is made only where nothing has that name. Some file systems know no links: then it is renamed.
        let named = written.and_then(|()| match std::fs::hard_link(&draft, &path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => std::fs::rename(&draft, &path),
            linked => linked,
        });
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => named,
        }
    };
    match write() {
        Ok(()) => Ok(SecretString::from(key)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path),
        Err(source) => Err(ConfigError::KeepKey { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn key(given: Option<&str>, file: Option<PathBuf>, folder: &Path) -> Result<String, ConfigError> {
        let given = given.map(|key| SecretString::from(key.to_owned()));
        access_key(given, file, folder).map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn a_key_is_made_up_once_for_each_folder() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folder = one.path().join("not/yet/there");
        let first = key(None, None, &folder).unwrap();
        assert_eq!(first.len(), 40);
        assert_eq!(key(None, None, &folder).unwrap(), first, "a restart");
        assert_ne!(key(None, None, other.path()).unwrap(), first, "another server");
        assert_eq!(key(Some("0123456789abcdef"), None, &folder).unwrap(), "0123456789abcdef", "one that was given");

        let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["access-key"], "nothing else is left behind");
        let mode = std::fs::metadata(folder.join("access-key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else may read it");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("given");
        std::fs::write(&file, "a key of words, too long").unwrap();
        for (given, file, words) in [
            (Some("short"), None, "fewer than 16"),
            (Some("0123456789;abcdef"), None, "letters, digits"),
            (Some("0123456789äabcdef"), None, "letters, digits"),
            (None, Some(file), "letters, digits"),
            (None, Some(folder.path().join("absent")), "absent"),
        ] {
            let error = key(given, file, folder.path()).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
