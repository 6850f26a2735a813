//! The inputs of a target, in files.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// The inputs with their names, in the order of the names. A file is an input; in one that is named `….lines` each line is.
pub(super) fn read(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder that can be read").path()).collect();
    paths.sort();
    let mut inputs = Vec::new();
    for path in paths {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if path.extension().is_some_and(|extension| extension == "lines") {
            let lines = bytes.strip_suffix(b"\n").unwrap_or(&bytes).split(|byte| *byte == b'\n');
            inputs.extend(lines.enumerate().map(|(n, line)| (format!("{name}, line {}", n + 1), line.to_vec())));
        } else {
            inputs.push((name, bytes));
        }
    }
    assert!(!inputs.is_empty(), "{} has no inputs", folder.display());
    inputs
}

/// Adds an input, under a name that comes from what is in it.
pub(super) fn save(target: &str, input: &[u8]) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let path = folder(target).join(format!("found-{:016x}", hasher.finish()));
    fs::write(&path, input).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}
