//! Which program a container starts, and where it may be (OCI image spec, "Image Configuration": `Entrypoint`, `Cmd`,
//! `Env`, `WorkingDir`).

use crate::document::ImageConfig;

/// Where programs are looked for when an image does not say (runc's and containerd's default).
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The same for Windows.
const WINDOWS_PATH: &str = r"C:\Windows\System32;C:\Windows";
/// What Windows adds to names that have no extension.
const WINDOWS_EXTENSIONS: [&str; 4] = [".exe", ".com", ".bat", ".cmd"];

/// Folders of `PATH` that are looked into.
const MOST_FOLDERS: usize = 64;
/// Bytes of a path: Linux takes none that are longer (`PATH_MAX`).
pub(super) const MOST_PATH: usize = 4096;

/// What starts, and the places where it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name as the image spells it.
    pub name: String,
    /// Paths within the image's layers, the first that is there counts: `usr/bin/app`, `Files/app/app.exe`.
    pub places: Vec<String>,
    /// What it starts in its turn, which is not looked at.
    pub starts: Starts,
}

/// What a program starts in its turn, as far as its arguments tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starts {
    /// Nothing that is known.
    Nothing,
    /// A shell that is given a line of commands.
    Line,
    /// A shell that is given a script, or a program whose purpose is to start another one.
    Other,
}

/// Nothing is started: the image names neither an entrypoint nor a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the image says neither an entrypoint nor a command, so there is no program to look at")]
pub struct NoCommand;

impl Command {
    /// What an image starts on an operating system.
    pub fn of(config: &ImageConfig, os: &str) -> Result<Self, NoCommand> {
        let words: Vec<&str> = config.entrypoint.iter().chain(&config.cmd).map(String::as_str).collect();
        // Docker for Windows writes what a shell is given as one text, and says so.
        let (name, rest) = match words.as_slice() {
            [line] if os == "windows" && config.args_escaped => {
                let (name, rest) = first_word(line);
                (name, rest.split_whitespace().collect())
            }
            words => (words.first().copied().unwrap_or_default(), words.get(1..).unwrap_or_default().to_vec()),
        };
        if name.is_empty() {
            return Err(NoCommand);
        }
        Ok(Self { places: places(name, config, os == "windows"), name: name.to_owned(), starts: starts(name, &rest) })
    }

    /// The program that a script's first line names. `env` looks for the one that it is given (POSIX, `env`).
    pub(super) fn interpreter(line: &[String], config: &ImageConfig) -> Option<Self> {
        let (first, rest) = line.split_first()?;
        let is_env = stem(first) == "env";
        let given = rest.iter().find(|word| !word.starts_with('-') && !word.contains('='));
        let name = given.filter(|_| is_env).unwrap_or(first);
        Some(Self { name: name.clone(), places: places(name, config, false), starts: Starts::Nothing })
    }
}

/// What follows from the arguments.
fn starts(name: &str, arguments: &[&str]) -> Starts {
    const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];
    const LAUNCHERS: [&str; 10] =
        ["tini", "dumb-init", "catatonit", "gosu", "su-exec", "env", "exec", "nice", "setpriv", "s6-svscan"];
    let name = stem(name);
    let name = name.as_str();
    let is_dashed = |word: &&&str| word.starts_with('-');
    let is_line = if SHELLS.contains(&name) {
        // A script has options of its own behind its name.
        let mut options = arguments.iter().take_while(is_dashed);
        options.any(|option| !option.starts_with("--") && option.contains('c'))
            || matches!(arguments, ["-o" | "-O", _, "-c" | "-ec" | "-exc" | "-lc", ..])
    } else if name == "cmd" {
        arguments.iter().any(|word| ["/c", "/k"].iter().any(|option| word.eq_ignore_ascii_case(option)))
    } else if ["powershell", "pwsh"].contains(&name) {
        arguments.iter().any(|word| ["-c", "-command"].iter().any(|option| word.eq_ignore_ascii_case(option)))
    } else if LAUNCHERS.contains(&name) {
        false
    } else {
        return Starts::Nothing;
    };
    let is_option = |word: &&str| word.starts_with('-') || name == "cmd" && word.starts_with('/');
    match is_line {
        true => Starts::Line,
        false if arguments.iter().all(is_option) => Starts::Nothing,
        false => Starts::Other,
    }
}

/// The first word of a line of Windows, with or without quotes, and the rest.
fn first_word(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    let quoted = line.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    quoted.or_else(|| line.split_once(char::is_whitespace)).unwrap_or((line, ""))
}

/// The places where a program may be; those whose path no system takes are none.
fn places(name: &str, config: &ImageConfig, is_windows: bool) -> Vec<String> {
    let cwd = config.working_dir.as_deref().unwrap_or("/");
    if name.len() + cwd.len() > MOST_PATH {
        return Vec::new();
    }
    let mut places = unbounded_places(name, config, is_windows);
    places.retain(|place| place.len() <= MOST_PATH);
    places
}

fn unbounded_places(name: &str, config: &ImageConfig, is_windows: bool) -> Vec<String> {
    let cwd = config.working_dir.as_deref().unwrap_or("/");
    let variable = |wanted: &str| {
        config.env.iter().rev().find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (if is_windows { name.eq_ignore_ascii_case(wanted) } else { name == wanted }).then_some(value)
        })
    };
    let path = variable("PATH").filter(|path| !path.is_empty());
    if is_windows {
        let folders = path.unwrap_or(WINDOWS_PATH).split(';').take(MOST_FOLDERS);
        let names: Vec<String> = if name.rsplit(['\\', '/']).next().is_some_and(|name| name.contains('.')) {
            vec![name.to_owned()]
        } else {
            std::iter::once(name.to_owned())
                .chain(WINDOWS_EXTENSIONS.map(|extension| format!("{name}{extension}")))
                .collect()
        };
        let is_path = name.contains(['\\', '/', ':']);
        let folders: Vec<&str> = if is_path { vec![cwd] } else { std::iter::once(cwd).chain(folders).collect() };
        folders.iter().flat_map(|folder| names.iter().map(move |name| windows(folder, name))).collect()
    } else if name.starts_with('/') {
        vec![clean(name)]
    } else if name.contains('/') {
        vec![clean(&format!("{cwd}/{name}"))]
    } else {
        path.unwrap_or(PATH)
            .split(':')
            .filter(|folder| !folder.is_empty())
            .take(MOST_FOLDERS)
            .map(|folder| clean(&format!("{folder}/{name}")))
            .collect()
    }
}

/// A path of Windows within the layers, where drive `C:` is the folder `Files`. Case means nothing there.
fn windows(folder: &str, name: &str) -> String {
    let without_drive = |path: &str| match path.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest.to_owned(),
        _ => path.to_owned(),
    };
    let (folder, slashed) = (without_drive(folder).replace('\\', "/"), without_drive(name).replace('\\', "/"));
    let is_whole = slashed.starts_with('/') || slashed.len() != name.len();
    let path = if is_whole { slashed } else { format!("{folder}/{slashed}") };
    clean(&format!("files/{path}")).to_ascii_lowercase()
}

/// A path as the layers have it: without a slash in front, `.`, or empty parts. `..` is left for whoever knows the links.
pub(super) fn clean(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

/// `/bin/sh` → `sh`, `C:\Windows\cmd.EXE` → `cmd`.
fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    name.strip_suffix(".exe").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn config(entrypoint: &[&str], cmd: &[&str], env: &[&str], working_dir: Option<&str>) -> ImageConfig {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        ImageConfig {
            entrypoint: owned(entrypoint),
            cmd: owned(cmd),
            env: owned(env),
            working_dir: working_dir.map(str::to_owned),
            ..ImageConfig::parse(b"{}").unwrap()
        }
    }

    #[test]
    fn programs_are_looked_for_where_a_container_would() {
        for (entrypoint, cmd, env, cwd, places) in [
            (&["/app"][..], &[][..], &[][..], None, &["app"][..]),
            (&["//usr/./bin/app"], &["x"], &[], None, &["usr/bin/app"]),
            (&[], &["./run", "x"], &[], Some("/srv"), &["srv/run"]),
            (&["bin/run"], &[], &[], None, &["bin/run"]),
            (&["../run"], &[], &[], Some("/srv/app"), &["srv/app/../run"]),
            (&["node"], &["server.js"], &["A=b", "PATH=/opt/bin:/bin:"], None, &["opt/bin/node", "bin/node"]),
            (&["node"], &[], &["PATH=/old", "PATH=/new"], None, &["new/node"]),
            (
                &["sh"],
                &[],
                &["PATH="],
                None,
                &["usr/local/sbin/sh", "usr/local/bin/sh", "usr/sbin/sh", "usr/bin/sh", "sbin/sh", "bin/sh"],
            ),
        ] {
            let command = Command::of(&config(entrypoint, cmd, env, cwd), "linux").unwrap();
            assert_eq!(command.places, places, "{entrypoint:?} {cmd:?}");
        }
        assert_eq!(Command::of(&config(&[], &[], &[], None), "linux"), Err(NoCommand));
        assert_eq!(Command::of(&config(&[""], &[], &[], None), "linux"), Err(NoCommand));
    }

    #[test]
    fn programs_of_windows_are_on_its_drive() {
        for (name, env, cwd, places) in [
            (r"C:\app\App.exe", &[][..], None, &["files/app/app.exe"][..]),
            ("c:/app/app.exe", &[], Some(r"C:\elsewhere"), &["files/app/app.exe"]),
            (r"bin\app.exe", &[], Some(r"C:\srv"), &["files/srv/bin/app.exe"]),
            ("app.exe", &["Path=C:\\tools"], Some(r"C:\srv"), &["files/srv/app.exe", "files/tools/app.exe"]),
        ] {
            let command = Command::of(&config(&[name], &[], env, cwd), "windows").unwrap();
            assert_eq!(command.places, places, "{name}");
        }
        let cmd = Command::of(&config(&["cmd", "/S", "/C", "x"], &[], &[], None), "windows").unwrap();
        assert!(
            cmd.places.contains(&"files/windows/system32/cmd.exe".to_owned()) && cmd.starts == Starts::Line,
            "{cmd:?}"
        );
    }

    #[test]
    fn docker_for_windows_writes_one_line() {
        for (line, place, starts) in [
            (r"cmd /S /C c:\app\run.cmd", "files/windows/system32/cmd.exe", Starts::Line),
            (r#""C:\Program Files\App\app.exe" --serve"#, "files/program files/app/app.exe", Starts::Nothing),
            ("app.exe", "files/app.exe", Starts::Nothing),
        ] {
            let escaped = ImageConfig { args_escaped: true, ..config(&[], &[line], &[], None) };
            let command = Command::of(&escaped, "windows").unwrap();
            assert!(command.places.contains(&place.to_owned()) && command.starts == starts, "{command:?}");
            // Elsewhere the field means nothing.
            assert_eq!(Command::of(&escaped, "linux").unwrap().name, line);
        }
    }

    #[test]
    fn what_starts_something_else_is_told_apart() {
        for (words, expected) in [
            (&["/bin/sh", "-c", "exec app"][..], Starts::Line),
            (&["bash", "-lc", "app"], Starts::Line),
            (&["bash", "-x", "-c", "app"], Starts::Line),
            (&["bash", "-o", "pipefail", "-c", "app"], Starts::Line),
            (&["bash", "/entry.sh", "-c", "file"], Starts::Other),
            (&["/bin/sh"], Starts::Nothing),
            (&["bash", "-l"], Starts::Nothing),
            (&["bash", "--norc"], Starts::Nothing),
            (&["tini", "--version"], Starts::Nothing),
            (&["pwsh", "-NoLogo"], Starts::Nothing),
            (&["pwsh", "-NoLogo", "-Command", "app"], Starts::Line),
            (&["pwsh", "-File", "entry.ps1"], Starts::Other),
            (&["/bin/sh", "/entry.sh"], Starts::Other),
            (&["/sbin/tini", "--", "/app"], Starts::Other),
            (&["/app", "-c", "config.toml"], Starts::Nothing),
        ] {
            assert_eq!(Command::of(&config(words, &[], &[], None), "linux").unwrap().starts, expected, "{words:?}");
        }
    }

    #[test]
    fn a_path_that_no_system_takes_is_no_place() {
        let long = "a/".repeat(MOST_PATH);
        for (entrypoint, env, cwd) in [
            (format!("/{long}x"), "A=b".to_owned(), None),
            ("./x".to_owned(), "A=b".to_owned(), Some(long.as_str())),
            ("x".to_owned(), format!("PATH={long}"), None),
        ] {
            for os in ["linux", "windows"] {
                let command = Command::of(&config(&[&entrypoint], &[], &[&env], cwd), os).unwrap();
                assert!(command.places.iter().all(|place| place.len() <= MOST_PATH), "{os}");
            }
        }
    }

    #[test]
    fn scripts_name_their_interpreter() {
        let config = config(&["x"], &[], &["PATH=/opt"], None);
        for (line, places) in [
            (&["/bin/sh"][..], &["bin/sh"][..]),
            (&["/bin/bash", "-e"], &["bin/bash"]),
            (&["/usr/bin/env", "python3"], &["opt/python3"]),
            (&["/usr/bin/env", "-S", "A=1", "node", "--x"], &["opt/node"]),
            (&["/usr/bin/env"], &["usr/bin/env"]),
        ] {
            let line: Vec<String> = line.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(Command::interpreter(&line, &config).unwrap().places, places, "{line:?}");
        }
        assert_eq!(Command::interpreter(&[], &config), None);
    }
}
