//! Why a document is refused.

use crate::{
    api::{Problem, ProblemCode},
    digest::VerifyError,
};

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// More bytes than a manifest may have.
    #[error("it has {0} bytes; 4 MiB is the most that registries must take")]
    TooLarge(usize),
    /// Another size than its descriptor says.
    #[error("its descriptor promises {expected} bytes, but it has {actual}")]
    Size {
        /// The descriptor's size.
        expected: u64,
        /// The number of bytes.
        actual: u64,
    },
    /// Other bytes than its digest says.
    #[error(transparent)]
    Digest(#[from] VerifyError),
    /// Not JSON, or JSON that two readers would read differently.
    #[error("it is not sound JSON: {0}")]
    Json(String),
    /// Its descriptor, its content type and its body do not agree on what it is.
    #[error("{0}")]
    Contradiction(String),
    /// Docker's retired format.
    #[error("it is in Docker's retired schema 1 format, which no list can point to")]
    Schema1,
    /// Fields are missing or of the wrong kind.
    #[error("it does not have the shape of its type: {0}")]
    Shape(String),
}

impl DocumentError {
    /// For an answer of the API.
    pub fn to_problem(&self) -> Problem {
        let (code, hint) = match self {
            Self::Schema1 => (ProblemCode::Schema1, "Pull the image with a current docker and push it again."),
            Self::TooLarge(_) => (ProblemCode::TooLarge, "No client would pull it: ask whoever pushed it."),
            Self::Size { .. } | Self::Digest(_) => (
                ProblemCode::DigestMismatch,
                "The registry, or something between, changed the bytes. Try again, then tell the registry's operator.",
            ),
            _ => (ProblemCode::InvalidDocument, "Look at the raw document, and ask whoever pushed it."),
        };
        Problem::new(code, format!("the document is refused: {self}")).with_hint(hint)
    }
}
