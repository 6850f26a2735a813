//! What a reviewer would otherwise look for by hand.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// The project's own text files, with their paths from the root.
fn files(extensions: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder can be read").flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    walk(&path, extensions, found);
                }
            } else if extensions.iter().any(|extension| name.ends_with(extension)) {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root(), extensions, &mut paths);
    let text = |path: PathBuf| {
        let name = path.strip_prefix(root()).expect("below the root").display().to_string();
        (name, fs::read_to_string(path).expect("a text file"))
    };
    paths.into_iter().map(text).collect()
}

#[test]
fn files_are_one_concept_long() {
    let files = files(&[".rs", ".css", ".sh"]);
    assert!(files.len() > 100, "the walk finds the project");
    let long: Vec<_> = files.iter().filter(|(_, text)| text.lines().count() > 400).map(|(name, _)| name).collect();
    assert!(long.is_empty(), "split these: {long:?}");
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["to", "do!("], ["unimplemen", "ted!"], ["db", "g!("], ["#[ign", "ore"]]
        .map(|half| half.concat());
    for (name, text) in files(&[".rs", ".css", ".html", ".sh", ".toml", "Makefile", ".md"]) {
        for word in &words {
            assert!(!text.contains(word), "{name} has `{word}`");
        }
    }
}

#[test]
fn tests_wait_for_something_and_never_for_some_time() {
    let call = ["sle", "ep("].concat();
    for (name, text) in
        files(&[".rs"]).into_iter().filter(|(name, _)| name.starts_with("tests/") || name.ends_with("tests.rs"))
    {
        assert!(!text.contains(&call), "{name} waits for some time");
    }
}

#[test]
fn the_readme_knows_every_setting_and_every_command() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a readme");
    for (name, text) in files(&[".rs"]).into_iter().filter(|(name, _)| name.starts_with("backend/src/")) {
        for piece in text.split("env = \"").skip(1).chain(text.split("from_env(\"").skip(1)) {
            let variable = piece.split('"').next().unwrap_or_default();
            assert!(readme.contains(&format!("`{variable}`")), "{variable}, which {name} reads, is not in the README");
        }
    }
    let makefile = fs::read_to_string(root().join("Makefile")).expect("a makefile");
    for piece in readme.split("make ").skip(1) {
        let command: String = piece.chars().take_while(char::is_ascii_lowercase).collect();
        if ["run", "test", "build", "check", "help"].contains(&command.as_str()) {
            assert!(makefile.contains(&format!("\n{command}:")), "`make {command}` is in the README only");
        }
    }
}

#[test]
fn what_is_checked_here_is_what_continuous_integration_runs() {
    let script = fs::read_to_string(root().join(".ci/run")).expect("a script");
    assert!(script.trim_end().ends_with("exec make test"), "{script}");
    // Without it only the default members would be tested, and the page is none of them.
    let makefile = fs::read_to_string(root().join("Makefile")).expect("a makefile");
    assert!(makefile.contains("cargo nextest run --workspace --no-fail-fast\n"), "{makefile}");
}
