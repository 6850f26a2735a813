//! Lists and image manifests.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{
    DocumentError,
    strict::{exact_number, refuse_case_variants},
};
use crate::{
    descriptor::{Annotations, Descriptor},
    media_type::{self, Kind, MediaType},
};

/// An OCI image index or a Docker manifest list (OCI image spec, "Image Index").
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    /// Its own word for its media type; OCI only recommends to have one.
    pub media_type: Option<String>,
    /// What kind of artifact it is, when it is one.
    pub artifact_type: Option<String>,
    /// Its entries, in order. May be empty.
    #[serde(deserialize_with = "null_is_empty")]
    pub manifests: Vec<Descriptor>,
    /// The document it is about.
    pub subject: Option<Descriptor>,
    /// Its annotations.
    pub annotations: Option<Annotations>,
    /// Fields we do not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An OCI or Docker image manifest (OCI image spec, "Image Manifest").
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageManifest {
    /// Its own word for its media type.
    pub media_type: Option<String>,
    /// What kind of artifact it is, when it is one.
    pub artifact_type: Option<String>,
    /// The config.
    pub config: Descriptor,
    /// The layers, lowest first.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub layers: Vec<Descriptor>,
    /// The document it is about.
    pub subject: Option<Descriptor>,
    /// Its annotations.
    pub annotations: Option<Annotations>,
    /// Fields we do not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn null_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Descriptor>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The most entries of a list, or layers of an image, that are taken: far above what any real one has. Each entry costs
/// whoever looks at the list two requests, so that a registry must not be free to name as many as it likes.
pub const MAX_ENTRIES: usize = 5000;

const LIST_KEYS: &[&str] = &[
    "schemaVersion",
    "mediaType",
    "artifactType",
    "manifests",
    "subject",
    "annotations",
    "config",
    "layers",
    "fsLayers",
    "history",
];
const DESCRIPTOR_KEYS: &[&str] =
    &["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];
const PLATFORM_KEYS: &[&str] = &["architecture", "os", "os.version", "os.features", "variant", "features"];

/// Refuses documents that are one thing to one reader and another to the next (CVE-2021-41190).
pub(super) fn refuse_ambiguity(object: &Map<String, Value>) -> Result<(), DocumentError> {
    refuse_case_variants(object, LIST_KEYS)?;
    for (one, others) in [("manifests", &["config", "layers", "fsLayers", "history"][..]), ("config", &["fsLayers"])] {
        if object.contains_key(one)
            && let Some(other) = others.iter().copied().find(|other| object.contains_key(*other))
        {
            return Err(DocumentError::Mixed { one, other });
        }
    }
    let lists = ["manifests", "layers"].into_iter().filter_map(|key| object.get(key)).filter_map(Value::as_array);
    let single = ["config", "subject"].into_iter().filter_map(|key| object.get(key));
    for descriptor in lists.flatten().chain(single).filter_map(Value::as_object) {
        refuse_case_variants(descriptor, DESCRIPTOR_KEYS)?;
        if let Some(Value::Object(platform)) = descriptor.get("platform") {
            refuse_case_variants(platform, PLATFORM_KEYS)?;
        }
    }
    Ok(())
}

/// Reads a list or an image manifest out of JSON that is unambiguous.
pub(super) fn read<T: for<'de> Deserialize<'de>>(
    mut object: Map<String, Value>,
    media_type: &MediaType,
) -> Result<T, DocumentError> {
    let invalid = |problem: String| DocumentError::Invalid { media_type: media_type.to_string(), problem };
    match object.shift_remove("schemaVersion") {
        Some(Value::Number(number)) if number.as_u64() == Some(2) => {}
        Some(Value::Number(number)) if number.as_u64() == Some(1) => return Err(DocumentError::Schema1),
        Some(_) => return Err(invalid("`schemaVersion` is not the number 2".to_owned())),
        None => return Err(invalid("`schemaVersion` is missing".to_owned())),
    }
    for key in ["manifests", "layers"] {
        let count = object.get(key).and_then(Value::as_array).map_or(0, Vec::len);
        if count > MAX_ENTRIES {
            return Err(invalid(format!("`{key}` has {count} entries; the limit is {MAX_ENTRIES}")));
        }
    }
    refuse_annotations(&object)?;
    serde_json::from_value(Value::Object(object)).map_err(|error| invalid(error.to_string()))
}

/// Refuses annotations that are not text, with the place of the first: serde says neither which nor where.
fn refuse_annotations(object: &Map<String, Value>) -> Result<(), DocumentError> {
    refuse_annotations_of(object, String::new)?;
    for key in ["config", "subject"] {
        if let Some(descriptor) = object.get(key).and_then(Value::as_object) {
            refuse_annotations_of(descriptor, || format!("/{key}"))?;
        }
    }
    for key in ["manifests", "layers"] {
        let descriptors = object.get(key).and_then(Value::as_array).into_iter().flatten();
        for (place, descriptor) in
            descriptors.enumerate().filter_map(|(place, value)| Some((place, value.as_object()?)))
        {
            refuse_annotations_of(descriptor, || format!("/{key}/{place}"))?;
        }
    }
    Ok(())
}

fn refuse_annotations_of(object: &Map<String, Value>, at: impl Fn() -> String) -> Result<(), DocumentError> {
    let annotations = object.get("annotations").and_then(Value::as_object);
    for (key, value) in annotations.into_iter().flatten() {
        let found = match value {
            Value::String(_) => continue,
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Object(object) if exact_number(object).is_some() => "a number",
            Value::Object(_) => "an object",
            Value::Array(_) => "an array",
        };
        // RFC 6901.
        let key = key.replace('~', "~0").replace('/', "~1");
        return Err(DocumentError::Annotation { pointer: format!("{}/annotations/{key}", at()), found });
    }
    Ok(())
}

impl ImageManifest {
    /// Is it something other than a runnable image? `BuildKit`'s older attestations have an image's config type, so that
    /// their layers have to tell.
    pub fn is_artifact(&self) -> bool {
        let config = MediaType::new(&self.config.media_type);
        let in_toto = |layer: &Descriptor| layer.media_type.starts_with("application/vnd.in-toto");
        config.kind() != Kind::Config
            || self.artifact_type.as_deref().is_some_and(|kind| kind == media_type::DOCKER_ATTESTATION)
            || (!self.layers.is_empty() && self.layers.iter().all(in_toto))
    }

    /// What kind of artifact it is, as a media type; `None` for an image that runs. Where nothing says it, `artifact`.
    pub fn artifact_kind(&self) -> Option<&str> {
        let own = self.artifact_type.as_deref().filter(|own| !own.is_empty());
        let kind = own.unwrap_or(match self.config.media_type.as_str() {
            media_type::OCI_EMPTY | "" => "artifact",
            config if MediaType::new(config).kind() == Kind::Config => media_type::IN_TOTO,
            config => config,
        });
        self.is_artifact().then_some(kind)
    }

    /// The config to fetch. Attestations and artifacts have none that means anything.
    pub fn wanted_config(&self) -> Option<&Descriptor> {
        (!self.is_artifact()).then_some(&self.config)
    }

    /// Config and layers, each digest once. Foreign layers that say where else to get them are left out: no registry
    /// need hold them.
    pub fn blobs(&self) -> Vec<Descriptor> {
        each_once(std::iter::once(&self.config).chain(&self.layers).filter(|blob| !blob.is_foreign_layer()))
    }

    /// The layers that [`ImageManifest::blobs`] leaves out, each digest once.
    pub fn foreign_layers(&self) -> Vec<Descriptor> {
        each_once(self.layers.iter().filter(|layer| layer.is_foreign_layer()))
    }
}

fn each_once<'a>(blobs: impl Iterator<Item = &'a Descriptor>) -> Vec<Descriptor> {
    let mut seen = BTreeSet::new();
    blobs.filter(|blob| seen.insert(&blob.digest)).cloned().collect()
}
