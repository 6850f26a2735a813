//! Image manifests of one kind written as the other: Docker's (schema 2) as OCI's, and back.
//!
//! Config and layers stay what they are, byte for byte: only what the manifest calls them is another. So the image runs as
//! it did, and has another digest.
//!
//! | part | Docker, `application/vnd.docker.` | OCI, `application/vnd.oci.` |
//! |---|---|---|
//! | manifest | `distribution.manifest.v2+json` | `image.manifest.v1+json` |
//! | config | `container.image.v1+json` | `image.config.v1+json` |
//! | layer | `image.rootfs.diff.tar`, `….tar.gzip` | `image.layer.v1.tar`, `….tar+gzip` |
//! | layer in Zstandard | `image.rootfs.diff.tar.zstd`, which only containerd writes: read, never written | `image.layer.v1.tar+zstd` |
//! | foreign layer | `image.rootfs.foreign.diff.tar[.gzip]` | `image.layer.nondistributable.v1.tar[+gzip]` |
//! | annotations, `artifactType`, `subject`, `data` | none: they are lost | kept |
//!
//! The bytes are one line. OCI's have the order of the image spec, Docker's that of containers/image, so that Docker images
//! have the digest that `skopeo copy --format v2s2` gives them.

use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    document::{Document, DocumentError, ImageManifest, MAX_DOCUMENT_BYTES, RawDocument},
    list::encode_image,
    media_type::{DOCKER_CONFIG, DOCKER_MANIFEST, Family, Kind, MediaType, OCI_CONFIG, OCI_MANIFEST, layer_of},
};

/// The kind of image that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// An OCI image manifest.
    Oci,
    /// A Docker image manifest, schema 2.
    Docker,
}

impl ImageKind {
    /// Its name in a sentence, with its article.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Oci => "an OCI image",
            Self::Docker => "a Docker image",
        }
    }

    pub(crate) const fn family(self) -> Family {
        match self {
            Self::Oci => Family::Oci,
            Self::Docker => Family::Docker,
        }
    }

    const fn manifest(self) -> &'static str {
        match self {
            Self::Oci => OCI_MANIFEST,
            Self::Docker => DOCKER_MANIFEST,
        }
    }

    const fn config(self) -> &'static str {
        match self {
            Self::Oci => OCI_CONFIG,
            Self::Docker => DOCKER_CONFIG,
        }
    }
}

/// An image of the kind that was wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// Its manifest. The bytes that there were, when it was of that kind already.
    pub document: RawDocument,
    /// What it had that the other kind has no place for, in words: "its annotations". Empty when nothing is lost.
    pub lost: Vec<&'static str>,
}

/// Why an image cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// A layer of a type that the other kind does not have.
    #[error("its layer {number} ({}) is `{media_type}`, and {} has no such layer", digest.short(), to.words())]
    Layer {
        /// Which, from 1, lowest first.
        number: usize,
        /// Its digest.
        digest: Digest,
        /// Its type.
        media_type: String,
        /// What was wanted.
        to: ImageKind,
    },
    /// It has an image's manifest and is none.
    #[error("it is an artifact, not an image")]
    Artifact,
    /// What it becomes is more than registries take.
    #[error("it becomes {0} bytes; registries take 4 MiB")]
    TooLarge(usize),
    /// It cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// The image as one of this kind. Pure, and the same bytes each time.
pub fn convert(manifest: &RawDocument, to: ImageKind) -> Result<Converted, ConvertError> {
    let Document::Image(image) = manifest.parse()? else { return Err(ConvertError::Artifact) };
    if image.is_artifact() {
        return Err(ConvertError::Artifact);
    }
    if *manifest.media_type() == to.manifest() {
        return Ok(Converted { document: manifest.clone(), lost: Vec::new() });
    }
    let ImageManifest { artifact_type, config, layers, subject, annotations, other, .. } = *image;
    let lost = match to {
        ImageKind::Oci => Vec::new(),
        ImageKind::Docker => lost(annotations.as_ref(), artifact_type.as_ref(), subject.as_ref(), &config, &layers),
    };
    let config = of_kind(config, to.config().to_owned(), to);
    let layers = layers.into_iter().enumerate().map(|(place, layer)| {
        let media_type = layer_type(&layer.media_type, to).ok_or_else(|| ConvertError::Layer {
            number: place + 1,
            digest: layer.digest.clone(),
            media_type: layer.media_type.clone(),
            to,
        })?;
        Ok(of_kind(layer, media_type, to))
    });
    let is_oci = to == ImageKind::Oci;
    let image = ImageManifest {
        media_type: Some(to.manifest().to_owned()),
        artifact_type: artifact_type.filter(|_| is_oci),
        config,
        layers: layers.collect::<Result<_, ConvertError>>()?,
        subject: subject.filter(|_| is_oci),
        annotations: annotations.filter(|_| is_oci),
        other,
    };
    written(&image).map(|document| Converted { document, lost })
}

/// An attestation that is about a document which has another digest now: the same manifest with another `subject`.
/// Whatever else it says stays, its media type too. `None` when it has no subject, or another one.
pub fn with_subject(
    manifest: &RawDocument,
    old: &Digest,
    new: &Descriptor,
) -> Result<Option<RawDocument>, ConvertError> {
    let Document::Image(mut image) = manifest.parse()? else { return Ok(None) };
    let Some(subject) = image.subject.as_mut().filter(|subject| subject.digest == *old) else { return Ok(None) };
    subject.media_type.clone_from(&new.media_type);
    subject.digest.clone_from(&new.digest);
    subject.size = new.size;
    subject.data = None;
    image.media_type = Some(manifest.media_type().to_string());
    written(&image).map(Some)
}

fn written(image: &ImageManifest) -> Result<RawDocument, ConvertError> {
    let document = encode_image(image);
    match document.bytes().len() {
        size if size > MAX_DOCUMENT_BYTES => Err(ConvertError::TooLarge(size)),
        _ => Ok(document),
    }
}

/// What a layer of this type is called in an image of that kind; `None` where it has no name there.
fn layer_type(media_type: &str, to: ImageKind) -> Option<String> {
    let media_type = MediaType::new(media_type);
    // Tools write images that mix both.
    let is_named = matches!(media_type.kind(), Kind::Layer { .. }) && media_type.family() == to.family();
    match (layer_of(&media_type), to) {
        _ if is_named => Some(media_type.to_string()),
        (Some((foreign, compression @ ("" | "gzip"))), _) | (Some((foreign, compression @ "zstd")), ImageKind::Oci) => {
            Some(to.family().layer(foreign, compression))
        }
        // OCI's may have layers of any type.
        (None, ImageKind::Oci) if media_type.family() != Family::Docker => Some(media_type.to_string()),
        _ => None,
    }
}

fn of_kind(descriptor: Descriptor, media_type: String, to: ImageKind) -> Descriptor {
    match to {
        ImageKind::Oci => Descriptor { media_type, ..descriptor },
        ImageKind::Docker => Descriptor {
            urls: descriptor.urls,
            other: descriptor.other,
            ..Descriptor::new(media_type, descriptor.digest, descriptor.size)
        },
    }
}

fn lost(
    annotations: Option<&Annotations>,
    artifact_type: Option<&String>,
    subject: Option<&Descriptor>,
    config: &Descriptor,
    layers: &[Descriptor],
) -> Vec<&'static str> {
    let has_some = |annotations: Option<&Annotations>| annotations.is_some_and(|annotations| !annotations.is_empty());
    let all = || std::iter::once(config).chain(layers);
    let is_more = |part: &Descriptor| part.data.is_some() || part.platform.is_some() || part.artifact_type.is_some();
    [
        (has_some(annotations), "its annotations"),
        (all().any(|part| has_some(part.annotations.as_ref())), "the annotations of its layers"),
        (artifact_type.is_some(), "its `artifactType`"),
        (subject.is_some(), "its `subject`"),
        (all().any(is_more), "what else is said of its layers"),
    ]
    .into_iter()
    .filter_map(|(is_lost, words)| is_lost.then_some(words))
    .collect()
}

#[cfg(test)]
mod tests;
