//! What buildx pushes: a list whose images each have an attestation. And an artifact, which is no image at all.

use serde_json::{Value, json};

use super::{
    Content, Image, Sample,
    statements::{Statement, packages, provenance},
};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The config that artifacts have: two bytes of JSON (OCI image spec, "Guidance for an Empty Descriptor").
fn empty_config() -> Content {
    Content::new("application/vnd.oci.empty.v1+json", "{}")
}

/// A list that names other lists, or whatever these documents are, and says nothing of their platforms.
pub fn list_of(documents: &[&Content]) -> Content {
    let entries: Vec<Value> = documents.iter().map(|document| document.descriptor()).collect();
    Content::json(INDEX, &json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }))
}

/// A list of these images, each with provenance and a list of packages.
pub(super) fn list(repository: &str, tag: &str, images: &[Image]) -> Sample {
    let images = images.iter().map(|image| {
        let digest = &image.manifest.digest;
        (image, vec![provenance(digest), packages(digest)])
    });
    attested_list(repository, tag, images.collect())
}

/// A list of these images, each with an attestation of these statements.
pub fn attested_list(repository: &str, tag: &str, images: Vec<(&Image, Vec<Statement>)>) -> Sample {
    let mut blobs = vec![empty_config()];
    let mut children = Vec::new();
    let mut entries = Vec::new();
    let mut attestation_entries = Vec::new();
    for (image, statements) in images {
        entries.push(image.entry());
        blobs.extend(image.blobs.iter().cloned());
        children.push(image.manifest.clone());

        let manifest = attestation(image, &statements);
        let mut entry = manifest.descriptor();
        entry["annotations"] = json!({
            "vnd.docker.reference.digest": image.manifest.digest,
            "vnd.docker.reference.type": "attestation-manifest",
        });
        entry["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
        attestation_entries.push(entry);
        blobs.extend(statements.into_iter().map(|(_, statement)| statement));
        children.push(manifest);
    }
    entries.extend(attestation_entries);
    let root = Content::json(INDEX, &json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }));
    Sample { repository: repository.to_owned(), tag: tag.to_owned(), platform: None, blobs, children, root }
}

/// The form that `BuildKit` writes since 0.31: an artifact with a subject.
fn attestation(image: &Image, statements: &[Statement]) -> Content {
    let layers: Vec<Value> = statements
        .iter()
        .map(|(predicate, statement)| {
            let mut layer = statement.descriptor();
            layer["annotations"] = json!({ "in-toto.io/predicate-type": predicate });
            layer
        })
        .collect();
    Content::json(
        MANIFEST,
        &json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": "application/vnd.docker.attestation.manifest.v1+json",
            "config": empty_config().descriptor(),
            "layers": layers,
            "subject": image.manifest.descriptor(),
        }),
    )
}

/// An artifact: a manifest that holds a text, for people to see what one looks like.
pub(super) fn artifact(repository: &str, tag: &str) -> Sample {
    let text = Content::new("text/plain", "This artifact is not an image: there is nothing here to run.\n");
    let root = Content::json(
        MANIFEST,
        &json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": "application/vnd.example.note.v1",
            "config": empty_config().descriptor(),
            "layers": [text.descriptor()],
        }),
    );
    let blobs = vec![empty_config(), text];
    Sample { repository: repository.to_owned(), tag: tag.to_owned(), platform: None, blobs, children: Vec::new(), root }
}
