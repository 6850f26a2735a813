//! What is about an image, and what an image leaves to others.

use onetag_shared::digest::Digest;
use serde_json::{Value, json};

use super::{Content, Destination, Sample, UploadError};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A manifest about another, and what it needs.
pub fn about(subject: &Content, kind: &str) -> (Content, [Content; 2]) {
    let config = Content::new("application/vnd.oci.empty.v1+json", "{}");
    let layer = Content::new("text/plain", format!("{kind} of {}", subject.digest));
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": kind, "config": config.descriptor(),
        "layers": [layer.descriptor()], "subject": subject.descriptor(),
    });
    (Content::json(MANIFEST, &manifest), [config, layer])
}

/// The tag at which a registry that lists no referrers has an index of them.
pub fn fallback_tag(subject: &Digest) -> String {
    subject.as_str().replace(':', "-")
}

/// An image whose lowest layer is only named, with where it is.
///
/// # Panics
/// When the sample is no image.
pub fn with_foreign_layer(mut sample: Sample, base: &Content, urls: &[&str]) -> Sample {
    let mut manifest: Value = serde_json::from_slice(&sample.root.bytes).expect("a manifest is JSON");
    let mut layer = base.descriptor();
    layer["urls"] = json!(urls);
    manifest["layers"].as_array_mut().expect("it has layers").insert(0, layer);
    sample.root = Content::json(sample.root.media_type, &manifest);
    sample
}

impl Destination {
    /// Puts what is about something into a registry without a list of such, as other tools do. `listed` is what the list says of
    /// it beside its descriptor.
    pub async fn put_about(
        &self,
        repository: &str,
        subject: &Content,
        kind: &str,
        listed: &Value,
    ) -> Result<Content, UploadError> {
        let (manifest, blobs) = about(subject, kind);
        for blob in &blobs {
            self.put_blob(repository, blob).await?;
        }
        self.put_manifest(repository, manifest.digest.as_str(), &manifest).await?;
        let mut descriptor = manifest.descriptor();
        for (name, value) in listed.as_object().into_iter().flatten() {
            descriptor[name] = value.clone();
        }
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor] });
        self.put_manifest(repository, &fallback_tag(&subject.digest), &Content::json(INDEX, &index)).await?;
        Ok(manifest)
    }
}
