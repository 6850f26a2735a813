//! What can go wrong with a registry, and what people can do about it.

use onetag_shared::{
    api::{Problem, ProblemCode, RegistryAnswer, RegistryError},
    document::DocumentError,
};

/// Longest part of an answer that is shown when it is not a registry's envelope, in characters.
const SHOWN: usize = 500;

/// A request to a registry that did not work out.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{host}: {words}")]
pub struct Error {
    /// What kind.
    pub kind: ErrorKind,
    /// Host and port of the registry.
    pub host: String,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Errors of the registry's envelope.
    pub errors: Vec<RegistryError>,
    /// The beginning of an answer that is no envelope.
    pub body: Option<String>,
    /// What was tried and what was wrong.
    pub words: String,
}

/// What kind of failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The answer was an error; the code says which.
    Answer(ProblemCode),
    /// There was no answer.
    Unreachable,
    /// The answer took too long.
    Timeout,
    /// The answer is larger than it may be.
    TooLarge,
    /// The document in the answer is refused.
    Document(DocumentError),
    /// The answer is not one that the protocol knows.
    Protocol,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, host: &str, words: impl Into<String>) -> Self {
        Self { kind, host: host.to_owned(), status: None, errors: Vec::new(), body: None, words: words.into() }
    }

    /// An error answer: decided by its status first, then by the codes in its envelope.
    pub(super) fn answer(host: &str, status: u16, body: &[u8], tried: &str) -> Self {
        #[derive(serde::Deserialize)]
        struct Envelope {
            errors: Vec<serde_json::Value>,
        }
        let text = |value: Option<&serde_json::Value>| match value {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(serde_json::Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let errors: Vec<RegistryError> = serde_json::from_slice::<Envelope>(body)
            .map(|envelope| envelope.errors)
            .unwrap_or_default()
            .iter()
            .map(|error| RegistryError { code: text(error.get("code")), message: text(error.get("message")) })
            .collect();
        let shown = errors.is_empty() && !body.is_empty();
        let code = code_of(status, errors.first().map(|error| error.code.as_str()), shown);
        let said = errors.first().map_or(String::new(), |error| format!(": {} {}", error.code, error.message));
        Self {
            kind: ErrorKind::Answer(code),
            host: host.to_owned(),
            status: Some(status),
            errors,
            body: shown.then(|| String::from_utf8_lossy(body).chars().take(SHOWN).collect()),
            words: format!("{tried}: the registry answered {status}{said}"),
        }
    }

    /// May it go away by itself?
    pub fn is_temporary(&self) -> bool {
        matches!(self.status, Some(408 | 429 | 500..=599))
            || matches!(self.kind, ErrorKind::Unreachable | ErrorKind::Timeout)
    }

    /// Says that there is no such thing?
    pub(super) fn is_absent(&self) -> bool {
        self.status == Some(404)
    }

    /// For an answer of the API.
    pub fn to_problem(&self) -> Problem {
        let answer = RegistryAnswer {
            host: self.host.clone(),
            status: self.status,
            errors: self.errors.clone(),
            body: self.body.clone(),
        };
        let problem = match &self.kind {
            ErrorKind::Document(error) => {
                let mut problem = error.to_problem();
                problem.detail = self.to_string();
                return problem.with_registry(answer);
            }
            ErrorKind::Answer(code) => Problem::new(*code, self.to_string()),
            ErrorKind::Unreachable => Problem::new(ProblemCode::RegistryUnreachable, self.to_string()),
            ErrorKind::Timeout => Problem::new(ProblemCode::RegistryTimeout, self.to_string()),
            ErrorKind::TooLarge => Problem::new(ProblemCode::TooLarge, self.to_string()),
            ErrorKind::Protocol => Problem::new(ProblemCode::NotARegistry, self.to_string()),
        };
        let hint = hint(problem.code);
        problem.with_hint(hint).with_registry(answer)
    }
}

fn code_of(status: u16, code: Option<&str>, is_foreign: bool) -> ProblemCode {
    match (status, code) {
        (401, _) => ProblemCode::Unauthorized,
        (403, _) => ProblemCode::Denied,
        (429, _) => ProblemCode::RateLimited,
        (412, _) => ProblemCode::TagImmutable,
        (413, _) => ProblemCode::ManifestInvalid,
        (415, _) => ProblemCode::UnsupportedMediaType,
        (_, Some("UNAUTHORIZED")) => ProblemCode::Unauthorized,
        (_, Some("DENIED")) => ProblemCode::Denied,
        (_, Some("NAME_UNKNOWN")) => ProblemCode::NameUnknown,
        (_, Some("NAME_INVALID")) => ProblemCode::NameInvalid,
        (_, Some("MANIFEST_BLOB_UNKNOWN" | "BLOB_UNKNOWN")) => ProblemCode::BlobUnknown,
        (_, Some("MANIFEST_INVALID" | "DIGEST_INVALID" | "SIZE_INVALID" | "TAG_INVALID")) => {
            ProblemCode::ManifestInvalid
        }
        (_, Some("BLOB_UPLOAD_UNKNOWN" | "BLOB_UPLOAD_INVALID" | "RANGE_INVALID")) => ProblemCode::UploadFailed,
        (_, Some("TOOMANYREQUESTS")) => ProblemCode::RateLimited,
        (405, _) | (_, Some("UNSUPPORTED")) => ProblemCode::Unsupported,
        (404, _) if is_foreign => ProblemCode::NotARegistry,
        (404, _) => ProblemCode::ManifestUnknown,
        (500..=599, _) => ProblemCode::RegistryFailed,
        _ if is_foreign => ProblemCode::NotARegistry,
        _ => ProblemCode::ManifestInvalid,
    }
}

/// What to do next.
fn hint(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::Unauthorized | ProblemCode::Denied => {
            "Log in with `docker login` or `podman login` and try again. The login may lack the permission, or the \
             repository may not exist: registries answer the same to both."
        }
        ProblemCode::NameUnknown => "Check the repository's name. Some registries want it created first.",
        ProblemCode::NameInvalid => "Choose a name that this registry takes.",
        ProblemCode::ManifestUnknown => "Check the tag, or look at the repository's tags.",
        ProblemCode::BlobUnknown => "What the list points to is not in this repository: copy it there first.",
        ProblemCode::ManifestInvalid => {
            "The registry refused format, platform, size or media type: try the other list type."
        }
        ProblemCode::UploadFailed => "The upload expired or came out of order: push again.",
        ProblemCode::RateLimited => "Wait as long as the registry asks, then try again.",
        ProblemCode::TagImmutable => {
            "Choose another tag, or allow this one to be overwritten in the registry's settings."
        }
        ProblemCode::UnsupportedMediaType => "Try the other list type.",
        ProblemCode::Unsupported => "The registry has this feature switched off.",
        ProblemCode::NotARegistry => "Check the host and the port: something else than a registry answers there.",
        ProblemCode::RegistryUnreachable => "Check the host and the port, and whether the registry is running.",
        ProblemCode::RegistryTimeout => "Try again, or ask the registry's operator.",
        ProblemCode::TooLarge => "No registry need serve anything that large here.",
        _ => "Try again; if it stays so, ask the registry's operator.",
    }
}
