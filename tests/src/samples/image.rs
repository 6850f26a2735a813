//! A single-platform image: config, layers and the manifest that names them.

use bytes::Bytes;
use onetag_shared::{digest::Digest, platform::Platform};
use serde_json::{Value, json};

use super::{CREATED, layer::Layer};

/// Something with a media type and a digest: a manifest, a config, a layer.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its media type.
    pub media_type: &'static str,
    /// Its digest.
    pub digest: Digest,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Content {
    /// Computes the digest.
    pub fn new(media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { media_type, digest: Digest::of(&bytes), bytes }
    }

    /// The document, laid out as buildx does it.
    ///
    /// # Panics
    /// Never: a value is always JSON.
    pub fn json(media_type: &'static str, document: &Value) -> Self {
        Self::new(media_type, serde_json::to_vec_pretty(document).expect("a value is always JSON"))
    }

    /// A descriptor of it.
    pub fn descriptor(&self) -> Value {
        json!({ "mediaType": self.media_type, "digest": self.digest, "size": self.bytes.len() })
    }
}

/// A single-platform image.
#[derive(Clone, Debug)]
pub struct Image {
    /// What its config says it runs on.
    pub platform: Platform,
    /// Its manifest.
    pub manifest: Content,
    /// Its config, then its layers from the lowest up.
    pub blobs: Vec<Content>,
}

/// Whose media types an image has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The OCI image spec's.
    Oci,
    /// Docker's image manifest version 2, schema 2.
    Docker,
}

struct MediaTypes {
    manifest: &'static str,
    config: &'static str,
    layer: &'static str,
}

impl Family {
    const fn media_types(self) -> MediaTypes {
        match self {
            Self::Oci => MediaTypes {
                manifest: "application/vnd.oci.image.manifest.v1+json",
                config: "application/vnd.oci.image.config.v1+json",
                layer: "application/vnd.oci.image.layer.v1.tar+gzip",
            },
            Self::Docker => MediaTypes {
                manifest: "application/vnd.docker.distribution.manifest.v2+json",
                config: "application/vnd.docker.container.image.v1+json",
                layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
            },
        }
    }
}

impl Image {
    pub(super) fn new(family: Family, platform: Platform, entrypoint: &str, layers: &[Layer]) -> Self {
        let types = family.media_types();
        let config = Content::json(types.config, &config(&platform, entrypoint, layers));
        let layers: Vec<Content> = layers.iter().map(|layer| Content::new(types.layer, layer.bytes.clone())).collect();
        let manifest = Content::json(
            types.manifest,
            &json!({
                "schemaVersion": 2,
                "mediaType": types.manifest,
                "config": config.descriptor(),
                "layers": layers.iter().map(Content::descriptor).collect::<Vec<_>>(),
            }),
        );
        Self { platform, manifest, blobs: [vec![config], layers].concat() }
    }

    /// What a list has of it.
    pub(super) fn entry(&self) -> Value {
        let mut entry = self.manifest.descriptor();
        entry["platform"] = serde_json::to_value(&self.platform).expect("a platform is always JSON");
        entry
    }
}

const LINUX_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const WINDOWS_PATH: &str = "PATH=C:\\Windows\\system32;C:\\Windows";

fn config(platform: &Platform, entrypoint: &str, layers: &[Layer]) -> Value {
    // The platform's own serialisation has its fields in the order and with the names of an image config.
    let mut config = serde_json::to_value(platform).expect("a platform is always JSON");
    let rest = json!({
        "created": CREATED,
        "author": "Onetag samples",
        "config": {
            "Env": [if platform.os == "windows" { WINDOWS_PATH } else { LINUX_PATH }],
            "Entrypoint": [entrypoint],
            "Labels": {
                "org.opencontainers.image.title": "demo/app",
                "org.opencontainers.image.version": "v1",
            },
        },
        "rootfs": { "type": "layers", "diff_ids": layers.iter().map(|layer| &layer.diff_id).collect::<Vec<_>>() },
        "history": layers
            .iter()
            .map(|layer| json!({ "created": CREATED, "created_by": layer.created_by }))
            .collect::<Vec<_>>(),
    });
    if let (Value::Object(config), Value::Object(rest)) = (&mut config, rest) {
        config.extend(rest);
    }
    config
}
