//! Why a text is not a reference.

use std::fmt;

use crate::{
    digest::{Algorithm, Digest, DigestError},
    excerpt::Excerpt,
};

/// Why a text is not an image reference, or not the part of one that it was read as.
///
/// Shown, it says what is wrong and where. The near miss that would parse is kept apart, in
/// [`ReferenceError::suggestion`], and is never applied: only the person knows what was meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {}: {}{kind}", Excerpt(.text), .part.words(), At(*.position))]
pub struct ReferenceError {
    text: String,
    part: Part,
    kind: ReferenceErrorKind,
    /// Counted in characters, from 0.
    position: Option<usize>,
    suggestion: Option<String>,
}

/// What is wrong with it (the grammar of Docker's references).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceErrorKind {
    /// There is no text.
    #[error("it is empty")]
    Empty,
    /// White space before or after.
    #[error("there is {} around it", Named(*.0))]
    Surrounded(char),
    /// It begins as a URL does.
    #[error("it begins with `{}://`; a reference has no scheme", Excerpt(.0))]
    Scheme(String),
    /// 64 hex digits: Docker takes them for the id of a local image.
    #[error("64 hex digits alone are the id of an image, not its name")]
    BareId,
    /// A digest with nothing before it. Docker reads a tag of an image that is called after the algorithm: see
    /// [`ReferenceError::of_digest`].
    #[error("a digest does not say where it is; put the name before it, as in `ghcr.io/you/app@{}…`", Excerpt(.0))]
    BareDigest(String),
    /// Nothing before the tag or digest, or nothing after the registry.
    #[error("the name of the repository is missing")]
    NoRepository,
    /// The host has a character that no host has.
    #[error("{} cannot be in the name of a registry", Named(*.0))]
    HostCharacter(char),
    /// A single word, which before a slash is the first part of a repository on Docker Hub.
    #[error(
        "only `localhost`, or a name with a dot, a port or a capital letter, is a registry; add its port, as in `{}:5000`",
        Excerpt(.0)
    )]
    LoneWord(String),
    /// A part between the dots of the host begins or ends with a hyphen, or is empty.
    #[error("each part between the dots of a registry's name begins and ends with a letter or a digit")]
    HostLabel,
    /// An IPv6 address that is not in brackets, or has something else within them.
    #[error("an IPv6 address stands in square brackets, without a zone, as in `[::1]:5000`")]
    Ipv6,
    /// The port is empty or not a number.
    #[error("the registry's port is a number")]
    Port,
    /// A capital letter in the repository.
    #[error("the capital letter `{0}`; repository names are in lower case")]
    UpperCase(char),
    /// Two slashes in a row, or one at an end.
    #[error("a part of the repository's name is empty")]
    EmptyComponent,
    /// A component of the repository begins or ends with a separator.
    #[error("a part of the repository's name begins or ends with `{0}`; letters and digits go there")]
    EdgeSeparator(char),
    /// Separators that may not stand together.
    #[error(
        "`{}` between letters or digits; the separators are one `.`, one or two `_`, or any number of `-`, never mixed",
        Excerpt(.0)
    )]
    Separator(String),
    /// A character that no repository has.
    #[error("{} cannot be in the name of a repository", Named(*.0))]
    RepositoryCharacter(char),
    /// More than 255 characters without the registry.
    #[error("the name of the repository has {0} characters; 255 is the most")]
    RepositoryTooLong(usize),
    /// A colon with nothing behind it.
    #[error("the tag after `:` is empty")]
    EmptyTag,
    /// A tag begins with a dot or a hyphen.
    #[error("a tag cannot begin with `{0}`")]
    TagStart(char),
    /// A character that no tag has.
    #[error("{} cannot be in a tag; letters, digits, `_`, `.` and `-` can", Named(*.0))]
    TagCharacter(char),
    /// More than 128 characters.
    #[error("the tag has {0} characters; 128 is the most")]
    TagTooLong(usize),
    /// A digest follows the name with a colon, as a tag does.
    #[error("a digest follows the name with `@`, not with `:`")]
    DigestAsTag,
    /// What follows `@` is no digest.
    #[error("{0}")]
    Digest(DigestError),
    /// A tag after the digest.
    #[error("the tag goes before the digest, as in `name:tag@sha256:…`")]
    TagAfterDigest,
    /// An algorithm that is not one of a manifest's digest here.
    #[error("digests of references are sha256 or sha512, not {}", Excerpt(.0))]
    DigestAlgorithm(String),
}

impl ReferenceError {
    pub(super) fn new(text: &str, fault: Fault, suggestion: Option<String>) -> Self {
        let position = fault.offset.map(|offset| text.get(..offset).map_or(0, |before| before.chars().count()));
        Self { text: text.to_owned(), part: Part::Reference, kind: fault.kind, position, suggestion }
    }

    /// The error of a text that should be one part of a reference, alone.
    pub(super) fn of_part(part: Part, text: &str, fault: Fault) -> Self {
        Self { part, ..Self::new(text, fault, None) }
    }

    /// Of a text that is a digest alone. It can be read as Docker does, as `docker.io/library/sha256` with a tag; who types it
    /// means something else.
    pub fn of_digest(text: &str) -> Option<Self> {
        let digest = text.parse::<Digest>().ok().filter(|digest| digest.algorithm() != Algorithm::Unverifiable)?;
        Some(Self::new(text, Fault::whole(ReferenceErrorKind::BareDigest(digest.short().to_owned())), None))
    }

    /// What is wrong, for programs.
    pub fn kind(&self) -> &ReferenceErrorKind {
        &self.kind
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it is wrong: the number of characters before that place. `None` when it is about the text as a whole.
    pub fn position(&self) -> Option<usize> {
        self.position
    }

    /// A text close to it that is a reference. It may not be what was meant: offer it, don't use it.
    pub fn suggestion(&self) -> Option<String> {
        self.suggestion.clone()
    }

    /// The error with the suggestion behind it, for places that have room for one sentence only.
    pub fn with_suggestion(&self) -> String {
        match &self.suggestion {
            Some(suggestion) => format!("{self}; did you mean `{suggestion}`?"),
            None => self.to_string(),
        }
    }
}

/// What a text was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Reference,
    Registry,
    Repository,
    Tag,
}

impl Part {
    fn words(self) -> &'static str {
        match self {
            Self::Reference => "an image reference",
            Self::Registry => "the name of a registry",
            Self::Repository => "the name of a repository",
            Self::Tag => "a tag",
        }
    }
}

/// What is wrong, and the byte it begins at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: ReferenceErrorKind,
    pub(super) offset: Option<usize>,
}

impl Fault {
    pub(super) fn at(offset: usize, kind: ReferenceErrorKind) -> Self {
        Self { kind, offset: Some(offset) }
    }

    pub(super) fn whole(kind: ReferenceErrorKind) -> Self {
        Self { kind, offset: None }
    }

    /// The same fault in a text of which what was read is the part from `start` on.
    pub(super) fn shifted(mut self, start: usize) -> Self {
        self.offset = self.offset.map(|offset| offset + start);
        self
    }
}

/// `at character 3, `, counted from 1 as people count.
struct At(Option<usize>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(position) => write!(f, "at character {}: ", position + 1),
            None => Ok(()),
        }
    }
}

/// A character that can be read in a sentence.
struct Named(char);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ' ' => f.write_str("a space"),
            '\n' | '\r' => f.write_str("a line break"),
            '\t' => f.write_str("a tab"),
            c if c.is_control() || c.is_whitespace() => write!(f, "the invisible character U+{:04X}", u32::from(c)),
            c => write!(f, "`{c}`"),
        }
    }
}
