//! Why bytes are not a document.

use crate::{
    api::{Problem, ProblemCode},
    digest::{Digest, VerifyError},
};

/// Why bytes are not a document we take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Docker's retired schema 1, which has no list and no reliable digest.
    #[error("this is a Docker schema 1 manifest, a format that was retired in 2017")]
    Schema1,
    /// Two sources of the media type disagree.
    #[error("the {first_source} says `{first}`, but the {second_source} says `{second}`")]
    Contradiction {
        /// `descriptor`, `content type` or `body`.
        first_source: &'static str,
        /// What it says.
        first: String,
        /// `content type`, `body` or `shape of the body`.
        second_source: &'static str,
        /// What that says.
        second: String,
    },
    /// A key stands twice in one object: readers differ in which they take (CVE-2021-41190).
    #[error("the key `{0}` stands twice in one object, so that readers may see different documents")]
    DuplicateKey(String),
    /// A key differs from a known one in upper and lower case only: some readers take it for the known one.
    #[error("the key `{found}` is `{known}` to some readers and unknown to others")]
    CaseVariant {
        /// The key as it stands.
        found: String,
        /// The key it can be taken for.
        known: &'static str,
    },
    /// It is several kinds of document at once (CVE-2021-41190).
    #[error("the document has `{one}` and `{other}`, so that readers may take it for different kinds of document")]
    Mixed {
        /// A field of the one kind.
        one: &'static str,
        /// A field of the other.
        other: &'static str,
    },
    /// An annotation that is not text (OCI image spec, "Annotations").
    #[error("the annotation at `{pointer}` is {found}; annotations are text, and clients refuse the document")]
    Annotation {
        /// JSON pointer to it.
        pointer: String,
        /// What it is, in words.
        found: &'static str,
    },
    /// Not JSON, or JSON that is nested too deep.
    #[error("the document is not JSON: {0}")]
    NotJson(String),
    /// JSON, but not of the shape that its media type asks for.
    #[error("the document is not a valid `{media_type}`: {problem}")]
    Invalid {
        /// The media type it should be.
        media_type: String,
        /// What is wrong.
        problem: String,
    },
    /// More bytes than are taken.
    #[error("the document has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// How many bytes there are.
        size: u64,
        /// How many are taken.
        limit: u64,
    },
    /// Not as many bytes as were promised.
    #[error("{digest} should have {expected} bytes, but {actual} were served")]
    Size {
        /// The content.
        digest: Digest,
        /// Bytes promised.
        expected: u64,
        /// Bytes there are.
        actual: u64,
    },
    /// The bytes do not match their digest, or that cannot be found out.
    #[error(transparent)]
    Digest(#[from] VerifyError),
    /// A served document without bytes, or with base64 that is none.
    #[error("the answer does not carry the bytes of the document")]
    NoBytes,
}

impl DocumentError {
    /// The problem to show for it.
    pub fn to_problem(&self) -> Problem {
        let (code, hint) = match self {
            Self::Schema1 => (
                ProblemCode::Schema1,
                "Push the image again with a current tool: `docker pull` and `docker push`, or `skopeo copy --format oci`.",
            ),
            Self::Digest(VerifyError::Unverifiable(_)) => (
                ProblemCode::Unverifiable,
                "Nothing is known to be wrong with it: it is named, and not shown. To have it verified, have it pushed \
                 again under sha256.",
            ),
            Self::Size { .. } | Self::Digest(VerifyError::Mismatch { .. }) => (
                ProblemCode::DigestMismatch,
                "The registry or a proxy on the way changed the bytes. Do not use them; ask whoever runs the registry.",
            ),
            Self::TooLarge { .. } => {
                (ProblemCode::TooLarge, "Registries take manifests up to 4 MiB. This one has to be made smaller.")
            }
            _ => (ProblemCode::InvalidDocument, "Have the image built and pushed again with a current tool."),
        };
        Problem::new(code, self.to_string()).with_hint(hint)
    }
}
