//! Small images and lists for tests, made of JSON.

use serde_json::{Value, json};

use crate::{
    digest::Digest,
    document::RawDocument,
    media_type::{
        DOCKER_ATTESTATION, DOCKER_CONFIG, DOCKER_MANIFEST, IN_TOTO, OCI_CONFIG, OCI_EMPTY, OCI_INDEX, OCI_MANIFEST,
    },
    platform::Platform,
    reference::Reference,
    source::{Source, Sources},
};

pub(crate) struct Image {
    pub(crate) platform: Value,
    pub(crate) manifest: RawDocument,
    pub(crate) config: RawDocument,
}

pub(crate) fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

pub(crate) fn document(media_type: &str, value: &Value) -> RawDocument {
    RawDocument::new(media_type.into(), value.to_string().into_bytes())
}

pub(crate) fn image(os: &str, architecture: &str, variant: Option<&str>) -> Image {
    image_of(&config(os, architecture, variant), OCI_MANIFEST, OCI_CONFIG)
}

pub(crate) fn docker_image(os: &str, architecture: &str) -> Image {
    image_of(&config(os, architecture, None), DOCKER_MANIFEST, DOCKER_CONFIG)
}

fn config(os: &str, architecture: &str, variant: Option<&str>) -> Value {
    let mut config = json!({"architecture": architecture, "os": os, "created": "2026-01-02T03:04:05Z"});
    if let Some(variant) = variant {
        config["variant"] = json!(variant);
    }
    config
}

/// An image with this config; one layer is in all images, the other only in those with that config.
pub(crate) fn image_of(config: &Value, manifest_type: &str, config_type: &str) -> Image {
    let platform = ["architecture", "os", "os.version", "os.features", "variant"];
    let platform = platform.into_iter().filter_map(|key| Some((key.to_owned(), config.get(key)?.clone()))).collect();
    let config = document(config_type, config);
    let layer = |digest: Digest, size: u64| json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": digest, "size": size});
    let own = Digest::of(config.digest().as_str().as_bytes());
    let manifest = document(
        manifest_type,
        &json!({"schemaVersion": 2, "mediaType": manifest_type, "config": config.descriptor(),
            "layers": [layer(Digest::of(b"shared"), 1000), layer(own, 10)]}),
    );
    Image { platform: Value::Object(platform), manifest, config }
}

/// A Windows image of old: its base layer is Microsoft's, and kept there. 700 bytes, at two hosts.
pub(crate) fn with_foreign_layer() -> Source {
    let mut windows = docker_image("windows", "amd64");
    let mut manifest: Value = serde_json::from_slice(windows.manifest.bytes()).unwrap();
    let base = json!({"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "size": 700,
        "digest": Digest::of(b"base"),
        "urls": ["https://go.microsoft.com/fwlink/?linkid=837858", "https://mirror.example/base"]});
    manifest["layers"].as_array_mut().unwrap().insert(0, base);
    windows.manifest = document(DOCKER_MANIFEST, &manifest);
    single_source("example.com/app:windows", &windows)
}

pub(crate) fn single_source(text: &str, image: &Image) -> Source {
    let mut source = Source::new(reference(text), image.manifest.clone());
    source.configs.insert(image.config.digest().clone(), Ok(image.config.clone()));
    source
}

pub(crate) fn descriptor(image: &Image) -> Value {
    let mut value = json!(image.manifest.descriptor());
    value["platform"] = image.platform.clone();
    value
}

/// A list with these entries; the documents are put in by [`add`].
pub(crate) fn list_of(text: &str, manifests: &[Value], more: &Value) -> Source {
    let mut body = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    // Odd white space: these bytes are nobody's usual form.
    let bytes = format!(" {body} \n").into_bytes();
    let media_type = body["mediaType"].as_str().unwrap();
    Source::new(reference(text), RawDocument::new(media_type.into(), bytes))
}

pub(crate) fn add(source: &mut Source, image: &Image) {
    source.children.insert(image.manifest.digest().clone(), Ok(image.manifest.clone()));
    source.configs.insert(image.config.digest().clone(), Ok(image.config.clone()));
}

pub(crate) fn list_source(text: &str, images: &[&Image]) -> Source {
    let manifests: Vec<Value> = images.iter().map(|image| descriptor(image)).collect();
    let mut source = list_of(text, &manifests, &json!({}));
    for image in images {
        add(&mut source, image);
    }
    source
}

/// A list of lists that name no platform, with all that is in them.
pub(crate) fn list_of_lists(text: &str, lists: &[&Source]) -> Source {
    list_of_sources(text, &lists.iter().map(|list| (*list, None)).collect::<Vec<_>>())
}

/// A list of images and lists, each for a platform or for none that is named, with all that is in them.
pub(crate) fn list_of_sources(text: &str, parts: &[(&Source, Option<&str>)]) -> Source {
    let entries: Vec<Value> = parts.iter().map(|(part, platform)| entry_of(part, *platform)).collect();
    let mut source = list_of(text, &entries, &json!({}));
    for (part, _) in parts {
        source.children.insert(part.root.digest().clone(), Ok(part.root.clone()));
        source.children.extend(part.children.clone());
        source.configs.extend(part.configs.clone());
    }
    source
}

/// What a list says of an image or a list in it, and for which platform it is.
pub(crate) fn entry_of(part: &Source, platform: Option<&str>) -> Value {
    let mut entry = json!(part.root.descriptor());
    if let Some(platform) = platform {
        entry["platform"] = json!(platform.parse::<Platform>().unwrap());
    }
    entry
}

/// amd64 with an attestation of the older form, arm64 with one of the newer form, interleaved; and unknown fields.
pub(crate) fn attested_list() -> Source {
    let (one, two) = (image("linux", "amd64", None), image("linux", "arm64", None));
    let statement = json!([{"mediaType": IN_TOTO, "digest": Digest::of(b"s"), "size": 1,
        "annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"}}]);
    let old = document(
        OCI_MANIFEST,
        &json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": statement,
            "config": {"mediaType": OCI_CONFIG, "digest": Digest::of(b"fake"), "size": 4}}),
    );
    let new = document(
        OCI_MANIFEST,
        &json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": DOCKER_ATTESTATION, "layers": statement,
            "config": {"mediaType": OCI_EMPTY, "digest": Digest::of(b"{}"), "size": 2},
            "subject": two.manifest.descriptor()}),
    );
    let unknown = json!({"architecture": "unknown", "os": "unknown"});
    let mut old_entry = json!(old.descriptor());
    old_entry["platform"] = unknown.clone();
    old_entry["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": one.manifest.digest()});
    let mut new_entry = json!(new.descriptor());
    new_entry["platform"] = unknown;
    let mut noted = descriptor(&one);
    noted["x-note"] = json!("kept");
    let entries = [noted, old_entry, descriptor(&two), new_entry];
    let more = json!({"x-unknown": {"kept": true}, "annotations": {"a": "b"}});
    let mut source = list_of("example.com/app:attested", &entries, &more);
    add(&mut source, &one);
    add(&mut source, &two);
    source.children.insert(old.digest().clone(), Ok(old));
    source.children.insert(new.digest().clone(), Ok(new));
    source
}

pub(crate) fn sources(all: impl IntoIterator<Item = Source>) -> Sources {
    let mut sources = Sources::default();
    for source in all {
        sources.insert(source.reference.clone(), Ok(source));
    }
    sources
}
