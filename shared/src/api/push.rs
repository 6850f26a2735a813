//! Plans and pushes.

use serde::{Deserialize, Serialize};

use super::{MoveKind, Problem, ServedDocument};
use crate::{check::Finding, digest::Digest, list::Draft, platform::Platform, reference::Reference};

/// `POST /plan`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanRequest {
    /// The list being made.
    pub draft: Draft,
    /// Tags it shall be pushed to; may be empty while the draft is being edited.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub targets: Vec<Reference>,
    /// What the push shall do; nothing, when absent.
    #[serde(default, skip_serializing_if = "PushOptions::is_default")]
    pub options: PushOptions,
}

/// What a push would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The list: exact bytes and digest. Absent when an error keeps it from being made.
    pub document: Option<ServedDocument>,
    /// The entries of the list, in order.
    pub entries: Vec<PlanEntry>,
    /// What has to move.
    pub transfer: Transfer,
    /// What the tags hold now.
    pub targets: Vec<PlanTarget>,
    /// What the checks say.
    pub findings: Vec<Finding>,
}

/// One entry of the list to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanEntry {
    /// Which entry of the draft it came from, from 0.
    pub entry: usize,
    /// The child's digest.
    pub digest: Digest,
    /// The digest that it has at its source, where it is converted to the list's kind, or attests what is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converted_from: Option<Digest>,
    /// The platform its descriptor will name.
    pub platform: Option<Platform>,
    /// How its content gets to the target's repository; with several target repositories, the dearest way.
    pub transfer: TransferKind,
}

/// How content gets into the target's repository. Ordered by cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TransferKind {
    /// It is there: only the list points to it.
    Pointer,
    /// From another repository of the same registry, without moving bytes.
    Mount,
    /// From another registry, through the backend.
    Copy,
}

/// What a push moves, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// Entries that are already in the target's repository.
    pub pointers: usize,
    /// Distinct blobs to mount.
    pub mounts: usize,
    /// Distinct blobs to copy.
    pub copies: usize,
    /// Bytes of the blobs to copy.
    pub bytes_to_copy: u64,
    /// Distinct foreign layers among what is mounted and copied: only where `foreignLayers` asks for them.
    #[serde(default)]
    pub foreign: usize,
    /// Bytes of these.
    #[serde(default)]
    pub foreign_bytes: u64,
    /// Requests the push will make from a cold start, without tokens and retries.
    pub requests: usize,
}

/// A target of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanTarget {
    /// The tag, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// What it holds; `null` when there is no such tag.
    pub current: Option<Digest>,
    /// Why that could not be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Box<Problem>>,
}

/// `POST /pushes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PushRequest {
    /// The list to push.
    pub draft: Draft,
    /// The digest that was previewed. The backend computes the list again and refuses when it differs.
    pub expected_digest: Digest,
    /// The tags to move, each with what was seen there.
    pub targets: Vec<PushTarget>,
    /// What else may be done; nothing, when absent.
    #[serde(default, skip_serializing_if = "PushOptions::is_default")]
    pub options: PushOptions,
}

/// What a push may do beyond moving tags that are where they were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PushOptions {
    /// Where a tag has moved since it was looked at, push a list with both changes, so that other people's platforms stay.
    /// A platform that both have changed is still a conflict, unless the guard is `any`: then it is as the draft has it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub merge: bool,
    /// Bring along what refers to the images that come from another repository, and to a list that is pushed as it was
    /// there: signatures, SBOMs and the like, listed by the registry, in an index at the fallback tag, or at cosign's tags.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub referrers: bool,
    /// Bring along foreign layers: from the image's repository if it has them, else from the `urls` in the manifest, without
    /// any login, over https. Those that an image in the target's repository lacks are fetched, too. Their type and the
    /// digests stay. Without it they are left to whoever pulls the image, and no registry is asked for them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub foreign_layers: bool,
}

impl PushOptions {
    /// Is nothing asked for?
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A tag to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PushTarget {
    /// The tag.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// What must be there for the tag to be moved.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub guard: Guard,
}

/// What must be at a tag before it is moved: the digest that was seen there, `absent`, or `any`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Guard {
    /// The tag holds this digest.
    Digest(Digest),
    /// There is no such tag.
    Absent,
    /// Whatever is there: overwrite without looking. Asked for by hand only.
    Any,
}

impl Guard {
    /// The guard that says: what I saw is still there.
    pub fn seen(current: Option<Digest>) -> Self {
        current.map_or(Self::Absent, Self::Digest)
    }

    /// Does what is there now satisfy it?
    pub fn allows(&self, current: Option<&Digest>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => current.is_none(),
            Self::Digest(digest) => current == Some(digest),
        }
    }
}

impl TryFrom<String> for Guard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "absent" => Ok(Self::Absent),
            "any" => Ok(Self::Any),
            _ => text
                .parse()
                .map(Self::Digest)
                .map_err(|error| format!("a guard is a digest, `absent` or `any`: {error}")),
        }
    }
}

impl From<Guard> for String {
    fn from(guard: Guard) -> Self {
        match guard {
            Guard::Digest(digest) => digest.to_string(),
            Guard::Absent => "absent".to_owned(),
            Guard::Any => "any".to_owned(),
        }
    }
}

/// A push, as far as it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PushJob {
    /// Opaque.
    pub id: String,
    /// What it is; a push, when absent.
    #[serde(default, skip_serializing_if = "MoveKind::is_push")]
    pub kind: MoveKind,
    /// Where it stands.
    pub state: PushState,
    /// The list's digest; of an undo, that of the list whose push is taken back; of a restore, what the tag shall hold.
    pub digest: Digest,
    /// The lists that were merged into it, in order; then its digest is not the one that was previewed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Digest>,
    /// What refers to the images and is in the targets' repositories now, when that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referrers: Vec<Digest>,
    /// What refers to the images and was not brought along: it is no manifest and no whole list, or there is another at its
    /// tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_behind: Vec<Digest>,
    /// Of an undo: the push that it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// Its tags.
    pub targets: Vec<PushedTarget>,
    /// Numbers for a progress bar.
    pub progress: Progress,
    /// What ended it, when it did not succeed.
    pub problem: Option<Box<Problem>>,
}

/// Where a push stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PushState {
    /// Accepted.
    Queued,
    /// At work.
    Running,
    /// Every tag holds the list, read back and compared.
    Succeeded,
    /// A tag had moved: see the problem's `conflicts`.
    Conflict,
    /// It ended with a problem.
    Failed,
}

impl PushState {
    /// Will it change no more?
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Conflict | Self::Failed)
    }
}

/// A tag of a push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PushedTarget {
    /// The tag, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// What it held just before the write; `null` when there was no tag, or it has not been looked at.
    pub before: Option<Digest>,
    /// What it holds, read back after the write, even one that failed; `null` while it was not written, and when it is gone.
    pub after: Option<Digest>,
}

/// Numbers for a progress bar. `…_total` may grow while a push finds out what there is to do, never shrink.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Steps done: a child checked, a blob mounted or copied, a manifest put, a tag looked at, written or read back.
    pub steps_done: usize,
    /// Steps there are.
    pub steps_total: usize,
    /// Bytes copied.
    pub bytes_done: u64,
    /// Bytes to copy.
    pub bytes_total: u64,
    /// What is being done, in words.
    pub doing: String,
}

/// One event of a push's stream. The SSE event is named `job`; its id counts from 1; each carries the whole state, so a
/// client that reconnects with `Last-Event-ID` gets what came after, or just the newest.
pub type PushEvent = PushJob;
