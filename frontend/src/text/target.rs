//! The tags a list shall be pushed to, as people type them.

use onetag_shared::{
    digest::Digest,
    reference::{Reference, Tag},
};

/// What stands in a field for a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nothing yet.
    Empty,
    /// A tag; `latest` is written out.
    Tag(Reference),
    /// Something that no list can be pushed to.
    Wrong {
        /// Why.
        message: String,
        /// What may have been meant.
        suggestion: Option<String>,
    },
}

impl Target {
    /// The tag, when it is one.
    pub(crate) fn tag(&self) -> Option<&Reference> {
        match self {
            Self::Tag(reference) => Some(reference),
            Self::Empty | Self::Wrong { .. } => None,
        }
    }
}

/// Reads all fields, in their order.
pub(crate) fn read_all(texts: &[String]) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::with_capacity(texts.len());
    for text in texts {
        let target = read(text);
        let is_repeated = target != Target::Empty && targets.contains(&target);
        targets.push(match target {
            Target::Tag(reference) if is_repeated => {
                Target::Wrong { message: format!("{} is named twice", reference.familiar()), suggestion: None }
            }
            target => target,
        });
    }
    targets
}

fn read(text: &str) -> Target {
    let text = text.trim();
    if text.is_empty() {
        return Target::Empty;
    }
    match text.parse::<Reference>() {
        Err(error) => Target::Wrong { message: error.to_string(), suggestion: error.suggestion() },
        Ok(reference) if reference.digest().is_some() => Target::Wrong {
            message: format!("a digest cannot be moved ({}); name a tag", reference.digest().map_or("", Digest::short)),
            suggestion: reference.tag().map(|_| reference.without_digest().familiar()),
        },
        Ok(reference) if reference.tag().is_none() => Target::Tag(reference.with_tag(Tag::latest())),
        Ok(reference) => Target::Tag(reference),
    }
}

/// What people put into names for one architecture; longer ones before those they begin with.
const ARCHITECTURES: &[&str] = &[
    "linux-amd64",
    "linux-arm64",
    "linux-arm",
    "windows-amd64",
    "arm64-v8",
    "arm64v8",
    "arm32v7",
    "arm32v6",
    "arm32v5",
    "arm-v7",
    "arm-v6",
    "arm-v5",
    "armv7l",
    "armv6l",
    "armv7",
    "armv6",
    "armhf",
    "armel",
    "arm64",
    "arm",
    "aarch64",
    "x86_64",
    "amd64",
    "i386",
    "386",
    "ppc64le",
    "s390x",
    "riscv64",
    "loong64",
    "mips64le",
    "windows",
];

/// The one tag that all these names lead to once the architecture is taken out of them: `me/app:v1` of `me/app:v1-arm64`
/// and `me/app-amd64:v1`.
pub(crate) fn common(references: &[Reference]) -> Option<Reference> {
    if references.len() < 2 {
        return None;
    }
    let mut found = None;
    for reference in references {
        let tag = reference.tag().map_or("latest", Tag::as_str);
        let repo = reference.repo();
        let text = match (without_architecture(tag), without_architecture(&repo)) {
            (Some(tag), _) => format!("{repo}:{tag}"),
            (None, Some(repo)) => format!("{repo}:{tag}"),
            (None, None) => return None,
        };
        let reference: Reference = text.parse().ok()?;
        if *found.get_or_insert_with(|| reference.clone()) != reference {
            return None;
        }
    }
    found
}

fn without_architecture(name: &str) -> Option<String> {
    for word in ARCHITECTURES {
        for separator in ["-", "_", "."] {
            if let Some(rest) = name.strip_suffix(word).and_then(|rest| rest.strip_suffix(separator)) {
                return Some(rest.to_owned());
            }
            if let Some(rest) = name.strip_prefix(word).and_then(|rest| rest.strip_prefix(separator)) {
                return Some(rest.to_owned());
            }
        }
        if name == *word {
            return Some("latest".to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        let texts = [
            "",
            "me/app",
            " me/app:v1 ",
            "me/app:latest",
            "me/App:v1",
            "me/app:v1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ];
        let targets = read_all(&texts.map(str::to_owned));
        assert_eq!(targets[0], Target::Empty);
        assert_eq!(targets[1].tag().unwrap().familiar(), "me/app:latest");
        assert_eq!(targets[2].tag().unwrap().familiar(), "me/app:v1");
        assert!(matches!(&targets[3], Target::Wrong { message, .. } if message.contains("twice")));
        assert!(matches!(&targets[4], Target::Wrong { suggestion: Some(text), .. } if text == "me/app:v1"));
        assert!(matches!(&targets[5], Target::Wrong { suggestion: Some(text), .. } if text == "me/app:v1"));
    }

    #[test]
    fn the_common_name() {
        let table: [(&[&str], Option<&str>); 8] = [
            (&["me/app:v1-amd64", "me/app:v1-arm64-v8", "me/app:v1-arm-v7"], Some("me/app:v1")),
            (&["me/app-amd64:v1", "me/app-ppc64le:v1"], Some("me/app:v1")),
            (&["me/app:amd64", "me/app:arm64"], Some("me/app")),
            (
                &["localhost:5000/demo/app:v1-windows-amd64", "localhost:5000/demo/app:v1-s390x"],
                Some("localhost:5000/demo/app:v1"),
            ),
            (&["arm64v8/alpine:3.20", "amd64/alpine:3.20"], None),
            (&["me/app:v1-amd64", "me/other:v1-arm64"], None),
            (&["me/app:v1-amd64"], None),
            (&["alpine", "debian"], None),
        ];
        for (names, expected) in table {
            let references: Vec<Reference> = names.iter().map(|name| name.parse().unwrap()).collect();
            let expected: Option<Reference> = expected.map(|name| name.parse::<Reference>().unwrap());
            let expected = expected.map(|name| if name.tag().is_none() { name.with_tag(Tag::latest()) } else { name });
            assert_eq!(common(&references), expected, "{names:?}");
        }
    }
}
