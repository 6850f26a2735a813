//! What somebody wants who types a text into the one field of the start page.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::reference::{Reference, ReferenceError, Registry, of_link};

use super::{Image, Pasted, link::of_own_page, read};

/// What stands in an address as it is.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':').remove(b'@');

/// What a text asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A page.
    Page(Page),
    /// It says how a list is to be made.
    List(Box<Pasted>),
    /// Neither, and why.
    Nothing(ReferenceError),
}

/// What a page is about.
#[derive(Debug, PartialEq, Eq)]
pub enum Page {
    /// It names one image or list, and perhaps the platform that is asked about, or what was written for it.
    Inspect(Reference, Option<String>),
    /// It names a repository as a whole.
    Tags(Reference),
    /// It asks what differs between two.
    Compare(Box<[Reference; 2]>),
    /// It names a registry, and nothing in it.
    Browse(Registry),
}

impl Meaning {
    /// The meaning of this text, on the site that has this host: `onetag.example`, `localhost:8080`.
    pub fn of(text: &str, host: &str) -> Self {
        if let Some(error) = ReferenceError::of_digest(text.trim()) {
            return Self::Nothing(error);
        }
        if let Some(registry) = Registry::alone(text.trim()) {
            return Self::Page(Page::Browse(registry));
        }
        if let Some(page) = linked(text.trim(), host) {
            return Self::Page(page);
        }
        let mut pasted = read(text);
        if !pasted.rejected.is_empty() {
            return Self::Nothing(pasted.rejected.swap_remove(0));
        }
        match (pasted.images.as_slice(), pasted.targets.as_slice()) {
            ([image], []) => Self::Page(Page::Inspect(image.reference.clone(), image.asked())),
            ([], [target]) => Self::Page(Page::Inspect(target.clone(), None)),
            // A command that names no image.
            ([], []) => match text.parse() {
                Ok(reference) => Self::Page(Page::Inspect(reference, None)),
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

impl Page {
    /// Its address, from the root of this site.
    pub fn path(&self) -> String {
        let escaped = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        let name = |reference: &Reference| escaped(&reference.familiar());
        match self {
            Self::Inspect(reference, None) => format!("/i/{}", name(reference)),
            Self::Inspect(reference, Some(on)) => format!("/i/{}?on={}", name(reference), escaped(on)),
            Self::Tags(repository) => format!("/r/{}", name(&repository.repository_only())),
            Self::Compare(both) => format!("/diff?from={}&to={}", name(&both[0]), name(&both[1])),
            Self::Browse(registry) => format!("/r/{}/", escaped(registry.as_str())),
        }
    }
}

impl Image {
    /// The platform that a command asks for: `docker pull --platform linux/arm64 …`.
    fn asked(&self) -> Option<String> {
        let said = || self.said.platform(None).ok()?;
        Some(self.said.take.first().cloned().or_else(said)?.to_string())
    }
}

/// What a link is about, where its address alone tells. Of other links it is asked.
fn linked(text: &str, host: &str) -> Option<Page> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let of_site = of_link(text).and_then(|name| Some(Page::Inspect(name.parse().ok()?, None)));
    of_site.or_else(|| of_own_page(text, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_leads_to_a_page() {
        let leads_to = |text: &str| match Meaning::of(text, "onetag.example") {
            Meaning::Page(page) => page.path(),
            _ => String::new(),
        };
        for (text, path) in [
            ("alpine:3.20", "/i/alpine:3.20"),
            ("https://onetag.example/i/a@x:y?on=toaster+2%26", ""),
            ("https://onetag.example/i/a?on=toaster+2%26", "/i/a?on=toaster%202%26"),
            ("docker pull --platform windows(10.0.1+x)/amd64 a", "/i/a?on=windows%2810.0.1%2Bx%29/amd64"),
            ("https://onetag.example/r/me/app:v1", "/r/me/app"),
            ("https://onetag.example/diff?from=a:1&to=localhost:5000/b", "/diff?from=a:1&to=localhost:5000/b"),
            ("[::1]:5000", "/r/%5B::1%5D:5000/"),
            ("a b", ""),
        ] {
            assert_eq!(leads_to(text), path, "{text}");
        }
    }

    #[test]
    fn a_text_asks_for_one_thing() {
        let inspects = |text: &str| match Meaning::of(text, "onetag.example") {
            Meaning::Page(Page::Inspect(reference, None)) => reference.familiar(),
            Meaning::Page(Page::Inspect(reference, Some(on))) => format!("{} on {on}", reference.familiar()),
            Meaning::Page(Page::Tags(repository)) => format!("tags of {}", repository.familiar()),
            Meaning::Page(Page::Compare(both)) => format!("{} to {}", both[0].familiar(), both[1].familiar()),
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
            ("docker pull --platform linux/arm64 alpine:3.20", "alpine:3.20 on linux/arm64"),
            ("https://hub.docker.com/_/alpine", "alpine"),
            ("https://github.com/orgs/me/packages/container/package/app", "ghcr.io/me/app"),
            ("https://onetag.example/i/ghcr.io/me/app:v1?on=linux/arm64", "ghcr.io/me/app:v1 on linux/arm64"),
            ("https://onetag.example/i/a?tab=raw&on=windows%2810.0.20348%29/amd64#x", "a on windows(10.0.20348)/amd64"),
            ("https://onetag.example/i/a?on=Raspberry+Pi+Zero", "a on Raspberry Pi Zero"),
            ("https://onetag.example/i/a?on=", "a"),
            (
                "https://onetag.example/badge/ghcr.io/me/app:v1.svg?on=arm64&style=flat",
                "ghcr.io/me/app:v1 on linux/arm64",
            ),
            ("https://onetag.example/badge/me/app.json", "me/app"),
            ("https://onetag.example/card/me/app:v1.png", "me/app:v1"),
            ("https://onetag.example/embed/me/app%3Av1", "me/app:v1"),
            ("https://onetag.example/diff?from=me/app:v1&to=me%2Fapp%3Av2", "me/app:v1 to me/app:v2"),
            ("http://localhost:8080/i/ghcr.io/me/app:v1", "ghcr.io/me/app:v1"),
            ("https://onetag.example/r/ghcr.io/me/app?q=v1", "tags of ghcr.io/me/app"),
            ("https://onetag.example/r/alpine", "tags of alpine"),
            ("github.com/me/app/pkgs/container/app", "ghcr.io/me/app"),
            ("quay.io/repository/me/app", "quay.io/me/app"),
            ("https://hub.docker.com/repository/docker/me/app/tags", "me/app"),
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
            let meant = Meaning::of(text, "onetag.example");
            assert!(matches!(meant, Meaning::List(_)), "{text}: {meant:?}");
            assert_eq!(meant.is_several(), several, "{text}");
        }
        for (text, registry) in [
            ("localhost:5000", "localhost:5000"),
            (" ghcr.io/ ", "ghcr.io"),
            ("registry:5000/", "registry:5000"),
            ("https://onetag.example/r/localhost:5000/", "localhost:5000"),
            ("http://localhost:8080/r/ghcr.io/", "ghcr.io"),
        ] {
            assert_eq!(
                Meaning::of(text, "onetag.example"),
                Meaning::Page(Page::Browse(registry.parse().unwrap())),
                "{text}"
            );
        }
        let digest = format!("sha256:{}", "a".repeat(64));
        for text in [
            "",
            "Not:A:Reference",
            "alpine Not/OK",
            "https://github.com/me/repo",
            "https://onetag.example/new",
            "https://onetag.example/diff?from=a",
            "https://other.example/i/me/app:v1",
            "https://other.example/diff?from=v1&to=v2",
            "https://github.com/i/foo",
            "https://hub.docker.com/r/me",
            "https://www.reddit.com/r/selfhosted/",
            "https://ghcr.io/r/base:1",
            "https://onetag.example/i/",
            "https://onetag.example/badge/",
            &digest,
        ] {
            assert!(matches!(Meaning::of(text, "onetag.example"), Meaning::Nothing(_)), "{text}");
        }
    }
}
