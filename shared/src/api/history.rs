//! What tags held, and bringing that back.

use serde::{Deserialize, Serialize};

use super::Guard;
use crate::{digest::Digest, reference::Reference};

/// What moved a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum MoveKind {
    /// A push.
    #[default]
    Push,
    /// The push of a gather whose parts had come.
    Gather,
    /// An undo of a push.
    Undo,
    /// An earlier digest was put back.
    Restore,
    /// A deletion.
    Delete,
}

impl MoveKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Push, Self::Gather, Self::Undo, Self::Restore, Self::Delete];

    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Gather => "gather",
            Self::Undo => "undo",
            Self::Restore => "restore",
            Self::Delete => "delete",
        }
    }

    /// Is it a push, and nothing more?
    pub fn is_push(&self) -> bool {
        *self == Self::Push
    }
}

/// A page of what was done to a tag here, the newest first. What others did shows only where one move's `after` is not the
/// next one's `before`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TagHistory {
    /// The tag, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// What was done to it.
    pub moves: Vec<TagMove>,
    /// The cursor of the next page; `null` on the last.
    pub next: Option<String>,
}

/// A tag was moved or deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TagMove {
    /// When, in UTC: `2026-11-26T12:00:00Z`.
    pub at: String,
    /// By what.
    pub kind: MoveKind,
    /// The push job that did it: `GET /pushes/{id}`. A deletion is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// What the tag held just before; `null` when there was no tag.
    pub before: Option<Digest>,
    /// What it held afterwards; `null` when there was no tag any more, or that is not known.
    pub after: Option<Digest>,
    /// `after` was read back. `false` while the move is under way, and when it ended without that being found out.
    pub certain: bool,
}

/// `POST /restores`: put something that is in a tag's repository at the tag, such as what it held earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestoreRequest {
    /// The tag.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// What it shall hold.
    pub digest: Digest,
    /// What must be there for the tag to be moved.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub guard: Guard,
}
