//! Mirrors: where else the content of a registry can be read.

use std::{fmt, str::FromStr};

use onetag_shared::reference::{Reference, Registry};

/// What is read of a mirror (podman's `pull-from-mirror`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pull {
    /// Everything.
    #[default]
    All,
    /// What is named by its digest.
    Digests,
    /// What is named by a tag.
    Tags,
}

/// A place where the content of a registry can be read too: `host[:port]`, with a path that all repositories are below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    registry: Registry,
    /// Without slashes around it; empty where repositories have their own names.
    path: String,
    /// The part of the mirrored registry that is there, as the beginning of repositories' names; empty for all of it.
    part: String,
    pull: Pull,
}

impl Mirror {
    /// The same place, for the repositories below a path only, and for what is named in this way only.
    pub(super) fn of_part(mut self, part: &str, pull: Pull) -> Self {
        part.trim_matches('/').clone_into(&mut self.part);
        self.pull = pull;
        self
    }

    /// The registry that it is.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Where a manifest is to be read there, if it can be.
    pub(in crate::registry) fn manifest(&self, reference: &Reference) -> Option<Reference> {
        let fits = match self.pull {
            Pull::All => true,
            Pull::Digests => reference.digest().is_some(),
            Pull::Tags => reference.digest().is_none(),
        };
        fits.then(|| self.at(reference)).flatten()
    }

    /// Where a blob is to be read there, if it can be.
    pub(in crate::registry) fn blob(&self, repository: &Reference) -> Option<Reference> {
        (self.pull != Pull::Tags).then(|| self.at(repository)).flatten()
    }

    /// The same place there, if it mirrors it.
    pub(in crate::registry) fn at(&self, reference: &Reference) -> Option<Reference> {
        let name = reference.repository().as_str();
        let rest = if self.part.is_empty() {
            name
        } else {
            name.strip_prefix(&*self.part)
                .and_then(|rest| if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') })?
        };
        let path: Vec<&str> = [self.path.as_str(), rest].into_iter().filter(|part| !part.is_empty()).collect();
        let mut there: Reference = format!("{}/{}", self.registry, path.join("/")).parse().ok()?;
        if let Some(tag) = reference.tag() {
            there = there.with_tag(tag.clone());
        }
        Some(match reference.digest() {
            Some(digest) => there.with_digest(digest.clone()),
            None => there,
        })
    }
}

impl FromStr for Mirror {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, path) = text.split_once('/').unwrap_or((text, ""));
        let registry: Registry = host.parse().map_err(|error| format!("`{text}` is no mirror: {error}"))?;
        let path = path.trim_end_matches('/');
        if !path.is_empty() && format!("{registry}/{path}/name").parse::<Reference>().is_err() {
            return Err(format!("`{text}` is no mirror: `{path}` is no beginning of a repository's name"));
        }
        Ok(Self { registry, path: path.to_owned(), part: String::new(), pull: Pull::All })
    }
}

impl fmt::Display for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.registry)?;
        if !self.path.is_empty() {
            write!(f, "/{}", self.path)?;
        }
        match self.pull {
            Pull::All => {}
            Pull::Digests => write!(f, " (by digest)")?,
            Pull::Tags => write!(f, " (by tag)")?,
        }
        if self.part.is_empty() { Ok(()) } else { write!(f, " for {}", self.part) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_its_place_at_a_mirror() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (mirror, part, pull, reference, expected) in [
            ("mirror.corp", "", Pull::All, "nginx:1", Some("mirror.corp/library/nginx:1".to_owned())),
            ("mirror.corp:5000/hub", "", Pull::All, "me/app:v1", Some("mirror.corp:5000/hub/me/app:v1".to_owned())),
            ("mirror.corp/b", "foo", Pull::All, "quay.io/foo/app:v1", Some("mirror.corp/b/app:v1".to_owned())),
            ("mirror.corp/b", "foo", Pull::All, "quay.io/foo:v1", Some("mirror.corp/b:v1".to_owned())),
            ("mirror.corp/b", "foo", Pull::All, "quay.io/food/app:v1", None),
            ("mirror.corp", "", Pull::Digests, "quay.io/a/b:v1", None),
            (
                "mirror.corp",
                "",
                Pull::Digests,
                &format!("quay.io/a/b@{digest}"),
                Some(format!("mirror.corp/a/b@{digest}")),
            ),
            ("mirror.corp", "", Pull::Tags, &format!("quay.io/a/b@{digest}"), None),
        ] {
            let mirror = mirror.parse::<Mirror>().unwrap().of_part(part, pull);
            let place = mirror.manifest(&reference.parse().unwrap()).map(|reference| reference.to_string());
            assert_eq!(place, expected, "{mirror}, {reference}");
        }
        for none in ["", "mirror", "https://mirror.corp", "mirror.corp/UPPER", "mirror.corp/a//b"] {
            assert!(none.parse::<Mirror>().is_err(), "{none}");
        }
    }
}
