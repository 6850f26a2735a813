//! Sources for tests: images and lists made of JSON.

use serde_json::{Value, json};

use crate::{
    digest::Digest,
    document::RawDocument,
    media_type::{DOCKER_CONFIG, DOCKER_MANIFEST, MediaType, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    reference::Reference,
    source::{Source, Sources},
};

pub(crate) fn reference(text: &str) -> Reference {
    text.parse().expect("a reference")
}

pub(crate) fn document(media_type: &str, value: &Value) -> RawDocument {
    RawDocument::new(MediaType::new(media_type), value.to_string().into_bytes())
}

/// A manifest with its config. The config's fields are also what makes it different from others.
pub(crate) fn image(config: &Value, docker: bool) -> (RawDocument, RawDocument) {
    let (manifest_type, config_type) =
        if docker { (DOCKER_MANIFEST, DOCKER_CONFIG) } else { (OCI_MANIFEST, OCI_CONFIG) };
    let config = document(config_type, config);
    let layer = |name: &str| json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": Digest::of(name.as_bytes()), "size": 100});
    let manifest = document(
        manifest_type,
        &json!({
            "schemaVersion": 2, "mediaType": manifest_type, "config": config.descriptor(),
            "layers": [layer("shared"), layer(config.digest().as_str())],
        }),
    );
    (manifest, config)
}

/// A source that is a single image.
pub(crate) fn image_source(at: &str, config: &Value, docker: bool) -> Source {
    let (manifest, config) = image(config, docker);
    let mut source = Source::new(reference(at), manifest);
    source.configs.insert(config.digest().clone(), Ok(config));
    source
}

/// An index of these images, each with an attestation, laid out as buildx does.
pub(crate) fn attested_source(at: &str, configs: &[Value]) -> Source {
    let images: Vec<_> = configs.iter().map(|config| image(config, false)).collect();
    let mut manifests = Vec::new();
    let mut children = Vec::new();
    for ((manifest, _), config) in images.iter().zip(configs) {
        let mut entry = json!(manifest.descriptor());
        entry["platform"] = json!({"architecture": config["architecture"], "os": config["os"]});
        if let Some(variant) = config.get("variant") {
            entry["platform"]["variant"] = variant.clone();
        }
        entry["x-note"] = json!("kept");
        manifests.push(entry);
        children.push(manifest.clone());
    }
    for (manifest, _) in &images {
        let statement = json!({
            "schemaVersion": 2, "mediaType": OCI_MANIFEST,
            "config": {"mediaType": OCI_CONFIG, "digest": Digest::of(b"attested"), "size": 8},
            "layers": [{"mediaType": "application/vnd.in-toto+json", "digest": Digest::of(manifest.bytes()), "size": 9,
                        "annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"}}],
        });
        let attestation = document(OCI_MANIFEST, &statement);
        let mut entry = json!(attestation.descriptor());
        entry["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": manifest.digest(),
        });
        entry["platform"] = json!({"architecture": "unknown", "os": "unknown"});
        manifests.push(entry);
        children.push(attestation);
    }
    let list =
        json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests, "x-top": [1, {"b": 2, "a": 3}]});
    let bytes = serde_json::to_vec_pretty(&list).expect("JSON");
    let mut source = Source::new(reference(at), RawDocument::new(MediaType::new(OCI_INDEX), bytes));
    for child in children {
        source.children.insert(child.digest().clone(), Ok(child));
    }
    for (_, config) in images {
        source.configs.insert(config.digest().clone(), Ok(config));
    }
    source
}

pub(crate) fn sources(all: impl IntoIterator<Item = Source>) -> Sources {
    let mut sources = Sources::default();
    for source in all {
        sources.insert(source.reference.clone(), Ok(source));
    }
    sources
}

pub(crate) fn config(os: &str, architecture: &str) -> Value {
    json!({"os": os, "architecture": architecture})
}
