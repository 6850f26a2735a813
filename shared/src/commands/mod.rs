//! The same thing as commands of other tools, to copy into a POSIX shell.

#[cfg(test)]
mod tests;

use crate::{descriptor::Annotations, platform::Platform, reference::Reference};

/// A command line for one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Which tool: `docker`, `podman`, `crane`, …
    pub tool: &'static str,
    /// One or several lines for a POSIX shell, quoted.
    pub text: String,
    /// What the command does not do, or does differently.
    pub note: Option<String>,
}

impl Command {
    fn new(tool: &'static str, text: String) -> Self {
        Self { tool, text, note: None }
    }

    fn noting(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }
}

/// Commands that pull an image, for one platform or for the machine they run on.
///
/// A registry on loopback speaks plain http, as here: the tools that would not try that there by themselves are told to.
pub fn pull_commands(reference: &Reference, platform: Option<&Platform>) -> Vec<Command> {
    let name = quoted(&full(reference));
    let option = platform_option(platform);
    // skopeo's options stand before its command, and say each part by itself.
    let overrides = platform.map_or_else(String::new, |platform| {
        let variant = match platform.variant() {
            "" => String::new(),
            variant => format!("--override-variant {} ", quoted(variant)),
        };
        format!("--override-os {} --override-arch {} {variant}", quoted(&platform.os), quoted(&platform.architecture))
    });
    let source = quoted(&format!("docker://{}", full(reference)));
    let Plain { podman, skopeo, regctl, oras_from, .. } = Plain::of(reference);
    vec![
        Command::new("docker", format!("docker pull {option}{name}")),
        Command::new("podman", format!("podman pull{podman} {option}{name}")),
        Command::new("crane", format!("crane pull {option}{name} image.tar")),
        Command::new("skopeo", format!("skopeo {overrides}copy{skopeo} {source} oci:image")),
        Command::new("regctl", format!("regctl{regctl} image copy {option}{name} ocidir://image")),
        Command::new("oras", format!("oras copy{oras_from} {option}{name} --to-oci-layout image")),
    ]
}

/// Commands that start a container, for one platform or for the machine they run on, and take it away when it has ended.
pub fn run_commands(reference: &Reference, platform: Option<&Platform>) -> Vec<Command> {
    let name = quoted(&full(reference));
    let option = platform_option(platform);
    let Plain { podman, .. } = Plain::of(reference);
    vec![
        Command::new("docker", format!("docker run --rm {option}{name}")),
        Command::new("podman", format!("podman run --rm{podman} {option}{name}")),
    ]
}

/// Commands that print what a reference holds: the list, or the manifest of an image.
pub fn look_commands(reference: &Reference) -> Vec<Command> {
    let name = quoted(&full(reference));
    let source = quoted(&format!("docker://{}", full(reference)));
    let Plain { docker, podman, regctl, oras, .. } = Plain::of(reference);
    vec![
        Command::new("docker", format!("docker manifest inspect{docker} {name}"))
            .noting("Prints it in a form of its own, not the bytes."),
        Command::new("buildx", format!("docker buildx imagetools inspect {name}"))
            .noting("Add --raw for the bytes as the registry has them."),
        Command::new("podman", format!("podman manifest inspect{podman} {name}")),
        Command::new("crane", format!("crane manifest {name}")),
        Command::new("skopeo", format!("skopeo inspect --raw{podman} {source}")),
        Command::new("regctl", format!("regctl{regctl} manifest get --format raw-body {name}")),
        Command::new("oras", format!("oras manifest fetch{oras} {name}")),
    ]
}

/// Commands that make a list of these entries at this tag: each entry with the platform that its descriptor names.
pub fn create_commands(
    target: &Reference,
    entries: &[(Reference, Option<Platform>)],
    annotations: &Annotations,
) -> Vec<Command> {
    let name = quoted(&full(target));
    let sources: Vec<String> = entries.iter().map(|(source, _)| quoted(&full(source))).collect();
    let all = sources.join(" ");
    let each = |prefix: &str| -> String { annotations.iter().map(|(key, value)| pair(prefix, key, value)).collect() };
    let without_annotations = |command: Command| {
        if annotations.is_empty() { command } else { command.noting("Leaves out the annotations of the list.") }
    };

    let Plain { docker: insecure, podman: tls, regctl, oras, .. } = Plain::of(target);
    let mut docker = format!("docker manifest create{insecure} {name} {all}\n");
    let mut podman = format!("podman manifest create {name}\n");
    for ((_, platform), source) in entries.iter().zip(&sources) {
        let described = platform.as_ref().map(described).unwrap_or_default();
        if !described.is_empty() {
            docker.push_str(&format_line("docker manifest annotate", &described, &[&name, source]));
        }
        podman.push_str(&format_line(
            "podman manifest add",
            &[tls, &described].concat(),
            &[&name, &format!("docker://{source}")],
        ));
    }
    docker += &["docker manifest push", insecure, " ", &name].concat();
    podman += &["podman manifest push --all", tls, " ", &name, " docker://", &name].concat();

    let crane_sources: String = sources.iter().flat_map(|source| [" -m ", source]).collect();
    let regctl_sources: String = sources.iter().flat_map(|source| [" --ref ", source]).collect();
    // oras names what is in the target's repository by tag or digest alone.
    let own: Vec<String> = entries.iter().map(|(source, _)| format!(" {}", quoted(&source.target()))).collect();
    vec![
        without_annotations(Command::new("docker", docker)),
        Command::new(
            "buildx",
            format!("docker buildx imagetools create{} -t {name} {all}", each("--annotation index:")),
        )
        .noting("Reads the platforms from the images, without os.version and os.features."),
        without_annotations(Command::new("podman", podman)),
        without_annotations(Command::new("crane", format!("crane index append -t {name}{crane_sources}"))),
        Command::new("regctl", format!("regctl{regctl} index create {name}{}{regctl_sources}", each("--annotation "))),
        Command::new(
            "oras",
            format!("oras manifest index create{oras}{} {name}{}", each("--annotation "), own.join("")),
        )
        .noting("Knows tags and digests of the target's own repository only."),
    ]
}

/// Options for a registry on loopback, each after a space; empty for others. Pulls of docker need none, nor do buildx and
/// crane.
struct Plain {
    docker: &'static str,
    podman: &'static str,
    skopeo: &'static str,
    regctl: String,
    oras: &'static str,
    oras_from: &'static str,
}

impl Plain {
    fn of(reference: &Reference) -> Self {
        let registry = reference.registry();
        if !registry.is_loopback() {
            return Self { docker: "", podman: "", skopeo: "", regctl: String::new(), oras: "", oras_from: "" };
        }
        Self {
            docker: " --insecure",
            podman: " --tls-verify=false",
            skopeo: " --src-tls-verify=false",
            regctl: format!(" --host {}", quoted(&format!("reg={registry},tls=disabled"))),
            oras: " --plain-http",
            oras_from: " --from-plain-http",
        }
    }
}

/// ` --annotation index:'key=value'`
fn pair(prefix: &str, key: &str, value: &str) -> String {
    format!(" {prefix}{}", quoted(&format!("{key}={value}")))
}

fn format_line(command: &str, options: &str, words: &[&str]) -> String {
    format!("{command}{options} {}\n", words.join(" "))
}

/// The options with which docker and podman name a platform.
fn described(platform: &Platform) -> String {
    let options = [
        ("--os", platform.os.as_str()),
        ("--arch", platform.architecture.as_str()),
        ("--variant", platform.variant()),
        ("--os-version", platform.os_version()),
    ];
    let said = options.into_iter().filter(|(_, value)| !value.is_empty());
    let mut text: String =
        said.flat_map(|(option, value)| [" ".to_owned(), option.to_owned(), " ".to_owned(), quoted(value)]).collect();
    if !platform.os_features.is_empty() {
        text += &[" --os-features ", &quoted(&platform.os_features.join(","))].concat();
    }
    text
}

/// `--platform os/architecture `, as docker, podman and others take it; nothing for the machine that they run on.
fn platform_option(platform: Option<&Platform>) -> String {
    platform.map(|platform| format!("--platform {} ", quoted(&said(platform).to_string()))).unwrap_or_default()
}

/// What these commands say of a platform: `os/architecture/variant`, as every tool takes it. Which version of an operating system
/// is meant they cannot say.
pub fn said(platform: &Platform) -> Platform {
    Platform { os_version: None, os_features: Vec::new(), ..platform.clone() }
}

/// Tools other than Docker know nothing of short names, and some refuse a tag beside a digest.
fn full(reference: &Reference) -> String {
    if reference.digest().is_some() { reference.without_tag().to_string() } else { reference.to_string() }
}

/// One word of a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
