//! `GET /diff`: what differs between two lists.

use serde::{Deserialize, Serialize};

use crate::{digest::Digest, platform::Platform};

/// What differs between two references: lists, or single images, each of which is a list of one.
///
/// Texts of `summary` and `name` are ours, or made harmless. `before` and `after` are texts of the documents, as they stand
/// there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// What was there.
    pub from: DiffSide,
    /// What is there instead.
    pub to: DiffSide,
    /// How far they differ.
    pub verdict: DiffVerdict,
    /// The same in a sentence or two.
    pub summary: String,
    /// In numbers.
    pub totals: DiffTotals,
    /// What differs in the lists themselves: annotations, media type.
    pub list: Vec<FieldChange>,
    /// Entries that both have stand in another order.
    pub reordered: bool,
    /// The entries of either, in the order of `to`; what is gone comes last.
    pub entries: Vec<EntryDiff>,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DiffSide {
    /// The reference in full.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Digest of its document.
    pub digest: Digest,
    /// Media type of its document.
    pub media_type: String,
    /// It is a list.
    pub is_list: bool,
}

/// How far two references differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum DiffVerdict {
    /// The bytes are the same.
    Identical,
    /// The same images for the same platforms, written in other bytes: media types, order, white space.
    Rewritten,
    /// Something that means something differs.
    Different,
}

/// A difference in numbers. Images of lists in the list are counted, and such a list only where it was not looked into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DiffTotals {
    /// Entries that are new.
    pub added: usize,
    /// Entries that are gone.
    pub removed: usize,
    /// Entries with another image.
    pub replaced: usize,
    /// Entries with the same image, of which something else is said.
    pub metadata: usize,
    /// Entries with the same image in other bytes.
    pub rewritten: usize,
    /// Entries with the same image, which stand in another list: in a list in the list, or no longer.
    #[serde(default)]
    pub moved: usize,
    /// Entries that are the same.
    pub unchanged: usize,
    /// Entries of which something cannot be had or used, on either side.
    pub missing: usize,
    /// Entries of which something could not be asked for, on either side.
    #[serde(default)]
    pub unknown: usize,
    /// Entries on both sides whose attestations differ.
    pub attestations: usize,
    /// Bytes of the layers that only `to` has, each once, as they are stored. Layers of an image that stands where another one
    /// cannot be had are not counted.
    pub new_bytes: u64,
    /// Bytes of the layers that only `from` has.
    pub gone_bytes: u64,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntryDiff {
    /// What became of it.
    pub change: EntryChange,
    /// What it is.
    pub kind: EntryKind,
    /// Its platform in full, or what it is when it has none.
    pub name: String,
    /// Its platform in the list, else in its config: that of `to`, where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// What changed, in a few words of ours.
    pub summary: String,
    /// Where it stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<EntrySide>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<EntrySide>,
    /// What the lists say differently of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub descriptor: Vec<FieldChange>,
    /// What differs in its manifest, layers aside; of a list in the list, in that list itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manifest: Vec<FieldChange>,
    /// What differs in its config.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub config: Vec<FieldChange>,
    /// Its layers, where both sides have some and they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<LayersDiff>,
    /// Its attestations: `key` is what is stated, as a URI, and the values are the statements' digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attestations: Vec<FieldChange>,
    /// Of a list in the list: its entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub entries: Vec<Self>,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum EntryChange {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Another image is there: its layers or its config differ.
    Replaced,
    /// The same image is there, of which something else is said: platform, annotations, attestations.
    Metadata,
    /// The same image is there, in other bytes.
    Rewritten,
    /// It is the same, and stands in another list: in a list in the list, or no longer.
    Moved,
    /// It is the same.
    Unchanged,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum EntryKind {
    /// An image.
    Image,
    /// A list in the list.
    List,
    /// Something else, such as a chart.
    Artifact,
    /// An attestation of an image that is not in the list. All others belong to their images.
    Attestation,
}

/// An entry on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntrySide {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its digest.
    pub digest: Digest,
    /// Bytes of its config and layers, where its manifest could be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Why something of it could not be had. Text, never markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// That says nothing of it: the registry could not be asked, or did not answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

/// Layers that differ, by digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LayersDiff {
    /// How many both have.
    pub kept: usize,
    /// Their bytes.
    pub kept_bytes: u64,
    /// Those that both have stand in another order.
    pub reordered: bool,
    /// The same files, compressed anew: the configs name the same contents.
    pub same_files: bool,
    /// Those that only `to` has, lowest first.
    pub added: Vec<LayerSide>,
    /// Those that only `from` has.
    pub removed: Vec<LayerSide>,
}

/// A layer that one side has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LayerSide {
    /// Its digest.
    pub digest: Digest,
    /// Its bytes as it is stored.
    pub size: u64,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// The field: `annotations`, `env`, `entrypoint`.
    pub field: String,
    /// Which of it, where it has many: an annotation's key, a variable's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it was; absent where it was not there. What is no text is JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is; absent where it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}
