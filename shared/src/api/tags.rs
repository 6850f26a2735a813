//! What points to a digest, and deleting.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{digest::Digest, reference::Reference};

/// What points to a document, in its repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pointing {
    /// What was asked for, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// The document's digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// The tags that point to it, in the registry's order.
    pub tags: Vec<String>,
    /// Lists at tags of the repository that have it as an entry; absent when they were not looked into. Lists without a tag
    /// are never found: registries do not name them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lists: Option<Vec<HoldingList>>,
    /// How many tags were looked at.
    pub looked: usize,
    /// Nothing was left out. Else more may point to it: there are more tags than are looked at, or some of them could not
    /// be (`unseen`).
    pub complete: bool,
    /// Tags, and lists at tags, that could not be looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<UnseenTag>,
}

/// A list that has the document as an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HoldingList {
    /// Its digest.
    pub digest: Digest,
    /// The tags that point to the list.
    pub tags: Vec<String>,
}

/// A tag that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UnseenTag {
    /// The tag, as the registry lists it.
    pub tag: String,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub problem: Box<Problem>,
}

/// `POST /deletions`: delete a tag, or a manifest by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeletionRequest {
    /// What to delete: `registry/repository:tag`, or `registry/repository@digest`. One of the two.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// Of a tag: the digest that was seen there. When it holds another by now, nothing is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Digest>,
    /// The other tags that may go along, exactly: where a registry deletes by digest only, every tag that points there goes.
    /// Where it deletes tags by themselves, they stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alongside: Vec<String>,
    /// The lists that may be left with an entry that leads nowhere, exactly, by their digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaking: Vec<Digest>,
    /// Delete even where not every tag could be looked at, so that others than those that were named may go along.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

/// What became of a deletion, as it was found when everything was looked at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    /// What was to be deleted, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// The digest that it had.
    pub digest: Digest,
    /// What the registry was asked to delete.
    pub way: DeletionWay,
    /// The tags that were to go.
    pub tags: Vec<DeletedTag>,
    /// The manifest itself. With `way` `tag` it is to stay: restoring it is possible as long as the registry keeps it.
    pub manifest: AfterDeletion,
}

/// What a registry was asked to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeletionWay {
    /// The tag alone (OCI distribution spec 1.1, "Deleting tags").
    Tag,
    /// The manifest, with every tag that points to it.
    Digest,
}

/// A tag that was to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeletedTag {
    /// The tag.
    pub tag: String,
    /// What was found there.
    pub outcome: AfterDeletion,
}

/// What is found where something was to be deleted. Some registries accept a deletion, and take their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AfterDeletion {
    /// It is gone.
    Gone,
    /// It is still there.
    There,
    /// That could not be found out.
    Unknown,
}
