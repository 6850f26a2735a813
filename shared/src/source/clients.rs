//! What clients say where an image does not run.

#[cfg(test)]
mod tests;

use super::{
    Source,
    failure::{Failure, LIST_IN_LIST, docker_name},
    wanted_config,
};
use crate::{
    api::{ClientError, ClientMoment},
    commands::run_commands,
    descriptor::Descriptor,
    document::List,
    media_type::{Family, Kind, MediaType},
    platform::{Platform, select_containers_image},
};

/// Docker with its own image store, which was the only one until Docker 28.
const DOCKER: &str = "Docker";
/// All that pull by containerd's library: since Docker 29 a new Docker, too.
const CONTAINERD: &str = "containerd, Kubernetes";
const PODMAN: &str = "Podman";

/// What is emulated best.
const EMULATED: [&str; 3] = ["amd64", "arm64", "arm"];

/// What containerd says wherever it finds nothing for the host.
const NO_MATCH: &str = "no match for platform in manifest: not found";
const EXEC_FORMAT: &str = "exec format error";

impl Source {
    /// What clients on this host say of this failure: the words to recognise it by, of each client that is known to say some.
    ///
    /// From the sources of moby (`distribution/pull_v2`, `daemon/create`), containerd (`images.Manifest`), containers/image
    /// (`manifest list chooser`), podman and the Linux kernel; where they name the image, so do these.
    pub fn client_errors(&self, host: &Platform, failure: &Failure) -> Vec<ClientError> {
        let host = &host.normalized();
        let reference = &self.reference;
        let say = |when, client: &str, says| ClientError { client: client.to_owned(), when, says };
        let at_pull = |client, says| say(ClientMoment::Pull, client, says);
        let at_run = |client, says| say(ClientMoment::Run, client, says);
        match failure {
            Failure::NoMatch => {
                let mut errors =
                    vec![at_pull(DOCKER, failure.in_short(host)), at_pull(CONTAINERD, NO_MATCH.to_owned())];
                errors.extend(self.podman_finds_none(host).map(|says| at_pull(PODMAN, says)));
                errors
            }
            Failure::NoMatchBelow => vec![at_pull(CONTAINERD, NO_MATCH.to_owned())],
            Failure::NoMatchInList => {
                let mut errors =
                    vec![at_pull(DOCKER, failure.in_short(host)), at_pull(CONTAINERD, NO_MATCH.to_owned())];
                errors.extend(self.podman_at_lists(host).map(|says| at_pull(PODMAN, says)));
                errors
            }
            Failure::InList => self.podman_at_lists(host).map(|says| at_pull(PODMAN, says)).into_iter().collect(),
            Failure::Narrow(_) => vec![
                at_run(DOCKER, EXEC_FORMAT.to_owned()),
                at_run(CONTAINERD, EXEC_FORMAT.to_owned()),
                at_run(PODMAN, "Exec format error".to_owned()),
            ],
            Failure::WindowsBuild(_) => vec![
                at_pull(DOCKER, failure.in_short(host)),
                // Windows' own, which all of them pass on.
                at_run(
                    CONTAINERD,
                    "The container operating system does not match the host operating system.".to_owned(),
                ),
            ],
            Failure::Alone(platform) | Failure::Contradicted(platform) => vec![
                at_run(DOCKER, docker_warns(host, platform)),
                at_run(DOCKER, EXEC_FORMAT.to_owned()),
                // It takes a list's word, and reads the config of what stands alone.
                match failure {
                    Failure::Alone(_) => at_pull(CONTAINERD, NO_MATCH.to_owned()),
                    _ => at_run(CONTAINERD, EXEC_FORMAT.to_owned()),
                },
                at_pull(PODMAN, podman_warns(host, platform)),
                at_run(PODMAN, "Exec format error".to_owned()),
            ],
            Failure::Altered(digest) => vec![
                at_pull(DOCKER, failure.in_short(host)),
                at_pull(CONTAINERD, format!("unexpected commit digest …, expected {digest}: failed precondition")),
                at_pull(PODMAN, format!("Manifest does not match provided manifest digest {digest}")),
            ],
            Failure::Resized { .. } => {
                vec![at_pull(CONTAINERD, format!("{}: failed precondition", failure.in_short(host)))]
            }
            Failure::Missing(digest) => {
                let name = reference.familiar();
                let (registry, repository) = (reference.registry(), reference.repository());
                vec![
                    at_pull(DOCKER, format!("manifest for {name} not found: manifest unknown")),
                    at_pull(
                        CONTAINERD,
                        format!(
                            "content at https://{registry}/v2/{repository}/manifests/{digest} not found: not found"
                        ),
                    ),
                    at_pull(PODMAN, format!("reading manifest {digest} in {registry}/{repository}: manifest unknown")),
                ]
            }
        }
    }

    /// What may help where it does not run, in a sentence or two: an image for another processor that an emulator can run.
    pub fn way_around(&self, host: &Platform, failure: &Failure) -> Option<String> {
        let host = host.normalized();
        if host.os == "darwin" {
            let linux = Platform { os: "linux".to_owned(), os_version: None, ..host };
            return Some(format!("On a Mac, containers run in a Linux of the same processor: ask about {linux}."));
        }
        let other = match failure {
            Failure::NoMatch => {
                let list = self.list()?;
                let all = list.manifests.iter().filter(|child| self.may_run(child));
                let all = all.filter_map(|child| child.platform.as_ref());
                let all: Vec<&Platform> = all.filter(|platform| is_emulated(&host, platform)).collect();
                let usual = EMULATED.iter().find_map(|name| all.iter().find(|platform| platform.architecture == *name));
                (*usual.or(all.first())?).clone()
            }
            Failure::Alone(platform) if is_emulated(&host, platform) => platform.clone(),
            _ => return None,
        };
        let command = run_commands(&self.reference, Some(&other)).into_iter().next()?.text;
        Some(format!(
            "An emulator may run the one for {other}, several times slower: `{command}`. Docker Desktop and Podman's \
             machine come with one; on Linux it is QEMU, set up by binfmt_misc."
        ))
    }

    /// Nothing that is known of this entry speaks against it: it is an image, can be had, and is for the processor that the
    /// list says.
    fn may_run(&self, child: &Descriptor) -> bool {
        if MediaType::new(&child.media_type).kind() != Kind::Image {
            return false;
        }
        let manifest = match self.children.get(&child.digest) {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(manifest)) => manifest,
        };
        let processor = |platform: &Platform| platform.normalized().architecture;
        match wanted_config(manifest).map(|wanted| self.configs.get(&wanted.digest)) {
            // An artifact.
            None | Some(Some(Err(_))) => false,
            Some(None) => true,
            Some(Some(Ok(_))) => self
                .config_of(manifest)
                .is_some_and(|config| child.platform.as_ref().map(processor) == Some(processor(&config.platform()))),
        }
    }

    /// What those say that look into no list in the list; `None` where they get an image by the same rule.
    fn podman_at_lists(&self, host: &Platform) -> Option<String> {
        match podman_chooses(host, &self.list()?) {
            None => self.podman_finds_none(host),
            Some(entry) => entry.is_list().then(|| LIST_IN_LIST.to_owned()),
        }
    }

    /// The words of podman, skopeo and buildah, where their rule finds nothing either.
    fn podman_finds_none(&self, host: &Platform) -> Option<String> {
        if podman_chooses(host, &self.list()?).is_some() {
            return None;
        }
        let asked = docker_name(host);
        let variant = asked.variant();
        let kind = match self.root.media_type().family() {
            Family::Docker => "manifest list",
            Family::Oci | Family::Other => "image index",
        };
        let (name, os, architecture) = (self.reference.familiar(), &host.os, &host.architecture);
        Some(format!(
            "choosing an image from manifest list docker://{name}: no image found in {kind} for architecture \
             \"{architecture}\", variant \"{variant}\", OS \"{os}\""
        ))
    }
}

/// The entry of a list that podman, skopeo and buildah go to.
fn podman_chooses<'a>(host: &Platform, list: &'a List) -> Option<&'a Descriptor> {
    let platforms: Vec<Option<Platform>> = list.manifests.iter().map(|child| child.platform.clone()).collect();
    Some(&list.manifests[select_containers_image(&docker_name(host), &platforms).index?])
}

/// A processor's emulator is at hand wherever Linux runs; another system's is not. Of a 64-bit processor it needs one, too: QEMU
/// gives up what 32-bit machines cannot hold.
fn is_emulated(host: &Platform, image: &Platform) -> bool {
    let is_linux = host.os == "linux" && image.os == "linux" && !image.is_unknown();
    let fits = !is_32_bit(&host.architecture) || is_32_bit(&image.normalized().architecture);
    is_linux && image.architecture != host.architecture && fits
}

fn is_32_bit(architecture: &str) -> bool {
    ["386", "arm", "mips", "mipsle", "ppc", "riscv", "s390", "sparc"].contains(&architecture)
}

fn docker_warns(host: &Platform, platform: &Platform) -> String {
    format!(
        "The requested image's platform ({platform}) does not match the detected host platform ({})",
        docker_name(host)
    )
}

fn podman_warns(host: &Platform, platform: &Platform) -> String {
    format!("image platform ({platform}) does not match the expected platform ({host})")
}
