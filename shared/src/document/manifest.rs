//! Parsed views of lists and images.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    media_type::{DOCKER_ATTESTATION, Kind, MediaType},
};

/// An OCI image index or a Docker manifest list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    /// Always 2.
    #[serde(default)]
    pub schema_version: u64,
    /// What it says it is; OCI lists may leave that out.
    #[serde(default)]
    pub media_type: Option<String>,
    /// `artifactType`.
    #[serde(default)]
    pub artifact_type: Option<String>,
    /// The entries. `null` counts as none.
    #[serde(default, deserialize_with = "or_none")]
    pub manifests: Vec<Descriptor>,
    /// What it is about.
    #[serde(default)]
    pub subject: Option<Descriptor>,
    /// Annotations of the list.
    #[serde(default)]
    pub annotations: Option<Annotations>,
    /// Fields we do not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An image manifest, OCI or Docker, or an artifact in the form of one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageManifest {
    /// What it says it is.
    #[serde(default)]
    pub media_type: Option<String>,
    /// `artifactType`.
    #[serde(default)]
    pub artifact_type: Option<String>,
    /// The config blob.
    pub config: Descriptor,
    /// The layers, bottom first. `null` counts as none.
    #[serde(default, deserialize_with = "or_none")]
    pub layers: Vec<Descriptor>,
    /// What it is about.
    #[serde(default)]
    pub subject: Option<Descriptor>,
    /// Annotations.
    #[serde(default)]
    pub annotations: Option<Annotations>,
}

fn or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Descriptor>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl List {
    /// The attestations that belong to the child with this digest.
    pub fn attestations_of<'a>(&'a self, child: &'a Digest) -> impl Iterator<Item = &'a Descriptor> {
        self.manifests.iter().filter(move |entry| attested(entry) == Some(child.as_str()))
    }
}

/// The digest of the image that this entry attests, if it is an attestation: `BuildKit` links them by annotation.
pub(crate) fn attested(entry: &Descriptor) -> Option<&str> {
    let annotations = entry.annotations.as_ref()?;
    let is_attestation =
        annotations.get("vnd.docker.reference.type").is_some_and(|kind| kind == "attestation-manifest");
    let link = annotations.get("vnd.docker.reference.digest");
    let legacy = annotations.get("com.docker.reference.digest");
    match (is_attestation, link, legacy) {
        (true, Some(digest), _) | (_, None, Some(digest)) => Some(digest),
        _ => None,
    }
}

impl ImageManifest {
    /// Is it a `BuildKit` attestation, in the older form (in-toto layers under an image config) or the newer?
    pub fn is_attestation(&self) -> bool {
        self.artifact_type.as_deref() == Some(DOCKER_ATTESTATION)
            || (!self.layers.is_empty() && self.layers.iter().all(|layer| layer.media_type.contains("in-toto")))
    }

    /// Is it something else than an image that runs?
    pub fn is_artifact(&self) -> bool {
        MediaType::new(&self.config.media_type).kind() != Kind::Config
    }
}
