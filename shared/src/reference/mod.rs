//! References: names of images, read exactly as Docker reads them.
//!
//! The grammar and what short names mean are those of Docker's reference library
//! (<https://github.com/distribution/reference>).

mod error;
mod pages;
mod parse;
mod registry;
mod repository;
mod suggest;
mod tag;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub(crate) use self::pages::of_link;
pub use self::{
    error::{ReferenceError, ReferenceErrorKind},
    registry::Registry,
    repository::Repository,
    tag::Tag,
};
use crate::digest::Digest;

/// A reference in full: registry and repository, and a tag, a digest, both or neither.
///
/// Shown, it is in full: `docker.io/library/ubuntu:22.04@sha256:…`. No tag is made up: see [`Reference::target`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    registry: Registry,
    repository: Repository,
    tag: Option<Tag>,
    digest: Option<Digest>,
}

impl Reference {
    /// A reference to a repository as a whole.
    pub fn new(registry: Registry, repository: Repository) -> Self {
        Self { registry, repository, tag: None, digest: None }
    }

    /// The registry it is in.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The repository within the registry.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The tag, if one was named.
    pub fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// The digest, if one was named. With both, the digest decides and the tag is only shown.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Registry and repository: `docker.io/library/ubuntu`.
    pub fn repo(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// What the registry is asked for: the digest, else the tag, else `latest`.
    pub fn target(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, Some(tag)) => tag.to_string(),
            (None, None) => tag::LATEST.to_owned(),
        }
    }

    /// The shortest form that means the same: `ubuntu:22.04`, as Docker shows it.
    pub fn familiar(&self) -> String {
        let mut text = self.familiar_repo();
        self.push_tag_and_digest(&mut text);
        text
    }

    /// The shortest form of registry and repository that means the same: `ubuntu`.
    pub fn familiar_repo(&self) -> String {
        if !self.registry.is_docker_hub() {
            return self.repo();
        }
        let path = self.repository.as_str();
        match path.strip_prefix(parse::LIBRARY) {
            // 64 hex digits alone would be the id of an image.
            Some(name) if !name.contains('/') && !parse::is_id(name) => name.to_owned(),
            Some(name) if !name.contains('/') => self.repo(),
            // Without the host, this first component would be taken for one.
            _ if path.split('/').next().is_some_and(parse::looks_like_host) => self.repo(),
            _ => path.to_owned(),
        }
    }

    /// The same with this tag; a digest stays.
    pub fn with_tag(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self
    }

    /// The same with this digest; a tag stays.
    ///
    /// A digest that cannot be verified may be put here for showing, but the text does not parse again.
    pub fn with_digest(mut self, digest: Digest) -> Self {
        self.digest = Some(digest);
        self
    }

    /// The same without a tag.
    pub fn without_tag(&self) -> Self {
        Self { tag: None, ..self.clone() }
    }

    /// The same without a digest.
    pub fn without_digest(&self) -> Self {
        Self { digest: None, ..self.clone() }
    }

    /// Only the repository.
    pub fn repository_only(&self) -> Self {
        Self::new(self.registry.clone(), self.repository.clone())
    }

    /// Are both in one repository of one registry?
    pub fn same_repository(&self, other: &Self) -> bool {
        self.repository == other.repository && self.same_registry(other)
    }

    /// Are both in one registry? Then a blob can be mounted from one repository to the other.
    pub fn same_registry(&self, other: &Self) -> bool {
        self.registry.same(&other.registry)
    }

    fn push_tag_and_digest(&self, text: &mut String) {
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag.as_str());
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(digest.as_str());
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.repo();
        self.push_tag_and_digest(&mut text);
        f.write_str(&text)
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        parse::parse(text).map_err(|fault| ReferenceError::new(text, fault, suggest::suggest(text)))
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

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reference {
    /// The error of a document has room for one text only, so the suggestion goes into it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error: ReferenceError| de::Error::custom(error.with_suggestion()))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Reference {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Reference {}
