//! Why a text is no spec.

use super::{MAX_DEPTH, MAX_NODES};
use crate::{
    api::{Problem, ProblemCode},
    document::MAX_ENTRIES,
    excerpt::Excerpt,
    reference::ReferenceError,
};

/// Why a text is no spec, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the spec: {fault}")]
pub struct SpecError {
    /// The line, from 1.
    pub line: usize,
    /// The place as a JSON pointer, as far as it is known.
    pub pointer: Option<String>,
    /// What is wrong there.
    pub fault: SpecFault,
}

/// What is wrong with a spec. Of others' texts no more is shown than fits in a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecFault {
    /// No YAML.
    #[error("it cannot be read as YAML: {}", Excerpt(.0))]
    NotYaml(String),
    /// Nothing but comments.
    #[error("there is nothing in it")]
    Nothing,
    /// More than one document.
    #[error("a second document begins")]
    SecondDocument,
    /// An alias, which stands for what has an anchor.
    #[error("an alias stands for what is written elsewhere, and is not followed here")]
    Alias,
    /// A tag of a kind that is not YAML's own.
    #[error("the tag `{}` says nothing here", Excerpt(.0))]
    YamlTag(String),
    /// Too deep.
    #[error("it is nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// Too many values.
    #[error("it has more than {MAX_NODES} keys and values")]
    TooMany,
    /// A key that is a list or a mapping.
    #[error("a key is a list or a mapping, and has to be a text")]
    KeyNotText,
    /// Something else than is needed.
    #[error("{what} is {found}, and has to be {wanted}")]
    Wrong {
        /// What it is about.
        what: &'static str,
        /// What is there.
        found: &'static str,
        /// What has to be there.
        wanted: &'static str,
    },
    /// A key that nobody knows.
    #[error("{place} has no key `{}`", Excerpt(.key))]
    UnknownKey {
        /// The mapping, in words.
        place: &'static str,
        /// The key.
        key: String,
        /// One that may have been meant.
        near: Option<&'static str>,
        /// Those that there are.
        known: &'static [&'static str],
    },
    /// A key that was there before, maybe by its other name.
    #[error("`{}` is said again, after line {before}", Excerpt(.key))]
    Twice {
        /// The key.
        key: String,
        /// The line where it was.
        before: usize,
    },
    /// A key that is missing.
    #[error("{place} has no `{key}`")]
    Missing {
        /// The mapping, in words.
        place: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A platform without its system or its processor.
    #[error("the platform has no `{0}`")]
    HalfPlatform(&'static str),
    /// No image, no tag.
    #[error("{0}")]
    Reference(Box<ReferenceError>),
    /// A list is to be put at a digest.
    #[error("`image` names a digest, and a digest cannot be moved: {0}")]
    TargetIsDigest(String),
    /// No images.
    #[error("`manifests` names no image")]
    NoImages,
    /// More images than a list may have.
    #[error("`manifests` names {0} images, and a list has {MAX_ENTRIES} at most")]
    TooManyImages(usize),
}

impl SpecError {
    /// An error of the YAML as such.
    pub fn of_yaml(line: usize, fault: SpecFault) -> Self {
        Self { line, pointer: None, fault }
    }

    /// The problem to show for it.
    pub fn to_problem(&self) -> Problem {
        let code = match self.fault {
            SpecFault::Reference(_) => ProblemCode::InvalidReference,
            SpecFault::TargetIsDigest(_) => ProblemCode::TargetIsDigest,
            SpecFault::NoImages => ProblemCode::EmptyDraft,
            _ => ProblemCode::InvalidRequest,
        };
        let problem = Problem::new(code, self.to_string()).with_hint(self.hint());
        match &self.pointer {
            Some(pointer) => problem.at(pointer.clone()),
            None => problem,
        }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        let hint = match &self.fault {
            SpecFault::NotYaml(_) => "Look at the indentation, brackets and quotes there and on the line before.",
            SpecFault::Nothing => "Write `image:` with the tag to push to, and `manifests:` with the images.",
            SpecFault::SecondDocument => "Send each document by itself: one spec makes one list.",
            SpecFault::Alias => "Write it out where the alias stands.",
            SpecFault::YamlTag(_) => "Take the tag away; put text that looks like something else in quotes.",
            SpecFault::TooDeep | SpecFault::TooMany | SpecFault::TooManyImages(_) => {
                "Make several lists of it, if it is meant so."
            }
            SpecFault::KeyNotText => "Write `key: value`, with spaces, and no brackets before the colon.",
            SpecFault::Wrong { .. } => "Look at the example in /api/v1/openapi.json, at POST /api/v1/spec.",
            SpecFault::UnknownKey { near: Some(near), .. } => return format!("Did you mean `{near}`?"),
            SpecFault::UnknownKey { known, .. } => return format!("Take it away: there are {}.", known.join(", ")),
            SpecFault::Twice { .. } => "Take one of them away.",
            SpecFault::Missing { key: "manifests", .. } => "Write `manifests:` with an `- image:` for each platform.",
            SpecFault::Missing { .. } => "Write `image:` and a reference, such as ghcr.io/you/app:v1.",
            SpecFault::HalfPlatform(_) => {
                "Name both `os` and `architecture`, or leave `platform` away: then it is read from the image."
            }
            SpecFault::Reference(error) => match error.suggestion() {
                Some(suggestion) => return format!("Did you mean {suggestion}?"),
                None => "Write an image as ghcr.io/you/app:v1, and each of `tags` as a tag alone, such as v1.",
            },
            SpecFault::TargetIsDigest(_) => "Name the tag to push to, without @ and what follows it.",
            SpecFault::NoImages => "Name at least one, as in `- image: ghcr.io/you/app:v1-amd64`.",
        };
        hint.to_owned()
    }
}
