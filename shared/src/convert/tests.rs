//! Tests of the bytes that are written.

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    fixtures::document,
    media_type::{DOCKER_ATTESTATION, IN_TOTO, OCI_EMPTY},
};

const DOCKER: &str = "application/vnd.docker.image.rootfs.";
const OCI: &str = "application/vnd.oci.image.layer.";

fn part(media_type: &str, number: u8) -> Value {
    json!({"mediaType": media_type, "size": 10 + u64::from(number), "digest": Digest::of(&[number])})
}

fn manifest(media_type: &str, config: &str, layers: &[&str]) -> Value {
    let layers: Vec<Value> = layers.iter().zip(1..).map(|(layer, number)| part(layer, number)).collect();
    json!({"schemaVersion": 2, "mediaType": media_type, "config": part(config, 0), "layers": layers})
}

fn docker(layers: &[&str]) -> RawDocument {
    document(DOCKER_MANIFEST, &manifest(DOCKER_MANIFEST, DOCKER_CONFIG, layers))
}

fn oci(layers: &[&str]) -> RawDocument {
    document(OCI_MANIFEST, &manifest(OCI_MANIFEST, OCI_CONFIG, layers))
}

fn read(document: &RawDocument) -> ImageManifest {
    match document.parse() {
        Ok(Document::Image(image)) => *image,
        other => panic!("no image: {other:?}"),
    }
}

#[test]
fn the_bytes_are_these() {
    let (config, layer) = (Digest::of(&[0]), Digest::of(&[1]));
    let converted = convert(&docker(&[&format!("{DOCKER}diff.tar.gzip")]), ImageKind::Oci).expect("it can be");
    assert_eq!(
        String::from_utf8_lossy(converted.document.bytes()),
        format!(
            r#"{{"schemaVersion":2,"mediaType":"{OCI_MANIFEST}","config":{{"mediaType":"{OCI_CONFIG}","digest":"{config}","size":10}},"layers":[{{"mediaType":"{OCI}v1.tar+gzip","digest":"{layer}","size":11}}]}}"#
        )
    );
    let converted = convert(&oci(&[&format!("{OCI}v1.tar+gzip")]), ImageKind::Docker).expect("it can be");
    assert_eq!(
        String::from_utf8_lossy(converted.document.bytes()),
        format!(
            r#"{{"schemaVersion":2,"mediaType":"{DOCKER_MANIFEST}","config":{{"mediaType":"{DOCKER_CONFIG}","size":10,"digest":"{config}"}},"layers":[{{"mediaType":"{DOCKER}diff.tar.gzip","size":11,"digest":"{layer}"}}]}}"#
        )
    );
    assert_eq!((converted.document.media_type().as_str(), converted.lost), (DOCKER_MANIFEST, vec![]));
}

#[test]
fn each_type_of_layer_has_its_counterpart_or_is_refused() {
    for (docker_type, oci_type) in [
        ("diff.tar", "v1.tar"),
        ("diff.tar.gzip", "v1.tar+gzip"),
        ("foreign.diff.tar", "nondistributable.v1.tar"),
        ("foreign.diff.tar.gzip", "nondistributable.v1.tar+gzip"),
    ] {
        let (docker_type, oci_type) = (format!("{DOCKER}{docker_type}"), format!("{OCI}{oci_type}"));
        let (as_docker, as_oci) = (docker(&[&docker_type]), oci(&[&oci_type]));
        let to_oci = convert(&as_docker, ImageKind::Oci).expect("it can be").document;
        let to_docker = convert(&as_oci, ImageKind::Docker).expect("it can be").document;
        assert_eq!((read(&to_oci), read(&to_docker)), (read(&as_oci), read(&as_docker)), "{docker_type}");
    }
    let sign = "application/vnd.example.thing";
    // (what there is, as which kind, what becomes of it)
    for (layer, to, becomes) in [
        (format!("{DOCKER}diff.tar.zstd"), ImageKind::Oci, Some(format!("{OCI}v1.tar+zstd"))),
        (format!("{OCI}v1.tar+zstd"), ImageKind::Docker, None),
        (format!("{OCI}nondistributable.v1.tar+zstd"), ImageKind::Docker, None),
        (format!("{OCI}v1.tar+gzip+encrypted"), ImageKind::Docker, None),
        (format!("{DOCKER}diff.tar.lzma"), ImageKind::Oci, None),
        (format!("{DOCKER}else"), ImageKind::Oci, None),
        (sign.to_owned(), ImageKind::Oci, Some(sign.to_owned())),
        (sign.to_owned(), ImageKind::Docker, None),
        // Some tools leave a layer's type as it was.
        (format!("{OCI}v1.tar+zstd"), ImageKind::Oci, Some(format!("{OCI}v1.tar+zstd"))),
        (format!("{DOCKER}diff.tar"), ImageKind::Docker, Some(format!("{DOCKER}diff.tar"))),
    ] {
        let first = format!("{OCI}v1.tar");
        let layers = [first.as_str(), layer.as_str()];
        let image = if to == ImageKind::Oci { docker(&layers) } else { oci(&layers) };
        match (convert(&image, to), becomes) {
            (Ok(converted), Some(becomes)) => assert_eq!(read(&converted.document).layers[1].media_type, becomes),
            (Err(error), None) => {
                let words = error.to_string();
                assert!(words.contains("layer 2") && words.contains(&layer), "{words}");
                assert!(words.contains(Digest::of(&[2]).short()), "{words}");
            }
            (outcome, _) => panic!("{layer}: {outcome:?}"),
        }
    }
}

#[test]
fn what_docker_has_no_place_for_is_told_and_all_else_stays() {
    let mut value = manifest(OCI_MANIFEST, OCI_CONFIG, &[&format!("{OCI}nondistributable.v1.tar")]);
    value["x-note"] = json!({"n": 1.50});
    value["layers"][0]["urls"] = json!(["https://example.com/a?b&c"]);
    value["layers"][0]["x-size"] = json!(7);
    let plain = convert(&document(OCI_MANIFEST, &value), ImageKind::Docker).expect("it can be");
    assert_eq!(plain.lost, [""; 0]);
    let image = read(&plain.document);
    assert!(image.other.contains_key("x-note") && image.layers[0].other.contains_key("x-size"));
    assert_eq!(image.layers[0].urls, Some(vec!["https://example.com/a?b&c".to_owned()]));

    value["annotations"] = json!({"a": "b"});
    value["layers"][0]["annotations"] = json!({"c": "d"});
    value["subject"] = part(OCI_MANIFEST, 9);
    value["config"]["data"] = json!("e30=");
    let rich = convert(&document(OCI_MANIFEST, &value), ImageKind::Docker).expect("it can be");
    assert_eq!(
        rich.lost,
        ["its annotations", "the annotations of its layers", "its `subject`", "what else is said of its layers"]
    );
    assert_eq!(rich.document, plain.document);
}

#[test]
fn what_is_no_image_is_not_converted() {
    let chart = manifest(OCI_MANIFEST, "application/vnd.cncf.helm.config.v1+json", &[]);
    let attestation = manifest(OCI_MANIFEST, OCI_CONFIG, &[IN_TOTO]);
    for value in [chart, attestation] {
        assert_eq!(convert(&document(OCI_MANIFEST, &value), ImageKind::Docker), Err(ConvertError::Artifact));
    }
    let broken = RawDocument::new(DOCKER_MANIFEST.into(), b"{".to_vec());
    assert!(matches!(convert(&broken, ImageKind::Oci), Err(ConvertError::Document(_))));
    // Escapes can make more of it than registries take.
    let mut large = manifest(DOCKER_MANIFEST, DOCKER_CONFIG, &[]);
    large["x-note"] = json!("<".repeat(1 << 20));
    let refused = convert(&document(DOCKER_MANIFEST, &large), ImageKind::Oci);
    assert!(matches!(refused, Err(ConvertError::TooLarge(size)) if size > MAX_DOCUMENT_BYTES), "{refused:?}");
}

#[test]
fn a_subject_is_replaced_and_nothing_else() {
    let (old, new) = (docker(&[]), convert(&docker(&[]), ImageKind::Oci).expect("it can be").document);
    let mut value = manifest(OCI_MANIFEST, OCI_EMPTY, &[IN_TOTO]);
    value["artifactType"] = json!(DOCKER_ATTESTATION);
    value["subject"] = json!(old.descriptor());
    value["annotations"] = json!({"a": "b"});
    let attestation = document(OCI_MANIFEST, &value);
    let changed = with_subject(&attestation, old.digest(), &new.descriptor()).expect("it can be").expect("it has one");
    value["subject"] = json!(new.descriptor());
    assert_eq!(read(&changed), read(&document(OCI_MANIFEST, &value)));
    assert_eq!(with_subject(&attestation, new.digest(), &new.descriptor()), Ok(None));
    assert_eq!(with_subject(&old, old.digest(), &new.descriptor()), Ok(None));
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;

    fn layer() -> impl Strategy<Value = (bool, bool, Option<Vec<String>>, u64)> {
        (any::<bool>(), any::<bool>(), proptest::option::of(proptest::collection::vec(".{0,8}", 0..3)), any::<u64>())
    }

    proptest! {
        #[test]
        fn there_and_back_config_and_layers_are_the_same(
            layers in proptest::collection::vec(layer(), 0..6),
            from_docker in any::<bool>(),
            config_size in any::<u64>(),
        ) {
            let (here, there, manifest_type, config_type) = if from_docker {
                (ImageKind::Docker, ImageKind::Oci, DOCKER_MANIFEST, DOCKER_CONFIG)
            } else {
                (ImageKind::Oci, ImageKind::Docker, OCI_MANIFEST, OCI_CONFIG)
            };
            let layer = |(foreign, gzip, urls, size): (bool, bool, Option<Vec<String>>, u64)| Descriptor {
                urls: urls.filter(|urls| !urls.is_empty()),
                ..Descriptor::new(
                    here.family().layer(foreign, if gzip { "gzip" } else { "" }),
                    Digest::of(&size.to_le_bytes()),
                    size,
                )
            };
            let image = ImageManifest {
                media_type: Some(manifest_type.to_owned()),
                artifact_type: None,
                config: Descriptor::new(config_type, Digest::of(b"config"), config_size),
                layers: layers.into_iter().map(layer).collect(),
                subject: None,
                annotations: None,
                other: serde_json::Map::new(),
            };
            let first = encode_image(&image);
            prop_assert_eq!(&read(&first), &image);
            let converted = convert(&first, there).expect("it can be").document;
            prop_assert!(converted.digest() != first.digest());
            // What is of that kind stays as it is.
            prop_assert_eq!(&convert(&converted, there).expect("it can be").document, &converted);
            prop_assert_eq!(&convert(&first, here).expect("it can be").document, &first);
            let facts = |document: &RawDocument| {
                let image = read(document);
                let all = std::iter::once(image.config).chain(image.layers);
                all.map(|part| (part.digest, part.size, part.urls)).collect::<Vec<_>>()
            };
            prop_assert_eq!(facts(&converted), facts(&first));
            prop_assert_eq!(convert(&converted, here).expect("it can be").document, first);
        }
    }
}
