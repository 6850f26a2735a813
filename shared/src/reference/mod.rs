//! Image references, read exactly as Docker reads them (`distribution/reference`, "Grammar").

mod error;
mod parts;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use error::{ReferenceError, What};
pub use parts::{Registry, Repository, Tag};

use crate::digest::Digest;

/// A name for content in a registry: registry and repository, and a tag, a digest, both or neither.
///
/// Short forms are filled in as Docker does: `ubuntu` is `docker.io/library/ubuntu`. No tag is made up; where a document
/// is meant and none is given, [`Reference::target`] says `latest`. [`fmt::Display`] gives the full form, which parses
/// back to the same value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    registry: Registry,
    repository: Repository,
    tag: Option<Tag>,
    digest: Option<Digest>,
}

impl Reference {
    /// The registry.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The repository's path in the registry.
    pub const fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The tag, if one was given.
    pub const fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// The digest, if one was given. With both, the digest decides and the tag is for display.
    pub const fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Registry and repository: `docker.io/library/ubuntu`.
    pub fn repo(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// What stands for the document in a request's path: the digest, else the tag, else `latest`.
    pub fn target(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, Some(tag)) => tag.to_string(),
            (None, None) => "latest".to_owned(),
        }
    }

    /// The short form that people type: `ubuntu:22.04`.
    pub fn familiar(&self) -> String {
        let full = self.to_string();
        match full.strip_prefix("docker.io/") {
            Some(rest) => {
                let short = rest
                    .strip_prefix("library/")
                    .filter(|_| !self.repository.as_str()["library/".len()..].contains('/'));
                // A short form that would be read as something else is of no use.
                let short = short.unwrap_or(rest);
                if short.parse::<Self>().as_ref() == Ok(self) { short.to_owned() } else { full }
            }
            None => full,
        }
    }

    /// The same repository with this tag and no digest.
    pub fn with_tag(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self.digest = None;
        self
    }

    /// The same, and exactly this content.
    pub fn with_digest(mut self, digest: Digest) -> Self {
        self.digest = Some(digest);
        self
    }

    /// Without tag and digest.
    pub fn repository_only(&self) -> Self {
        Self { tag: None, digest: None, ..self.clone() }
    }

    /// Do both name the same registry? Host names do not know case.
    pub fn same_registry(&self, other: &Self) -> bool {
        self.registry.as_str().eq_ignore_ascii_case(other.registry.as_str())
    }

    /// Do both name the same repository?
    pub fn same_repository(&self, other: &Self) -> bool {
        self.same_registry(other) && self.repository == other.repository
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        parse(text).map_err(|(what, position)| ReferenceError::new(text, what, position))
    }
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

type Fault = (What, usize);

fn parse(text: &str) -> Result<Reference, Fault> {
    if text.is_empty() {
        return Err((What::Empty, 0));
    }
    if let Some(position) = text.find(|c: char| c.is_whitespace() || c.is_control()) {
        return Err((What::Space, position));
    }
    if let Some(position) = text.find("://") {
        return Err((What::Scheme, position));
    }
    if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err((What::BareDigest, 0));
    }
    let (name_and_tag, digest) = match text.split_once('@') {
        Some((before, digest)) => {
            let at = before.len() + 1;
            let digest: Digest = digest.parse().map_err(|error| (What::Digest(error), at))?;
            if digest.encoded().len() < 32 {
                return Err((What::ShortDigest, at));
            }
            if !matches!(digest.algorithm_name(), "sha256" | "sha384" | "sha512") {
                return Err((What::UnknownDigest(digest.algorithm_name().to_owned()), at));
            }
            (before, Some(digest))
        }
        None => (text, None),
    };
    let (registry, rest, offset) = split_registry(name_and_tag)?;
    let (path, tag) = match rest.split_once(':') {
        Some((path, tag)) => {
            let at = offset + path.len() + 1;
            (path, Some(Tag::parse(tag).map_err(|(what, position)| (what, at + position))?))
        }
        None => (rest, None),
    };
    let registry = registry.unwrap_or_else(Registry::docker_hub);
    let repository = Repository::parse(path).map_err(|(what, position)| (what, offset + position))?;
    let repository = if registry.is_docker_hub() { repository.in_library() } else { repository };
    Ok(Reference { registry, repository, tag, digest })
}

/// The first segment is a registry only when a slash follows and it looks like a host: `localhost`, a dot, a colon, or
/// an upper-case letter, which no repository may have.
fn split_registry(text: &str) -> Result<(Option<Registry>, &str, usize), Fault> {
    let Some((first, rest)) = text.split_once('/') else { return Ok((None, text, 0)) };
    let is_host =
        first == "localhost" || first.contains(['.', ':']) || first.bytes().any(|byte| byte.is_ascii_uppercase());
    if !is_host {
        return Ok((None, text, 0));
    }
    Ok((Some(Registry::parse(first)?), rest, first.len() + 1))
}
