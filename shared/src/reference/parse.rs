//! The grammar of Docker's references, and what Docker makes of short ones.
//!
//! ```text
//! reference := [domain "/"] path [":" tag] ["@" digest]
//! ```

use super::{
    Reference, Registry, Tag,
    error::{Fault, ReferenceErrorKind as Kind},
    registry, repository,
};
use crate::digest::{Algorithm, Digest};

/// Docker Hub, as references name it.
pub(super) const DOCKER_HUB: &str = "docker.io";
/// The name it had at first; still read as the same.
pub(super) const OLD_DOCKER_HUB: &str = "index.docker.io";
/// Where Docker Hub keeps the images that have no owner in their name.
pub(super) const LIBRARY: &str = "library/";

/// Reads a reference as Docker does.
pub(super) fn parse(text: &str) -> Result<Reference, Fault> {
    if text.is_empty() {
        return Err(Fault::whole(Kind::Empty));
    }
    check_surroundings(text)?;
    if is_id(text) {
        return Err(Fault::whole(Kind::BareId));
    }
    let (host, start) = split_host(text);
    let rest = &text[start..];
    // The path first: Docker complains about capitals before anything else, and the host is more often right.
    let (name, digest) = rest.split_once('@').map_or((rest, None), |(name, digest)| (name, Some(digest)));
    let (path, tag) = name.split_once(':').map_or((name, None), |(path, tag)| (path, Some(tag)));

    let registry = match host {
        Some(host) => registry::parse(host)?,
        None => Registry::docker_hub(),
    };
    if path.is_empty() {
        return Err(Fault::at(start, Kind::NoRepository));
    }
    let repository = repository::parse(path, registry.is_docker_hub()).map_err(|fault| fault.shifted(start))?;
    let tag_start = start + path.len() + 1;
    let tag = tag.map(|tag| parse_tag(tag, digest.is_some())).transpose().map_err(|fault| fault.shifted(tag_start))?;
    let digest_start = start + name.len() + 1;
    let digest = digest.map(parse_digest).transpose().map_err(|fault| fault.shifted(digest_start))?;
    Ok(Reference { registry, repository, tag, digest })
}

/// White space around a pasted text, and the scheme of a URL, deserve words of their own.
fn check_surroundings(text: &str) -> Result<(), Fault> {
    if let Some(c) = text.chars().next().filter(|c| c.is_whitespace()) {
        return Err(Fault::at(0, Kind::Surrounded(c)));
    }
    if let Some(c) = text.chars().next_back().filter(|c| c.is_whitespace()) {
        return Err(Fault::at(text.trim_end().len(), Kind::Surrounded(c)));
    }
    if let Some((scheme, _)) = text.split_once("://")
        && !scheme.is_empty()
        && scheme.chars().all(|c| c.is_ascii_alphanumeric())
    {
        return Err(Fault::at(0, Kind::Scheme(scheme.to_owned())));
    }
    Ok(())
}

/// 64 lower-case hex digits: what Docker calls an identifier.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The host, if there is one, and where the rest begins.
///
/// The first segment is a host only if a slash follows, and it is `localhost`, or has a dot, a colon or a capital.
fn split_host(text: &str) -> (Option<&str>, usize) {
    match text.split_once('/') {
        Some((OLD_DOCKER_HUB, _)) => (Some(DOCKER_HUB), OLD_DOCKER_HUB.len() + 1),
        Some((host, _)) if looks_like_host(host) => (Some(host), host.len() + 1),
        _ => (None, 0),
    }
}

/// Would Docker take this first segment for a host?
pub(super) fn looks_like_host(segment: &str) -> bool {
    segment == "localhost" || segment.contains(['.', ':']) || segment.chars().any(char::is_uppercase)
}

fn parse_tag(text: &str, digest_follows: bool) -> Result<Tag, Fault> {
    if !digest_follows
        && let Some((algorithm, encoded)) = text.split_once(':')
        && matches!(algorithm, "sha256" | "sha512")
        && encoded.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return Err(Fault::at(0, Kind::DigestAsTag));
    }
    super::tag::parse(text)
}

fn parse_digest(text: &str) -> Result<Digest, Fault> {
    match text.parse::<Digest>() {
        Ok(digest) if digest.algorithm() == Algorithm::Unverifiable => {
            Err(Fault::at(0, Kind::DigestAlgorithm(digest.algorithm_name().to_owned())))
        }
        Ok(digest) => Ok(digest),
        Err(_) if text.rsplit_once(':').is_some_and(|(digest, _)| digest.parse::<Digest>().is_ok()) => {
            Err(Fault::at(text.rfind(':').unwrap_or(0), Kind::TagAfterDigest))
        }
        Err(error) => Err(Fault::at(0, Kind::Digest(error))),
    }
}
