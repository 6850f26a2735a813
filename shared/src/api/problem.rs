//! Problems: every error answer of the API (RFC 9457, `application/problem+json`).

use serde::{Deserialize, Serialize};

use super::{Pointing, Unread};
use crate::{digest::Digest, list::ThreeWayRow};

/// The media type of a problem.
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A URI that names the kind of problem: `urn:onetag:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words; the same for every problem with this code.
    pub title: String,
    /// The HTTP status of the answer that carries it; for a problem inside an answer (a missing child), the status it
    /// would have had alone.
    pub status: u16,
    /// What was tried and what was wrong, this time.
    pub detail: String,
    /// Stable, in kebab case: what programs should look at.
    pub code: ProblemCode,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// JSON pointer into the request's body, where one part of it is at fault (`/draft/entries/2/source`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What the registry answered, where one was involved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<RegistryAnswer>,
    /// With code `conflict`: each tag that does not hold what its guard says.
    #[serde(default, skip_serializing_if = "Unread::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Conflict>))]
    pub conflicts: Unread<Vec<Conflict>>,
    /// With the codes `takes-along` and `tags-unseen`: what points to what would be deleted.
    #[serde(default, skip_serializing_if = "Unread::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Pointing>))]
    pub pointing: Unread<Option<Pointing>>,
    /// With code `address-refused`: the setting that would allow it, where one would. `PUT` it to
    /// [`super::paths::REGISTRY`], and ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<Box<SettingOffer>>,
}

/// A setting of a registry that would make a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SettingOffer {
    /// The registry, as in references.
    pub registry: String,
    /// It may be at private addresses, and lead to others there.
    pub private: bool,
}

/// A tag that moved since it was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// The target, as it was given.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The digest the guard expected; `null` when it expected no tag.
    pub expected: Option<Digest>,
    /// The digest that is there now; `null` when there is no tag.
    pub found: Option<Digest>,
    /// What was there, what is there, and what would be pushed, per platform; none where that cannot be found out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<ThreeWayRow>,
    /// Annotations of the list that both have changed, each to something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<String>,
}

/// A registry's side of a problem, shown one click away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistryAnswer {
    /// Host and port, as in the reference.
    pub host: String,
    /// HTTP status; absent when there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The errors of its JSON envelope, if it sent one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<RegistryError>,
    /// The beginning of its answer as text, when that was no JSON envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// One error of a registry's envelope (distribution spec, "Error Codes").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistryError {
    /// As sent: mostly upper case with underscores, but some registries send numbers.
    pub code: String,
    /// As sent. Text, never markup.
    #[serde(default)]
    pub message: String,
}

macro_rules! problem_codes {
    ($($variant:ident, $code:literal, $status:literal, $title:literal;)+) => {
        /// The kinds of problem. The text form is the variant's name in kebab case and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ProblemCode {
            $(#[doc = $title] #[serde(rename = $code)] $variant,)+
        }

        impl ProblemCode {
            /// Every code there is, for documentation and tests.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The text form: `conflict`, `manifest-unknown`, …
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// The kind of problem in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

problem_codes! {
    // The request.
    InvalidRequest, "invalid-request", 400, "The request could not be read";
    InvalidReference, "invalid-reference", 400, "That is not an image reference";
    InvalidPlatform, "invalid-platform", 400, "That is not a platform";
    AccessKeyRequired, "access-key-required", 401, "The access key is missing or wrong";
    ForbiddenOrigin, "forbidden-origin", 403, "The request came from another site";
    NotFound, "not-found", 404, "There is nothing here";
    MethodNotAllowed, "method-not-allowed", 405, "That cannot be done here";
    TooManyRequests, "too-many-requests", 429, "Too many requests";
    IdempotencyKeyReused, "idempotency-key-reused", 409, "This Idempotency-Key belongs to another request";
    // Drafts, plans and pushes.
    EmptyDraft, "empty-draft", 422, "The draft has no entries";
    NoTargets, "no-targets", 422, "The push names no target";
    TargetIsDigest, "target-is-digest", 422, "A target must be a tag";
    DraftHasErrors, "draft-has-errors", 422, "The draft has findings that rule out a push";
    PreviewMismatch, "preview-mismatch", 409, "The list is not the one that was previewed";
    Conflict, "conflict", 409, "A tag moved since it was looked at";
    NothingToUndo, "nothing-to-undo", 409, "There is nothing to undo";
    ReadBackMismatch, "read-back-mismatch", 502, "A tag does not hold what was just written to it";
    Interrupted, "interrupted", 500, "The server stopped before the push was done";
    // Deletions.
    TakesAlong, "takes-along", 409, "More than that would be deleted";
    TagsUnseen, "tags-unseen", 409, "Not every tag could be looked at";
    DeletingDisabled, "deleting-disabled", 502, "The registry deletes nothing";
    // Gathers.
    NotExpected, "not-expected", 422, "The gather does not expect this platform";
    SourceRefused, "source-refused", 403, "Parts do not come from there";
    PlatformUnclear, "platform-unclear", 422, "It is not clear which platform that is";
    WrongPlatform, "wrong-platform", 422, "The image is for another platform";
    PartConflict, "part-conflict", 409, "Another image is there already";
    GatherIncomplete, "gather-incomplete", 409, "Parts of the gather are missing";
    GatherClosed, "gather-closed", 409, "The gather does not take this any more";
    // Sources.
    SourceChanged, "source-changed", 409, "A source is not what the draft pinned";
    Schema1, "schema-1", 422, "The image is in Docker's retired schema 1 format";
    NotAnImage, "not-an-image", 422, "This is an artifact, not an image";
    InvalidDocument, "invalid-document", 502, "The registry served a document that cannot be read";
    // Registries.
    RegistryUnreachable, "registry-unreachable", 502, "The registry cannot be reached";
    AddressRefused, "address-refused", 403, "That address is not reached from here";
    RegistrySettings, "registry-settings", 500, "The registry's settings cannot be used";
    RealmRefused, "realm-refused", 403, "Logins are not sent there";
    RegistryTimeout, "registry-timeout", 504, "The registry did not answer in time";
    NotARegistry, "not-a-registry", 502, "The answer is not one of a registry";
    Unauthorized, "unauthorized", 502, "The registry wants a login";
    Denied, "denied", 502, "The registry refused";
    NameUnknown, "name-unknown", 404, "The repository does not exist";
    NameInvalid, "name-invalid", 422, "The registry does not take this repository name";
    ManifestUnknown, "manifest-unknown", 404, "There is no such tag or digest";
    ManifestInvalid, "manifest-invalid", 502, "The registry refused the manifest";
    BlobUnknown, "blob-unknown", 502, "A blob or child manifest is missing in the repository";
    UploadFailed, "upload-failed", 502, "An upload did not work out";
    Unsupported, "unsupported", 502, "The registry does not support this";
    UnsupportedMediaType, "unsupported-media-type", 502, "The registry does not take this media type";
    RateLimited, "rate-limited", 503, "The registry asks to wait";
    TooLarge, "too-large", 502, "The answer is too large";
    DigestMismatch, "digest-mismatch", 502, "The bytes do not match their digest";
    Unverifiable, "unverifiable", 502, "The digest cannot be verified";
    TagImmutable, "tag-immutable", 502, "The registry does not let this tag move";
    RegistryFailed, "registry-failed", 502, "The registry failed";
    Internal, "internal", 500, "Something went wrong here";
}

impl std::fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Problem {
    /// A problem of this kind; `detail` says what was tried and what was wrong.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:onetag:problem:{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            hint: None,
            pointer: None,
            registry: None,
            conflicts: Unread::default(),
            pointing: Unread::default(),
            setting: None,
        }
    }

    /// Adds the next step.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the place in the request's body.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Would the next question to the same registry have it, too? It wants to be left alone, or cannot be had.
    pub fn is_for_all(&self) -> bool {
        matches!(
            self.code,
            ProblemCode::RateLimited
                | ProblemCode::Unauthorized
                | ProblemCode::RegistryUnreachable
                | ProblemCode::RegistryTimeout
        )
    }

    /// Does the registry have it no more, as every client will find?
    pub const fn is_gone(&self) -> bool {
        matches!(self.code, ProblemCode::ManifestUnknown | ProblemCode::BlobUnknown | ProblemCode::NameUnknown)
    }

    /// Adds the registry's answer.
    pub fn with_registry(mut self, answer: RegistryAnswer) -> Self {
        self.registry = Some(answer);
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}
