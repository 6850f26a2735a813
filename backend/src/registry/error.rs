//! What can go wrong with a registry, and what people can do about it.

use std::time::Duration;

use onetag_shared::{
    api::{Problem, ProblemCode, RegistryAnswer, RegistryError, SettingOffer},
    document::DocumentError,
};

use super::{
    AddressClass,
    hint::{CREDENTIALS_HINT, address_hint, hint, realm_hint, tls_hint},
};

/// Longest part of an answer that is shown, in characters: a message of a registry, or the beginning of what is none.
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
    /// How long the registry asks to wait.
    pub retry_after: Option<Duration>,
}

/// What kind of failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The answer was an error; the code says which.
    Answer(ProblemCode),
    /// There was no connection.
    Unreachable,
    /// The connection broke before the answer was complete.
    Broken,
    /// There was a connection, and the other side could not prove who it is, or does not speak TLS.
    Tls(TlsFault),
    /// The address is one that is not reached on this registry's behalf.
    AddressRefused(AddressClass),
    /// What the settings say of this registry cannot be used.
    Settings,
    /// It sends logins to a host that its settings do not name.
    RealmRefused,
    /// It is not known what to log in with: where that is kept cannot be read.
    Credentials,
    /// The answer took too long.
    Timeout,
    /// The answer is larger than it may be.
    TooLarge,
    /// The document in the answer is refused.
    Document(DocumentError),
    /// The answer is not one that the protocol knows.
    Protocol,
}

/// Why no TLS connection came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate was issued by nobody that is trusted here.
    Untrusted,
    /// The certificate is for another name, or not for now.
    Unfit,
    /// What answers there speaks no TLS: most likely plain http.
    NotTls,
    /// It wants a client certificate, or another one than it was shown.
    ClientCertificate,
    /// Anything else.
    Other,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, host: &str, words: impl Into<String>) -> Self {
        Self {
            kind,
            host: host.to_owned(),
            status: None,
            errors: Vec::new(),
            body: None,
            words: words.into(),
            retry_after: None,
        }
    }

    pub(super) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        if let Some(wait) = wait {
            self.words = format!("{}; it asks to wait {} s", self.words, wait.as_secs());
        }
        self.retry_after = wait;
        self
    }

    /// The same refusal, whatever it was called: a login is wanted.
    pub(super) fn into_unauthorized(mut self) -> Self {
        self.kind = ErrorKind::Answer(ProblemCode::Unauthorized);
        self
    }

    /// The same answer, which is none that the protocol knows.
    pub(super) fn into_protocol(mut self, why: &str) -> Self {
        self.kind = ErrorKind::Protocol;
        self.words = format!("{}; {why}", self.words);
        self
    }

    /// The same answer to a manifest that was put: what is missing is not the manifest, but what it points to.
    pub(super) fn of_put(mut self) -> Self {
        if self.kind == ErrorKind::Answer(ProblemCode::ManifestUnknown) {
            self.kind = ErrorKind::Answer(ProblemCode::BlobUnknown);
        }
        self
    }

    /// The same answer to a tag that was to be deleted: registries that know no such thing take the tag for a digest that
    /// is none, and call that many names.
    pub(super) fn of_tag_delete(mut self) -> Self {
        if matches!(self.status, Some(400 | 405 | 501)) {
            self.kind = ErrorKind::Answer(ProblemCode::Unsupported);
        }
        self
    }

    /// An error answer: decided by its status first, then by the codes in its envelope.
    pub(super) fn answer(host: &str, status: u16, body: &[u8], tried: &str) -> Self {
        #[derive(serde::Deserialize)]
        struct Envelope {
            errors: Vec<serde_json::Value>,
        }
        let text = |value: Option<&serde_json::Value>| match value {
            Some(serde_json::Value::String(text)) => text.chars().take(SHOWN).collect(),
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
            words: format!("{tried}: the answer was {status}{said}"),
            retry_after: None,
        }
    }

    /// May it go away by itself?
    pub fn is_temporary(&self) -> bool {
        matches!(self.status, Some(408 | 429 | 500..=599))
            || matches!(self.kind, ErrorKind::Unreachable | ErrorKind::Broken | ErrorKind::Timeout)
    }

    /// Is it this request that was refused, so that another may do? Not when the registry is to be left alone for now.
    pub(super) fn is_of_this_request(&self) -> bool {
        matches!(self.status, Some(400..=407 | 409..=428 | 430..=501))
    }

    /// Says that there is no such thing?
    pub fn is_absent(&self) -> bool {
        self.status == Some(404)
    }

    /// Says that what was given as a condition does not hold (RFC 9110, section 13.1)?
    pub fn is_of_condition(&self) -> bool {
        self.status == Some(412)
    }

    /// Says that it does not do such things?
    pub fn is_unsupported(&self) -> bool {
        self.kind == ErrorKind::Answer(ProblemCode::Unsupported)
    }

    /// Says that there is no such thing, or that it does not do such things, or asks to wait: an answer, so that it is
    /// known that nothing was done.
    pub fn is_refusal(&self) -> bool {
        matches!(self.status, Some(400..=499))
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
            ErrorKind::Unreachable | ErrorKind::Broken => {
                Problem::new(ProblemCode::RegistryUnreachable, self.to_string())
            }
            ErrorKind::Tls(fault) => {
                return Problem::new(ProblemCode::RegistryUnreachable, self.to_string())
                    .with_hint(tls_hint(*fault))
                    .with_registry(answer);
            }
            ErrorKind::AddressRefused(class) => {
                let mut problem = Problem::new(ProblemCode::AddressRefused, self.to_string())
                    .with_hint(address_hint(*class, &self.host))
                    .with_registry(answer);
                // There is no setting for the others.
                problem.setting = (*class == AddressClass::Private)
                    .then(|| Box::new(SettingOffer { registry: self.host.clone(), private: true }));
                return problem;
            }
            ErrorKind::Credentials => {
                return Problem::new(ProblemCode::Unauthorized, self.to_string())
                    .with_hint(CREDENTIALS_HINT)
                    .with_registry(answer);
            }
            ErrorKind::Settings => {
                return Problem::new(ProblemCode::RegistrySettings, self.to_string())
                    .with_hint("Correct what is named here, and start Onetag again.")
                    .with_registry(answer);
            }
            ErrorKind::RealmRefused => {
                return Problem::new(ProblemCode::RealmRefused, self.to_string())
                    .with_hint(realm_hint(&self.host))
                    .with_registry(answer);
            }
            ErrorKind::Timeout => Problem::new(ProblemCode::RegistryTimeout, self.to_string()),
            ErrorKind::TooLarge => Problem::new(ProblemCode::TooLarge, self.to_string()),
            ErrorKind::Protocol => Problem::new(ProblemCode::NotARegistry, self.to_string()),
        };
        let hint = hint(problem.code);
        problem.with_hint(hint).with_registry(answer)
    }
}

#[expect(clippy::match_same_arms, reason = "a table: what the status says goes before what the code says")]
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
        (_, Some("MANIFEST_UNKNOWN")) => ProblemCode::ManifestUnknown,
        (_, Some("DIGEST_INVALID" | "SIZE_INVALID")) => ProblemCode::DigestMismatch,
        (_, Some("MANIFEST_INVALID" | "TAG_INVALID")) => ProblemCode::ManifestInvalid,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of error codes: what a registry sends, and what people are told.
    #[test]
    fn each_error_of_a_registry_becomes_a_problem_with_the_next_step() {
        let envelope = |code: &str| format!(r#"{{"errors":[{{"code":{code},"message":"words","detail":null}}]}}"#);
        let named = |code: &str| envelope(&format!("{code:?}"));
        for (status, body, code, hint) in [
            (401, named("UNAUTHORIZED"), ProblemCode::Unauthorized, "Log in"),
            (403, named("DENIED"), ProblemCode::Denied, "Log in"),
            (400, named("DENIED"), ProblemCode::Denied, "may not exist"),
            (404, named("NAME_UNKNOWN"), ProblemCode::NameUnknown, "created first"),
            (400, named("NAME_INVALID"), ProblemCode::NameInvalid, "Choose a name"),
            (404, named("MANIFEST_UNKNOWN"), ProblemCode::ManifestUnknown, "Check the tag"),
            (400, named("MANIFEST_UNKNOWN"), ProblemCode::ManifestUnknown, "Check the tag"),
            (404, named("NOT_FOUND"), ProblemCode::ManifestUnknown, "Check the tag"),
            (400, named("MANIFEST_BLOB_UNKNOWN"), ProblemCode::BlobUnknown, "copy it there first"),
            (404, named("MANIFEST_BLOB_UNKNOWN"), ProblemCode::BlobUnknown, "copy it there first"),
            (404, named("BLOB_UNKNOWN"), ProblemCode::BlobUnknown, "copy it there first"),
            (400, named("MANIFEST_INVALID"), ProblemCode::ManifestInvalid, "other list type"),
            (413, String::new(), ProblemCode::ManifestInvalid, "size"),
            (400, named("DIGEST_INVALID"), ProblemCode::DigestMismatch, "other bytes"),
            (400, named("SIZE_INVALID"), ProblemCode::DigestMismatch, "other bytes"),
            (405, named("UNSUPPORTED"), ProblemCode::Unsupported, "switched off"),
            (405, String::new(), ProblemCode::Unsupported, "switched off"),
            (415, named("MANIFEST_INVALID"), ProblemCode::UnsupportedMediaType, "other list type"),
            (412, named("PRECONDITION"), ProblemCode::TagImmutable, "another tag"),
            (404, named("BLOB_UPLOAD_UNKNOWN"), ProblemCode::UploadFailed, "push again"),
            (416, named("RANGE_INVALID"), ProblemCode::UploadFailed, "push again"),
            (429, named("TOOMANYREQUESTS"), ProblemCode::RateLimited, "Wait"),
            (400, named("TOOMANYREQUESTS"), ProblemCode::RateLimited, "Wait"),
            (500, named("UNKNOWN"), ProblemCode::RegistryFailed, "Try again"),
            (502, "<html>Bad Gateway</html>".to_owned(), ProblemCode::RegistryFailed, "Try again"),
            (404, envelope("404"), ProblemCode::ManifestUnknown, "Check the tag"),
            (404, String::new(), ProblemCode::ManifestUnknown, "Check the tag"),
            (404, "404 page not found\n".to_owned(), ProblemCode::NotARegistry, "port"),
            (400, "<html>nginx</html>".to_owned(), ProblemCode::NotARegistry, "port"),
            (403, "<html>nginx</html>".to_owned(), ProblemCode::Denied, "Log in"),
        ] {
            let error = Error::answer("reg.example", status, body.as_bytes(), "getting reg.example/app:v1");
            let problem = error.to_problem();
            assert_eq!(problem.code, code, "{status} {body}");
            assert!(problem.hint.as_deref().is_some_and(|text| text.contains(hint)), "{status} {body}: {problem:?}");
            assert!(problem.detail.contains("getting reg.example/app:v1"), "{problem}");
            let answer = problem.registry.unwrap();
            assert_eq!((answer.host.as_str(), answer.status), ("reg.example", Some(status)));
            // What the registry said is kept: in its own words, or the beginning of what it sent instead.
            assert_eq!(answer.errors.len(), usize::from(body.starts_with('{')), "{body}");
            assert_eq!(answer.body.is_some(), !body.is_empty() && !body.starts_with('{'), "{body}");
        }
    }

    #[test]
    fn a_manifest_that_was_put_lacks_what_it_points_to() {
        let answer = |body: &str| Error::answer("r", 404, body.as_bytes(), "putting").of_put().kind;
        assert_eq!(answer(r#"{"errors":[{"code":"NOT_FOUND"}]}"#), ErrorKind::Answer(ProblemCode::BlobUnknown));
        assert_eq!(answer(r#"{"errors":[{"code":"NAME_UNKNOWN"}]}"#), ErrorKind::Answer(ProblemCode::NameUnknown));
    }

    #[test]
    fn a_wait_is_told() {
        let error = Error::answer("r", 429, b"", "getting").with_retry_after(Some(Duration::from_secs(90)));
        assert!(error.to_problem().detail.ends_with("it asks to wait 90 s"), "{error}");
    }
}
