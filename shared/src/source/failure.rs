//! Why an image does not run, or may not.

use crate::{digest::Digest, excerpt::Excerpt, platform::Platform};

/// Why an image does not run on a host, or may not. [`super::Source::client_errors`] has what clients say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No entry of the list is for the host.
    NoMatch,
    /// The client goes by the config of an image that the list names no platform for, and that is for others.
    NoMatchBelow,
    /// The client goes into a list in the list, and no entry of that is for the host.
    NoMatchInList,
    /// It is a single image, for this platform.
    Alone(Platform),
    /// The client goes to a manifest with this digest, and that cannot be had.
    Missing(Digest),
    /// The client goes to a manifest with this digest, and what it is sent has another.
    Altered(Digest),
    /// The client goes to a manifest that has another size, in bytes, than the list says.
    Resized {
        /// Its own.
        own: u64,
        /// The list's.
        listed: u64,
    },
    /// The client gets an image: the list says that it is for the host, but its own config names this platform.
    Contradicted(Platform),
    /// The client gets an image for 32-bit ARM, which many 64-bit ARM processors cannot run.
    Narrow(Platform),
    /// The client gets an image for this build of Windows, and the host does not say which it has.
    WindowsBuild(Platform),
    /// The client gets an image in a list in the list, into which not every client looks.
    InList,
}

impl Failure {
    /// What most people see of it: the words of Docker, or those that it passes on.
    pub fn in_short(&self, host: &Platform) -> String {
        match self {
            Self::NoMatch | Self::NoMatchInList => {
                format!("no matching manifest for {} in the manifest list entries", docker_name(host))
            }
            Self::InList => LIST_IN_LIST.to_owned(),
            Self::NoMatchBelow => "no match for platform in manifest".to_owned(),
            Self::Alone(_) | Self::Contradicted(_) | Self::Narrow(_) => "exec format error".to_owned(),
            Self::WindowsBuild(platform) => windows_build(platform),
            Self::Missing(_) => "manifest unknown".to_owned(),
            Self::Altered(digest) => format!("manifest verification failed for digest {digest}"),
            Self::Resized { own, listed } => format!("unexpected commit size {own}, expected {listed}"),
        }
    }
}

/// What Docker says where an image is for a newer Windows than the host's (moby, `checkImageCompatibility`).
fn windows_build(platform: &Platform) -> String {
    format!("a Windows version {}-based image is incompatible with a … host", Excerpt(&platform.os_build()))
}

/// What containers/image says of a list in the list (`copy`, `copySingleImage`).
pub(super) const LIST_IN_LIST: &str = "Unexpectedly received a manifest list instead of a manifest for a single image";

/// A machine as Docker and Podman call it: the variant of 64-bit ARM is always said.
pub(super) fn docker_name(host: &Platform) -> Platform {
    let host = host.normalized();
    let is_v8 = host.architecture == "arm64" && host.variant().is_empty();
    if is_v8 { host.with_variant("v8") } else { host }
}
