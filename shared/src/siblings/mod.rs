//! Names that look like one application for several machines: `app-amd64` beside `app-arm64`, `arm64v8/nginx` beside
//! `amd64/nginx`, the tags `v1-amd64` and `v1-arm64`.
//!
//! A name is only a promise. What an image really runs on stands in its config, and is read from there when a list is made.

mod group;
mod guess;
mod name;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    group::{Group, group, with_stem},
    guess::{first_guesses, others},
    name::{Named, read, stem},
};
use crate::reference::Reference;

/// A name, and the platform that it promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// A repository within its registry as people write it ([`path`]), or a tag.
    pub name: String,
    /// In short: `linux/arm64`.
    pub platform: &'static str,
}

/// The name of a repository within its registry, without the `library/` that goes without saying: next to `nginx`,
/// `arm64v8/nginx` is a sibling.
pub fn path(repository: &Reference) -> &str {
    let path = repository.repository().as_str();
    let is_short = repository.registry().is_docker_hub();
    path.strip_prefix("library/").filter(|name| is_short && !name.contains('/')).unwrap_or(path)
}

/// The repository of such a name, in the registry of another. `None` where it is no name: registries may call their
/// repositories anything.
pub fn at(beside: &Reference, path: &str) -> Option<Reference> {
    let reference: Reference = format!("{}/{path}", beside.registry()).parse().ok()?;
    // A tag in a name would be another thing than what was listed.
    (self::path(&reference) == path).then(|| reference.repository_only())
}
