//! What refers to a document: signatures, SBOMs and the like.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    platform::Platform,
    reference::Reference,
};

/// What refers to a document, and where that is a list to its entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Referrers {
    /// What was asked for, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// The document itself first, then the entries of a list, in its order; `BuildKit`'s attestations are left out.
    pub subjects: Vec<SubjectReferrers>,
    /// Every entry was looked at. Else the list has more entries than are, or one of them could not be.
    pub complete: bool,
}

/// What refers to one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectReferrers {
    /// The document's digest.
    pub digest: Digest,
    /// Of an entry: the platform that its list names for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// What refers to it.
    pub referrers: Vec<FoundReferrer>,
    /// Why that could not be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Box<Problem>>,
}

/// Something that refers to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundReferrer {
    /// Its digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// What kind of artifact it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// Its annotations.
    #[serde(default, skip_serializing_if = "Annotations::is_empty")]
    pub annotations: Annotations,
    /// How it was found.
    pub found_by: FoundBy,
    /// The tag at which it stands, for cosign's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// How something that refers to a document was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// The registry lists it (OCI distribution spec, "Listing Referrers").
    Api,
    /// The index at the fallback tag lists it (the same, "Referrers Tag Schema").
    FallbackTag,
    /// It is at one of cosign's tags.
    CosignTag,
}

impl FoundReferrer {
    /// As it is listed.
    pub fn listed(descriptor: Descriptor, found_by: FoundBy) -> Self {
        Self {
            digest: descriptor.digest,
            media_type: descriptor.media_type,
            artifact_type: descriptor.artifact_type,
            size: descriptor.size,
            annotations: descriptor.annotations.unwrap_or_default(),
            found_by,
            tag: None,
        }
    }
}
