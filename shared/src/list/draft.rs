//! A list being edited.

use serde::{Deserialize, Serialize};

use super::rows;
use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    platform::Platform,
    reference::Reference,
};

/// A list being edited: which images it will name, and how. `{}` is an empty draft with every default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Draft {
    /// Docker manifest list or OCI index.
    pub list_type: ListType,
    /// What becomes of images that are not of the list's kind.
    #[serde(skip_serializing_if = "Convert::is_off")]
    pub convert: Convert,
    /// How the JSON is laid out; decides the digest. A list that is unchanged keeps its own bytes whatever this says.
    pub format: Format,
    /// Annotations of the list.
    pub annotations: Annotations,
    /// `artifactType` of the list (OCI only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// `subject` of the list (OCI only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    /// The list that was opened for editing, by digest: its unknown fields are kept, and when nothing changed its bytes.
    /// With a base, the draft's own annotations, `artifactType` and `subject` are the whole truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub base: Option<Reference>,
    /// The rows, in the order they will have.
    pub entries: Vec<Entry>,
}

impl Draft {
    /// Everything that it names: the sources of its rows in their order, then the list that was opened. One may come twice.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.entries.iter().map(|entry| &entry.source).chain(&self.base)
    }
}

/// A row of a draft: an image (or a whole list) with its platform and its attestations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Where it comes from. A list means all of it, unless `take` or `digest` says which part.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub source: Reference,
    /// What was seen there: the digest of the source's document, or of one image in the source's list (which takes just
    /// that one). Resolved when planning where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Of a list: only these platforms (`linux/arm64`). Empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "crate::platform::text_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub take: Vec<Platform>,
    /// The platform to name. Absent: as in the source's list, else as in the image's config.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Annotations of the descriptor. Absent: as in the source's list, else none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// Processor features of the platform (old Docker lists). Absent: as in the source's list, else none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// What becomes of the attestations that the source's list holds for it.
    #[serde(default)]
    pub attestations: Attestations,
    /// What becomes of lists in the source's list.
    #[serde(default, skip_serializing_if = "Nested::is_keep")]
    pub nested: Nested,
}

impl Entry {
    /// An entry that takes what is at the reference, as it is.
    pub fn new(source: Reference) -> Self {
        Self {
            source,
            digest: None,
            take: Vec::new(),
            platform: None,
            annotations: None,
            features: None,
            attestations: Attestations::Keep,
            nested: Nested::Keep,
        }
    }

    /// Is an image of this platform among those that are taken, if the source is a list?
    pub fn takes(&self, platform: Option<&Platform>) -> bool {
        let is_meant = |platform: &Platform| self.take.iter().any(|wanted| rows::takes(wanted, platform));
        self.take.is_empty() || platform.is_some_and(is_meant)
    }
}

/// Docker manifest list or OCI index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ListType {
    /// A Docker list if every child is a Docker image and nothing needs OCI (annotations, `artifactType`, `subject`); else an OCI index.
    #[default]
    Auto,
    /// `application/vnd.oci.image.index.v1+json`.
    Oci,
    /// `application/vnd.docker.distribution.manifest.list.v2+json`.
    Docker,
}

/// What becomes of images that are not of the list's kind: Docker's in an OCI index, OCI's in a Docker list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Convert {
    /// They stay as they are, with their digests. What clients make of the mix is a finding.
    #[default]
    Off,
    /// They become of the list's kind, with the same config and layers, and digests of their own. Attestations and artifacts
    /// stay as they are; attestations of an image that is converted speak of what it becomes. A list in the list stays as it
    /// is where all in it is of the list's kind, and else has to be taken apart first.
    ListType,
}

impl Convert {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
    pub(crate) const fn is_off(&self) -> bool {
        matches!(self, Self::Off)
    }
}

/// How the JSON of a new list is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Two spaces, as buildx and manifest-tool write it.
    #[default]
    Indented,
    /// One line, as podman, oras and regctl write it.
    Compact,
    /// Three spaces and Docker's field order, as `docker manifest` writes it.
    Docker,
}

/// What becomes of an image's attestations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Attestations {
    /// They travel with their image, after the runnable entries.
    #[default]
    Keep,
    /// They are left out.
    Drop,
}

/// What becomes of a list that stands in the source's list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Nested {
    /// It stays one entry, by its own bytes; what it points to is brought along.
    #[default]
    Keep,
    /// Its images stand in the list themselves, with their attestations, and so do those of the lists in it.
    Flatten,
}

impl Nested {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
    const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}
