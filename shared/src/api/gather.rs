//! Gathers: pushes that wait for their parts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Guard, Problem, PushJob, PushOptions, PushTarget};
use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    list::{Attestations, Convert, Draft, Format, ListType},
    platform::Platform,
    reference::Reference,
};

/// `POST /gathers`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatherRequest {
    /// The platforms to wait for (`linux/arm64`), in the order that the list will have.
    #[serde(with = "crate::platform::text_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub platforms: Vec<Platform>,
    /// The tags to move once all have come.
    pub targets: Vec<GatherTarget>,
    /// Where parts may come from: registries, or repositories with what is below them (`ghcr.io`, `ghcr.io/me`). Empty: from
    /// wherever this server may read, with its logins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// When the gather is overdue, in UTC: `2026-11-26T12:00:00Z`. At most seven days from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// The same in seconds from now; six hours when neither is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Docker manifest list or OCI index.
    #[serde(default)]
    pub list_type: ListType,
    /// What becomes of parts that are not of the list's kind: as they are they may be refused.
    #[serde(default, skip_serializing_if = "Convert::is_off")]
    pub convert: Convert,
    /// How the JSON of the list is laid out.
    #[serde(default)]
    pub format: Format,
    /// Annotations of the list.
    #[serde(default)]
    pub annotations: Annotations,
    /// `artifactType` of the list (OCI only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// `subject` of the list (OCI only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    /// What the push may do beyond moving tags that are where they were seen.
    #[serde(default, skip_serializing_if = "PushOptions::is_default")]
    pub options: PushOptions,
}

/// A tag that a gather is to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatherTarget {
    /// The tag.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// What must be there when the list is pushed. Absent: what is there when the gather is made. A digest or `absent` must
    /// hold then already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub guard: Option<Guard>,
}

/// `POST /gathers/{id}/parts`: the image for one of the platforms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartRequest {
    /// Where it is: an image, or a list that holds it. A tag is resolved now, and its digest kept.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub source: Reference,
    /// The platform that it is for; may be left out where the image says it, and the source holds only this one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::platform::text_option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub platform: Option<Platform>,
    /// Annotations of its descriptor. Absent: as in the source's list, else none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// What becomes of the attestations that the source's list holds for it.
    #[serde(default)]
    pub attestations: Attestations,
    /// Takes the place of another image that came for this platform before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replace: bool,
    /// The image says that it is for another system or processor, and is known to be wrong.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub relabel: bool,
}

/// `POST /gathers/{id}/push`: push now. `{}` pushes one that is complete and failed once more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GatherPushRequest {
    /// Leave these platforms out, whether they have come or not.
    #[serde(with = "crate::platform::text_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub without: Vec<Platform>,
    /// Leave out whatever is missing.
    pub incomplete: bool,
}

/// A gather, as far as it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Gather {
    /// Opaque.
    pub id: String,
    /// Its path on this server.
    pub url: String,
    /// The path to add parts at.
    pub parts_url: String,
    /// Where it stands.
    pub state: GatherState,
    /// What it waits for, in the order of the list, with what has come.
    pub platforms: Vec<GatheredPlatform>,
    /// The platforms that nothing has come for.
    #[serde(with = "crate::platform::text_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub missing: Vec<Platform>,
    /// The platforms that the push was asked to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "crate::platform::text_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub without: Vec<Platform>,
    /// The tags, each with what must be there when the list is pushed.
    pub targets: Vec<PushTarget>,
    /// Where parts may come from; from anywhere when it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The list without its entries: type, format and annotations.
    pub draft: Draft,
    /// What else the push may do.
    #[serde(default, skip_serializing_if = "PushOptions::is_default")]
    pub options: PushOptions,
    /// When it was made, in UTC.
    pub created_at: String,
    /// When it is overdue, in UTC.
    pub deadline: String,
    /// Its push, once that has begun; of several, the last.
    pub push: Option<PushJob>,
    /// The job that took the push back, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<String>,
    /// Why it failed.
    pub problem: Option<Box<Problem>>,
}

/// The answer to `POST /gathers`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewGather {
    /// The gather.
    #[serde(flatten)]
    pub gather: Gather,
    /// Adds parts to this gather and reads it, and does nothing else: `Authorization: Bearer TOKEN`. It is not kept here, and
    /// so not shown again; asked for again with the same `Idempotency-Key`, the gather comes with another one, and those
    /// that were given out before go on working.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub token: GatherToken,
}

/// A page of gathers, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GatherList {
    /// The gathers.
    pub gathers: Vec<Gather>,
    /// The cursor of the next page; `null` on the last.
    pub next: Option<String>,
}

/// A platform that is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GatheredPlatform {
    /// The platform, as it was asked for.
    #[serde(with = "crate::platform::text_one")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub platform: Platform,
    /// What has come for it.
    pub part: Option<GatheredPart>,
}

/// A part that has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GatheredPart {
    /// Where it is, with the digest that was there.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub source: Reference,
    /// The digest of the image: the source's, or that of one image in the source's list.
    pub digest: Digest,
    /// The platform that the list will name for it.
    #[serde(with = "crate::platform::text_one")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub platform: Platform,
    /// When it came, in UTC.
    pub added_at: String,
}

/// Where a gather stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum GatherState {
    /// It waits for parts.
    Open,
    /// Its deadline has passed, and parts are missing: they are taken all the same, or it is pushed without them on request.
    Overdue,
    /// Its push is at work.
    Pushing,
    /// Every tag holds the list.
    Pushed,
    /// Its push ended with a problem. Push it again, or replace the part that is at fault.
    Failed,
    /// Its push was taken back: the tags hold what they held before. It may be pushed again, or a part replaced.
    Undone,
    /// It was called off.
    Cancelled,
}

impl GatherState {
    /// Is there something to wait for that comes by itself?
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Open | Self::Pushing)
    }

    /// As in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Pushing => "pushing",
            Self::Pushed => "pushed",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A gather's secret; not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GatherToken(pub String);

impl fmt::Debug for GatherToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatherToken(…)")
    }
}
