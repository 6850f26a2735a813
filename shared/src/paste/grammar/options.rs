//! What options mean, where several commands have the same.

use super::Means;

/// Options with a value that stand before a command's words, or with any of them.
pub(super) const COMMON: &[&str] = &[
    "--authfile",
    "--builder",
    "--ca-file",
    "--cert-dir",
    "--cert-file",
    "--config",
    "--connection",
    "--context",
    "--creds",
    "--host",
    "--key-file",
    "--log-level",
    "--logopt",
    "--metadata-file",
    "--namespace",
    "--password",
    "--progress",
    "--registry-config",
    "--retry",
    "--retry-delay",
    "--root",
    "--runroot",
    "--storage-driver",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
    "--url",
    "--user-agent",
    "--username",
    "--verbosity",
];

/// The same in one letter, where they stand before a command's words.
pub(super) const COMMON_SHORT: &[&str] = &["-H", "-c", "-l", "-n", "-u", "-p"];

/// Switches that change nothing about the list.
pub(super) const HARMLESS: &[&str] = &[
    "--all",
    "--amend",
    "--debug",
    "--docker-empty-base",
    "--dry-run",
    "--force",
    "--ignore-missing",
    "--insecure",
    "--no-tty",
    "--plain-http",
    "--prefer-index",
    "--purge",
    "--quiet",
    "--raw",
    "--rm",
    "--tls-verify",
    "--verbose",
    "-D",
    "-a",
    "-d",
    "-i",
    "-it",
    "-p",
    "-q",
    "-t",
    "-v",
];

/// How `docker manifest`, `podman manifest` and `buildah manifest` describe an image.
pub(super) const DESCRIBED: &[(&str, Means)] = &[
    ("--os", Means::Os),
    ("--arch", Means::Architecture),
    ("--variant", Means::Variant),
    ("--os-version", Means::OsVersion),
    ("--os-features", Means::OsFeatures),
    ("--features", Means::Features),
    ("--annotation", Means::Annotation),
    ("--subject", Means::Lost),
    ("--artifact-type", Means::Lost),
];

pub(super) const REGCTL: &[(&str, Means)] = &[
    ("--ref", Means::Image),
    ("--digest", Means::Digest),
    ("--annotation", Means::ListAnnotation),
    ("--desc-annotation", Means::Annotation),
    ("--desc-platform", Means::Platform),
    ("--platform", Means::Take),
    ("--artifact-type", Means::ArtifactType),
    ("--media-type", Means::Lost),
    ("-m", Means::Lost),
    ("--subject", Means::Lost),
    ("--format", Means::NothingMuch),
];

/// Where one image is named, and perhaps for which platform.
pub(super) const ONE: &[(&str, Means)] = &[
    ("--platform", Means::Take),
    ("--format", Means::NothingMuch),
    ("-f", Means::NothingMuch),
    ("--output", Means::NothingMuch),
    ("-o", Means::NothingMuch),
    ("--override-arch", Means::Lost),
    ("--override-os", Means::Lost),
    ("--override-variant", Means::Lost),
];

/// What `run` has of options with values, beside those of the others.
pub(super) const RUN: &[(&str, Means)] = &[
    ("--platform", Means::Take),
    ("--entrypoint", Means::NothingMuch),
    ("--env", Means::NothingMuch),
    ("--env-file", Means::NothingMuch),
    ("--format", Means::NothingMuch),
    ("--mount", Means::NothingMuch),
    ("--name", Means::NothingMuch),
    ("--network", Means::NothingMuch),
    ("--publish", Means::NothingMuch),
    ("--user", Means::NothingMuch),
    ("--volume", Means::NothingMuch),
    ("--workdir", Means::NothingMuch),
    ("-e", Means::NothingMuch),
    ("-f", Means::NothingMuch),
    ("-p", Means::NothingMuch),
    ("-u", Means::NothingMuch),
    ("-v", Means::NothingMuch),
    ("-w", Means::NothingMuch),
];

pub(super) const CTR: &[(&str, Means)] = &[
    ("--platform", Means::Take),
    ("--hosts-dir", Means::NothingMuch),
    ("--label", Means::NothingMuch),
    ("--snapshotter", Means::NothingMuch),
    ("--user", Means::NothingMuch),
    ("-u", Means::NothingMuch),
];

pub(super) const KUBECTL: &[(&str, Means)] = &[
    ("--image", Means::Image),
    ("--env", Means::NothingMuch),
    ("--labels", Means::NothingMuch),
    ("--namespace", Means::NothingMuch),
    ("--port", Means::NothingMuch),
    ("--replicas", Means::NothingMuch),
    ("--restart", Means::NothingMuch),
    ("--schedule", Means::NothingMuch),
    ("-l", Means::NothingMuch),
    ("-n", Means::NothingMuch),
];

/// What was built is an image by then.
pub(super) const BUILD: &[(&str, Means)] = &[
    ("--tag", Means::Image),
    ("-t", Means::Image),
    ("--build-arg", Means::NothingMuch),
    ("--file", Means::NothingMuch),
    ("-f", Means::NothingMuch),
    ("--platform", Means::NothingMuch),
    ("--push", Means::Nothing),
    ("--load", Means::Nothing),
    ("--output", Means::NothingMuch),
    ("-o", Means::NothingMuch),
    ("--target", Means::NothingMuch),
];
