//! What somebody wants who types a text into the one field of the start page.

use crate::reference::{Reference, ReferenceError, Registry, of_link};

use super::{Pasted, read};

/// What a text asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It names one image or list.
    Inspect(Reference),
    /// It names a registry, and nothing in it.
    Browse(Registry),
    /// It says how a list is to be made.
    List(Box<Pasted>),
    /// Neither, and why.
    Nothing(ReferenceError),
}

impl Meaning {
    /// The meaning of this text.
    pub fn of(text: &str) -> Self {
        if let Some(error) = ReferenceError::of_digest(text.trim()) {
            return Self::Nothing(error);
        }
        if let Some(registry) = Registry::alone(text.trim()) {
            return Self::Browse(registry);
        }
        if let Some(reference) = linked(text.trim()) {
            return Self::Inspect(reference);
        }
        let mut pasted = read(text);
        if !pasted.rejected.is_empty() {
            return Self::Nothing(pasted.rejected.swap_remove(0));
        }
        match (pasted.images.as_slice(), pasted.targets.as_slice()) {
            ([image], []) => Self::Inspect(image.reference.clone()),
            ([], [target]) => Self::Inspect(target.clone()),
            // A command that names no image.
            ([], []) => match text.parse() {
                Ok(reference) => Self::Inspect(reference),
                Err(error) => Self::Nothing(error),
            },
            _ => Self::List(Box::new(pasted)),
        }
    }

    /// Does it name more than one image?
    pub fn is_several(&self) -> bool {
        matches!(self, Self::List(pasted) if pasted.images.len() > 1)
    }
}

/// The image that a link is about, where its address alone tells. Of other links it is asked.
fn linked(text: &str) -> Option<Reference> {
    of_link(text).filter(|_| !text.contains(char::is_whitespace))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_asks_for_one_thing() {
        let inspects = |text: &str| match Meaning::of(text) {
            Meaning::Inspect(reference) => reference.familiar(),
            other => panic!("{text}: {other:?}"),
        };
        for (text, reference) in [
            ("alpine:3.20", "alpine:3.20"),
            (" alpine:3.20\n", "alpine:3.20"),
            ("- `alpine:3.20`", "alpine:3.20"),
            ("docker://alpine:3.20", "alpine:3.20"),
            ("docker manifest push me/app:v1", "me/app:v1"),
            ("image: ghcr.io/me/app:v1", "ghcr.io/me/app:v1"),
            ("FROM --platform=linux/arm64 alpine:3.20 AS build", "alpine:3.20"),
            ("https://hub.docker.com/_/alpine", "alpine"),
            ("https://github.com/orgs/me/packages/container/package/app", "ghcr.io/me/app"),
            ("https://onetag.example/i/ghcr.io/me/app:v1?on=linux/arm64", "ghcr.io/me/app:v1"),
            ("http://localhost:8080/i/me/app:v1", "me/app:v1"),
            ("https://onetag.example/r/alpine", "alpine"),
            ("https://gallery.ecr.aws/docker/library/alpine", "public.ecr.aws/docker/library/alpine"),
            ("https://quay.io/repository/me/app?tab=tags&tag=v1", "quay.io/me/app:v1"),
            ("https://hub.docker.com/layers/library/alpine/3.20/images/sha256-1f", "alpine:3.20"),
            ("https://github.com/me/app/pkgs/container/app/123?tag=v1", "ghcr.io/me/app:v1"),
            ("https://github.com/me/app/pkgs/container/app%2Fweb/123?tag=v1", "ghcr.io/me/app/web:v1"),
        ] {
            assert_eq!(inspects(text), reference, "{text}");
        }
        for (text, several) in [
            ("a b", true),
            ("a, b", true),
            ("docker manifest create me/app:v1 me/app:v1-amd64 me/app:v1-arm64", true),
            ("docker manifest create me/app:v1 me/app:v1-amd64", false),
        ] {
            let meant = Meaning::of(text);
            assert!(matches!(meant, Meaning::List(_)), "{text}: {meant:?}");
            assert_eq!(meant.is_several(), several, "{text}");
        }
        for (text, registry) in
            [("localhost:5000", "localhost:5000"), (" ghcr.io/ ", "ghcr.io"), ("registry:5000/", "registry:5000")]
        {
            assert_eq!(Meaning::of(text), Meaning::Browse(registry.parse().unwrap()), "{text}");
        }
        let digest = format!("sha256:{}", "a".repeat(64));
        for text in [
            "",
            "Not:A:Reference",
            "alpine Not/OK",
            "https://github.com/me/repo",
            "https://onetag.example/new",
            &digest,
        ] {
            assert!(matches!(Meaning::of(text), Meaning::Nothing(_)), "{text}");
        }
    }
}
