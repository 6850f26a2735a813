//! Repositories and tags that look like one application for several machines.

use serde::{Deserialize, Serialize};

use super::{CatalogueUse, Problem, inspect::is_zero};
use crate::{digest::Digest, reference::Reference};

/// What looks like the same application for other machines, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Siblings {
    /// The repository that was asked about, with the tag that was looked for in the others.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// What belongs together: the repositories first, then tags of the repository, the newest first.
    pub groups: Vec<SiblingGroup>,
    /// Whether the registry told what repositories it has.
    pub catalogue: CatalogueUse,
    /// How many names were asked for.
    pub asked: usize,
    /// Groups that are not among `groups`, for want of room.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
    /// Why it was not asked on: there may be more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub problem: Option<Box<Problem>>,
}

/// Images for one list, as their names have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SiblingGroup {
    /// Whether they are repositories, or tags of one.
    pub kind: SiblingKind,
    /// The tag that a list of them would have: their common name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub target: Reference,
    /// There is something at that tag.
    pub exists: bool,
    /// The images.
    pub members: Vec<Sibling>,
}

/// Where the name of the processor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SiblingKind {
    /// `app-amd64:v1` and `app-arm64:v1`.
    Repositories,
    /// `app:v1-amd64` and `app:v1-arm64`.
    Tags,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sibling {
    /// Its reference, with a tag.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// The platform that its name promises: `linux/arm64`. Absent for an image whose name promises none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// What it points to; absent for tags, which were not looked at, and where the repository has no such tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// There is such a tag.
    pub exists: bool,
}
