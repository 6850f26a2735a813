//! Golden bytes, and what drafts make of their sources.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;

use super::*;
use crate::{
    api::{Child, Inspection, Part, PlanTarget},
    check::FindingCode,
    descriptor::{Annotations, Descriptor},
    document::RawDocument,
    media_type::{DOCKER_LIST, DOCKER_MANIFEST, MediaType, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    reference::Reference,
    source::{Source, Sources},
};

fn golden(media_type: &str, child: &str, annotations: &[(&str, &str)], format: Format) -> RawDocument {
    let entry = |digit: &str, size: u64, platform: &str| {
        let digest = format!("sha256:{}", digit.repeat(64)).parse().unwrap();
        Descriptor { platform: Some(platform.parse().unwrap()), ..Descriptor::new(child, digest, size) }
    };
    let entries = [entry("a", 528, "linux/amd64"), entry("b", 529, "linux/arm/v7")];
    let annotations: Annotations = annotations.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let list = NewList {
        media_type: MediaType::new(media_type),
        artifact_type: None,
        manifests: entries.iter().collect(),
        subject: None,
        annotations: &annotations,
        other: None,
    };
    encode(&list, format)
}

#[test]
fn new_lists_have_the_bytes_of_the_tools() {
    let annotations = [("z.k", "1"), ("a.k", "x<y&z>")];
    let indented = golden(OCI_INDEX, OCI_MANIFEST, &annotations, Format::Indented);
    assert_eq!(indented.bytes(), include_bytes!("../../golden/buildx.json"));
    assert_eq!(indented.digest().encoded(), "f94a5849e81fc6981c79787b182c1b2026304ea0686251f318386c574c33e54a");
    let compact = golden(OCI_INDEX, OCI_MANIFEST, &annotations, Format::Compact);
    assert_eq!(compact.bytes(), include_bytes!("../../golden/podman_oras_compact.json"));
    assert_eq!(compact.digest().encoded(), "6d0934131e3e125b2ffbadd6fa204e3a1abbff1924de254767c34efccba06b4b");
    let docker = golden(DOCKER_LIST, DOCKER_MANIFEST, &[], Format::Docker);
    assert_eq!(docker.bytes(), include_bytes!("../../golden/docker_manifest.json"));
    assert_eq!(docker.digest().encoded(), "a59ff06027b6f152deac2af106eab32bb77565423caaaf9f49549f549ae8e682");
    let empty = compose(&Draft::default(), &Sources::default()).document.unwrap();
    assert_eq!(empty.bytes(), include_bytes!("../../golden/empty.json"));
}

#[test]
fn line_separators_are_escaped_as_go_does() {
    let list = golden(OCI_INDEX, OCI_MANIFEST, &[("a", "\u{2028}\u{2029}<>&\"\\\n\t\u{1}é")], Format::Compact);
    let text = std::str::from_utf8(list.bytes()).unwrap();
    assert!(text.contains(r#""a":"\u2028\u2029\u003c\u003e\u0026\"\\\n\t\u0001é""#), "{text}");
}

fn image(architecture: &str, variant: Option<&str>) -> (RawDocument, RawDocument) {
    let config = json!({"os": "linux", "architecture": architecture, "variant": variant}).to_string();
    let config = RawDocument::made(MediaType::new(OCI_CONFIG), config.into_bytes());
    let layer = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
    let manifest = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config.descriptor(),
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": layer, "size": 10}],
    });
    (RawDocument::made(MediaType::new(OCI_MANIFEST), manifest.to_string().into_bytes()), config)
}

fn add_image(sources: &mut Sources, reference: &str, architecture: &str, variant: Option<&str>) -> Entry {
    let (manifest, config) = image(architecture, variant);
    let inspection = Inspection {
        reference: reference.to_owned(),
        root: manifest.to_served(),
        config: Some(Part::Document(config.to_served())),
        children: Vec::new(),
    };
    let reference: Reference = reference.parse().unwrap();
    sources.insert(reference.clone(), Ok(Source::from_inspection(&inspection).unwrap()));
    Entry::new(reference)
}

/// A list of two images and an attestation of the second, laid out as no tool of ours would.
fn add_list(sources: &mut Sources, reference: &str) -> (RawDocument, Vec<crate::digest::Digest>) {
    let images = [image("amd64", None), image("arm64", Some("v8"))];
    let attestation = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": images[0].1.digest(), "size": 2},
        "artifactType": "application/vnd.docker.attestation.manifest.v1+json", "layers": []});
    let attestation = RawDocument::made(MediaType::new(OCI_MANIFEST), attestation.to_string().into_bytes());
    let text = format!(
        r#"{{ "manifests": [ {{"size":{},"digest":"{}","mediaType":"{OCI_MANIFEST}","platform":{{"os":"linux","architecture":"amd64"}},"x":1}},
        {{"size":{},"digest":"{}","mediaType":"{OCI_MANIFEST}","platform":{{"os":"linux","architecture":"arm64","variant":"v8"}}}},
        {{"size":{},"digest":"{}","mediaType":"{OCI_MANIFEST}","platform":{{"os":"unknown","architecture":"unknown"}},
          "annotations":{{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"{}"}}}} ], "y": 2 }}"#,
        images[0].0.bytes().len(),
        images[0].0.digest(),
        images[1].0.bytes().len(),
        images[1].0.digest(),
        attestation.bytes().len(),
        attestation.digest(),
        images[1].0.digest(),
    );
    let root = RawDocument::made(MediaType::new(OCI_INDEX), text.into_bytes());
    let part = |document: &RawDocument| Part::Document(document.to_served());
    let mut children: Vec<Child> = images
        .iter()
        .enumerate()
        .map(|(index, (manifest, config))| Child {
            index,
            digest: manifest.digest().clone(),
            manifest: part(manifest),
            config: Some(part(config)),
        })
        .collect();
    children.push(Child { index: 2, digest: attestation.digest().clone(), manifest: part(&attestation), config: None });
    let digests = children.iter().map(|child| child.digest.clone()).collect();
    let inspection = Inspection { reference: reference.to_owned(), root: root.to_served(), config: None, children };
    sources.insert(reference.parse().unwrap(), Ok(Source::from_inspection(&inspection).unwrap()));
    (root, digests)
}

fn codes(draft: &Draft, sources: &Sources) -> Vec<FindingCode> {
    plan(draft, sources, &[]).findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn five_images_become_a_list_with_the_platforms_of_their_configs() {
    let mut sources = Sources::default();
    let entries = [("amd64", None), ("arm64", Some("v8")), ("arm", Some("v7")), ("ppc64le", None), ("s390x", None)]
        .map(|(architecture, variant)| {
            add_image(&mut sources, &format!("localhost:5000/app:{architecture}"), architecture, variant)
        });
    let draft = Draft { entries: entries.to_vec(), ..Draft::default() };
    let target = |text: &str| PlanTarget { reference: text.parse().unwrap(), current: None, problem: None };
    let same = plan(&draft, &sources, &[target("localhost:5000/app:v1"), target("localhost:5000/app:latest")]);
    assert_eq!(same.findings, []);
    let platforms: Vec<String> = same.entries.iter().map(|e| e.platform.as_ref().unwrap().to_string()).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64/v8", "linux/arm/v7", "linux/ppc64le", "linux/s390x"]);
    let document = same.document.unwrap();
    assert_eq!(crate::digest::Digest::of(document.text.as_ref().unwrap().as_bytes()), document.digest);
    assert_eq!((same.transfer.pointers, same.transfer.mounts, same.transfer.requests), (5, 0, 2 * 5 + 3 * 2 + 1));
    // Five configs and the layer that all share.
    let other = plan(&draft, &sources, &[target("localhost:5000/other:v1")]);
    assert_eq!((other.transfer.mounts, other.transfer.requests), (6, 2 * 5 + 3 + 1 + 6 + 5));
    let elsewhere = plan(&draft, &sources, &[target("ghcr.io/me/app:v1")]);
    assert!(elsewhere.findings.iter().all(|finding| finding.code == FindingCode::CrossRegistrySource));
    assert_eq!(elsewhere.findings.len(), 5);
}

#[test]
fn an_unchanged_list_keeps_its_bytes() {
    let mut sources = Sources::default();
    let (root, digests) = add_list(&mut sources, "localhost:5000/app:v1");
    let reference: Reference = "localhost:5000/app:v1".parse().unwrap();
    let whole = Draft { entries: vec![Entry::new(reference.clone())], ..Draft::default() };
    assert_eq!(compose(&whole, &sources).document.unwrap(), root);

    let row = |digest: &crate::digest::Digest| Entry { digest: Some(digest.clone()), ..Entry::new(reference.clone()) };
    let opened =
        Draft { base: Some(reference.clone()), entries: digests[..2].iter().map(row).collect(), ..Draft::default() };
    assert_eq!(compose(&opened, &sources).document.unwrap(), root);

    let mut edited = opened.clone();
    edited.entries.swap(0, 1);
    let composition = compose(&edited, &sources);
    let text = String::from_utf8(composition.document.unwrap().bytes().to_vec()).unwrap();
    assert!(
        !composition.unchanged && text.contains("\"x\": 1") && text.contains("\"y\": 2"),
        "unknown fields stay: {text}"
    );
    assert_eq!(composition.entries.len(), 3, "the attestation travels");
}

#[test]
fn a_part_of_a_list_takes_its_attestations_along_or_leaves_them() {
    let mut sources = Sources::default();
    let (_, digests) = add_list(&mut sources, "localhost:5000/app:v1");
    let mut entry = Entry::new("localhost:5000/app:v1".parse().unwrap());
    entry.take = vec!["linux/arm64".parse().unwrap()];
    let taken = |entry: &Entry| {
        compose(&Draft { entries: vec![entry.clone()], ..Draft::default() }, &sources)
            .entries
            .into_iter()
            .map(|entry| entry.descriptor.digest)
            .collect::<Vec<_>>()
    };
    assert_eq!(taken(&entry), [digests[1].clone(), digests[2].clone()]);
    entry.attestations = Attestations::Drop;
    assert_eq!(taken(&entry), [digests[1].clone()]);
    entry.take = vec!["linux/s390x".parse().unwrap()];
    assert_eq!(codes(&Draft { entries: vec![entry], ..Draft::default() }, &sources), [FindingCode::NothingTaken]);
}

#[test]
fn each_rule_finds_what_it_is_for() {
    let mut sources = Sources::default();
    let amd64 = add_image(&mut sources, "localhost/app:amd64", "amd64", None);
    let arm = add_image(&mut sources, "localhost/app:arm", "arm", None);
    let with = |entry: &Entry, platform: &str| Entry { platform: platform.parse().ok(), ..entry.clone() };
    let draft = |entries: &[Entry]| Draft { entries: entries.to_vec(), ..Draft::default() };
    let cases = [
        (draft(&[]), vec![FindingCode::EmptyList]),
        (draft(&[amd64.clone()]), vec![]),
        (draft(&[amd64.clone(), amd64.clone()]), vec![FindingCode::RepeatedDigest, FindingCode::DuplicatePlatform]),
        (
            draft(&[amd64.clone(), with(&arm, "linux/amd64")]),
            vec![FindingCode::DuplicatePlatform, FindingCode::PlatformDiffers],
        ),
        (draft(&[arm.clone()]), vec![FindingCode::ArmWithoutVariant]),
        (draft(&[with(&arm, "linux/arm/v7")]), vec![]),
        (
            draft(&[with(&amd64, "windows/amd64")]),
            vec![FindingCode::WindowsWithoutVersion, FindingCode::PlatformDiffers],
        ),
        (
            draft(&[Entry { platform: Some(crate::platform::Platform::default()), ..amd64.clone() }]),
            vec![FindingCode::PlatformIncomplete],
        ),
        (Draft { list_type: ListType::Docker, ..draft(&[amd64.clone()]) }, vec![FindingCode::DockerListOciChild]),
        (draft(&[Entry::new("localhost/app:none".parse().unwrap())]), vec![FindingCode::SourceProblem]),
        (
            draft(&[Entry { digest: Some(crate::digest::Digest::of(b"old")), ..amd64.clone() }]),
            vec![FindingCode::SourceChanged],
        ),
    ];
    for (draft, expected) in cases {
        assert_eq!(codes(&draft, &sources), expected, "{draft:?}");
    }
}

#[test]
fn a_draft_reads_back_and_refuses_unknown_fields() {
    let text =
        r#"{"listType":"oci","entries":[{"source":"ghcr.io/me/app:v1","take":["linux/arm64"],"attestations":"drop"}]}"#;
    let draft: Draft = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::from_str::<Draft>(&serde_json::to_string(&draft).unwrap()).unwrap(), draft);
    assert!(serde_json::from_str::<Draft>(r#"{"entrys":[]}"#).is_err());
    assert!(serde_json::from_str::<Draft>(r#"{"entries":[{"source":"Not A Reference"}]}"#).is_err());
}
