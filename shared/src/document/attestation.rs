//! Attestations: what `BuildKit` says about how an image was made, as entries of its list beside it.

use super::ImageManifest;
use crate::{
    descriptor::Descriptor,
    digest::Digest,
    media_type::{DOCKER_ATTESTATION, IN_TOTO},
};

/// The digest of the image that a list's entry attests; `None` for entries that are no attestations.
///
/// The annotations of the descriptor say so; where there are none, a manifest of the newer form does, by its
/// `artifactType` and `subject`. An entry for `unknown/unknown` without either is not an attestation.
pub fn attested_digest(descriptor: &Descriptor, manifest: Option<&ImageManifest>) -> Option<Digest> {
    let annotation = |key: &str| descriptor.annotations.as_ref().and_then(|annotations| annotations.get(key));
    let by_annotation = (annotation("vnd.docker.reference.type").map(String::as_str) == Some("attestation-manifest"))
        .then(|| annotation("vnd.docker.reference.digest").or_else(|| annotation("com.docker.reference.digest")))
        .flatten()
        .and_then(|digest| digest.parse().ok());
    by_annotation.or_else(|| {
        let manifest = manifest?;
        let kind = manifest.artifact_type.as_deref().or(descriptor.artifact_type.as_deref());
        (kind == Some(DOCKER_ATTESTATION)).then(|| manifest.subject.as_ref().map(|subject| subject.digest.clone()))?
    })
}

/// The predicate types of an attestation's statements, one for each in-toto layer that names it.
pub fn predicate_types(manifest: &ImageManifest) -> Vec<String> {
    manifest.layers.iter().filter(|layer| is_statement(layer)).filter_map(predicate_type).cloned().collect()
}

/// Is this layer of an attestation a statement?
pub(crate) fn is_statement(layer: &Descriptor) -> bool {
    layer.media_type == IN_TOTO || layer.media_type.starts_with("application/vnd.in-toto.")
}

/// What a statement says it states, as a URI.
pub(crate) fn predicate_type(statement: &Descriptor) -> Option<&String> {
    statement.annotations.as_ref()?.get("in-toto.io/predicate-type")
}
