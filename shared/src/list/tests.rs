//! Tests of the whole way from a draft to its bytes.

mod converting;
mod foreign;
mod nested;
#[cfg(not(target_arch = "wasm32"))]
mod properties;

use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{
    Attestations, Composition, Convert, Draft, Edit, Entry, Format, History, ListType, Nested, RepoTransfer, Role,
    compose, encode, open,
};
use crate::{
    api::{Plan, PlanTarget, PushOptions, TransferKind},
    check::FindingCode,
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    document::{Document, List, RawDocument},
    fixtures::{
        add, attested_list, descriptor, docker_image, image, image_of, list_of, reference, single_source, sources,
    },
    media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    platform::Platform,
    reference::Reference,
    source::{Source, Sources},
};

fn target(text: &str) -> PlanTarget {
    PlanTarget { reference: reference(text), current: None, problem: None }
}

fn plan(draft: &Draft, sources: &Sources, targets: &[PlanTarget]) -> Plan {
    super::plan(draft, sources, targets, &PushOptions::default())
}

fn transfer(composition: &Composition, repository: &Reference) -> RepoTransfer {
    super::transfer(composition, repository, false)
}

fn draft_of(references: &[&str]) -> Draft {
    Draft { entries: references.iter().map(|text| Entry::new(reference(text))).collect(), ..Draft::default() }
}

fn five() -> (Draft, Sources) {
    let architectures = ["amd64", "arm64", "ppc64le", "s390x", "riscv64"];
    let names: Vec<String> = architectures.iter().map(|name| format!("localhost:5000/demo/app:{name}")).collect();
    let all = architectures.iter().zip(&names);
    let sources = sources(all.map(|(architecture, at)| single_source(at, &image("linux", architecture, None))));
    (draft_of(&names.iter().map(String::as_str).collect::<Vec<_>>()), sources)
}

fn golden_list(docker: bool) -> List {
    let (list_type, child_type) = if docker { (DOCKER_LIST, DOCKER_MANIFEST) } else { (OCI_INDEX, OCI_MANIFEST) };
    let child = |digit: &str, size, platform| Descriptor {
        platform: Some(platform),
        ..Descriptor::new(child_type, format!("sha256:{}", digit.repeat(64)).parse().expect("a digest"), size)
    };
    let annotations = Annotations::from([("z.k".to_owned(), "1".to_owned()), ("a.k".to_owned(), "x<y&z>".to_owned())]);
    List {
        media_type: Some(list_type.to_owned()),
        manifests: vec![
            child("a", 528, Platform::new("linux", "amd64")),
            child("b", 529, Platform::new("linux", "arm").with_variant("v7")),
        ],
        annotations: (!docker).then_some(annotations),
        ..List::default()
    }
}

#[test]
fn the_bytes_are_those_of_the_known_tools() {
    let empty = List::default();
    for (list, format, golden, digest) in [
        (
            golden_list(false),
            Format::Indented,
            &include_bytes!("../../golden/buildx.json")[..],
            "sha256:f94a5849e81fc6981c79787b182c1b2026304ea0686251f318386c574c33e54a",
        ),
        (
            golden_list(false),
            Format::Compact,
            &include_bytes!("../../golden/podman_oras_compact.json")[..],
            "sha256:6d0934131e3e125b2ffbadd6fa204e3a1abbff1924de254767c34efccba06b4b",
        ),
        (
            golden_list(true),
            Format::Docker,
            &include_bytes!("../../golden/docker_manifest.json")[..],
            "sha256:a59ff06027b6f152deac2af106eab32bb77565423caaaf9f49549f549ae8e682",
        ),
        (
            empty,
            Format::Indented,
            &include_bytes!("../../golden/empty.json")[..],
            "sha256:434dee09a34300413d1a44f76a5d34aa8902a405b1462febd8435e0176029ee3",
        ),
    ] {
        let document = encode(&list, format);
        assert_eq!(String::from_utf8_lossy(document.bytes()), String::from_utf8_lossy(golden));
        assert_eq!(document.digest().as_str(), digest);
    }
}

/// Crane's order of fields is none of the three we write; what it wrote is read, and goes on as it is.
#[test]
fn crane_s_bytes_are_read_and_kept() {
    let bytes = include_bytes!("../../golden/crane.json");
    let root = RawDocument::new(OCI_INDEX.into(), bytes.to_vec());
    assert_eq!(root.digest().as_str(), "sha256:889d524533db1fbc5dce1225d462b1fbfeb04864ac937cc2c008301149c83870");
    let Ok(Document::List(list)) = root.parse() else { panic!("not a list") };
    assert_eq!(*list, golden_list(false));
    assert_ne!(encode(&list, Format::Compact), root);

    let source = Source::new(reference("localhost:5000/demo/app:crane"), root.clone());
    let draft = draft_of(&["localhost:5000/demo/app:crane"]);
    let composition = compose(&draft, &sources([source]));
    assert_eq!((composition.unchanged, composition.document), (true, Some(root)));
}

#[test]
fn texts_have_the_escapes_of_go() {
    let annotations =
        Annotations::from([("k".to_owned(), "\"\\\u{8}\u{c}\n\r\t\u{1}\u{7f}\u{2028}\u{2029}é".to_owned())]);
    let list = List { annotations: Some(annotations), ..List::default() };
    let text = String::from_utf8(encode(&list, Format::Compact).bytes().to_vec()).expect("UTF-8");
    assert!(text.contains("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\u{7f}\\u2028\\u2029é\""), "{text}");
}

#[test]
fn a_list_that_is_opened_keeps_its_bytes_until_it_is_changed() {
    let source = attested_list();
    let original = source.root.clone();
    let draft = open(&source);
    assert_eq!(draft.entries.len(), 2);
    let mut at_base = source.clone();
    at_base.reference = draft.base.clone().expect("a base");
    let sources = sources([source, at_base]);
    let same = compose(&draft, &sources);
    assert!(same.unchanged);
    assert_eq!(same.document.as_ref(), Some(&original));
    assert_eq!(same.entries.len(), 4);

    let mut history = History::new(draft);
    history.apply(Edit::Move { from: 0, to: 1 }).expect("two rows");
    let moved = compose(&history.draft, &sources);
    assert!(!moved.unchanged);
    let text = String::from_utf8(moved.document.expect("a list").bytes().to_vec()).expect("UTF-8");
    assert!(text.contains("x-unknown") && text.contains("x-note"), "unknown fields are kept: {text}");
    assert!(history.undo());
    assert_eq!(compose(&history.draft, &sources).document, Some(original));
}

/// Attestations of attestations, of nothing, of themselves and twice the same: nobody makes such lists on purpose, but
/// opening one must not lose any of it.
#[test]
fn odd_attestations_are_kept_when_a_list_is_opened() {
    let amd64 = image("linux", "amd64", None);
    let attestation = |name: &str, of: &Digest| {
        json!({"mediaType": OCI_MANIFEST, "digest": Digest::of(name.as_bytes()), "size": 1, "annotations":
            {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of}})
    };
    let first = attestation("first", amd64.manifest.digest());
    let of_first = attestation("of the first", &Digest::of(b"first"));
    let entries = [
        first.clone(),
        descriptor(&amd64),
        of_first,
        first,
        attestation("of nothing", &Digest::of(b"gone")),
        attestation("of itself", &Digest::of(b"of itself")),
        descriptor(&amd64),
    ];
    let mut source = list_of("example.com/app:odd", &entries, &json!({}));
    add(&mut source, &amd64);
    let original = source.root.clone();
    let draft = open(&source);
    assert_eq!(draft.entries.len(), 4);
    let whole = draft_of(&["example.com/app:odd"]);
    let mut at_base = source.clone();
    at_base.reference = draft.base.clone().expect("a base");
    let sources = sources([source, at_base]);
    for draft in [draft, whole] {
        let composition = compose(&draft, &sources);
        assert_eq!((composition.entries.len(), composition.unchanged), (7, true));
        assert_eq!(composition.document.as_ref(), Some(&original));
    }
}

#[test]
fn a_lone_list_as_source_keeps_its_bytes_unless_something_is_asked_for() {
    let source = attested_list();
    let original = source.root.clone();
    let mut draft = draft_of(&[&source.reference.to_string()]);
    let sources = sources([source]);
    assert_eq!(compose(&draft, &sources).document, Some(original.clone()));
    draft.annotations.insert("asked".to_owned(), "for".to_owned());
    assert_ne!(compose(&draft, &sources).document, Some(original));
}

#[test]
fn attestations_go_where_their_image_goes() {
    let source = attested_list();
    let mut draft = draft_of(&[&source.reference.to_string()]);
    let sources = sources([source]);
    draft.entries[0].take = vec![Platform::new("linux", "arm64")];
    let kept = compose(&draft, &sources);
    assert_eq!(kept.entries.len(), 2);
    assert_eq!(kept.entries[1].role, Role::Attestation { of: kept.entries[0].descriptor.digest.clone() });
    draft.entries[0].attestations = Attestations::Drop;
    assert_eq!(compose(&draft, &sources).entries.len(), 1);
    draft.entries[0].take = vec![Platform::new("linux", "s390x")];
    assert_eq!(compose(&draft, &sources).findings[0].code, FindingCode::PlatformNotFound);
}

#[test]
fn a_source_that_moved_is_never_taken_silently() {
    let (mut draft, sources) = five();
    draft.entries[2].digest = Some(Digest::of(b"what was there"));
    let composition = compose(&draft, &sources);
    assert_eq!(composition.findings.len(), 1);
    assert_eq!(composition.findings[0].code, FindingCode::SourceChanged);
    assert_eq!(composition.findings[0].pointer, "/entries/2");
    assert_eq!(composition.entries.len(), 4);
}

#[test]
fn the_list_type_follows_the_children_and_what_is_asked_for() {
    let docker = sources([single_source("localhost:5000/a:1", &docker_image("linux", "amd64"))]);
    let oci = sources([single_source("localhost:5000/a:1", &image("linux", "amd64", None))]);
    let plain = draft_of(&["localhost:5000/a:1"]);
    let mut annotated = plain.clone();
    annotated.annotations.insert("a".to_owned(), "b".to_owned());
    let forced = Draft { list_type: ListType::Docker, ..plain.clone() };
    for (draft, sources, expected) in [
        (&plain, &docker, DOCKER_LIST),
        (&plain, &oci, OCI_INDEX),
        (&annotated, &docker, OCI_INDEX),
        (&forced, &oci, DOCKER_LIST),
    ] {
        let document = compose(draft, sources).document.expect("a list");
        assert_eq!(document.media_type().as_str(), expected);
    }
}

#[test]
fn platforms_come_from_the_config_whole() {
    let windows =
        json!({"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.1", "os.features": ["win32k"]});
    let sources = sources([single_source("localhost:5000/a:1", &image_of(&windows, OCI_MANIFEST, OCI_CONFIG))]);
    let composition = compose(&draft_of(&["localhost:5000/a:1"]), &sources);
    let text = String::from_utf8(composition.document.expect("a list").bytes().to_vec()).expect("UTF-8");
    let platform: String = text.split("\"platform\":").nth(1).expect("a platform").split_whitespace().collect();
    assert!(
        platform.starts_with(
            r#"{"architecture":"amd64","os":"windows","os.version":"10.0.20348.1","os.features":["win32k"]}"#
        ),
        "{platform}"
    );
}

#[test]
fn a_push_in_one_repository_makes_2n_plus_3t_plus_1_requests() {
    let (draft, sources) = five();
    for tags in 1..=3 {
        let targets: Vec<_> = (0..tags).map(|tag| target(&format!("localhost:5000/demo/app:v{tag}"))).collect();
        let plan = plan(&draft, &sources, &targets);
        assert_eq!(plan.findings, []);
        assert_eq!(plan.transfer.requests, 2 * 5 + 3 * tags + 1);
        assert_eq!((plan.transfer.pointers, plan.transfer.mounts, plan.transfer.copies), (5, 0, 0));
        let document = plan.document.expect("a list");
        assert_eq!(document.digest, Digest::of(document.text.expect("text").as_bytes()));
    }
}

#[test]
fn other_repositories_cost_a_mount_a_blob_and_a_put_an_image() {
    let (draft, sources) = five();
    let plan = plan(&draft, &sources, &[target("localhost:5000/demo/other:v1")]);
    // Of the ten layers and five configs, one layer is in all images.
    assert_eq!(plan.transfer.mounts, 5 + 5 + 1);
    assert_eq!(plan.transfer.requests, 2 * 5 + 11 + 5 + 1 + 3);
    assert!(plan.entries.iter().all(|entry| entry.transfer == TransferKind::Mount));
}

#[test]
fn other_registries_cost_a_copy_a_blob() {
    let (draft, sources) = five();
    let plan = plan(&draft, &sources, &[target("example.com/demo/app:v1")]);
    assert_eq!(plan.findings, []);
    assert_eq!((plan.transfer.pointers, plan.transfer.mounts, plan.transfer.copies), (0, 0, 11));
    assert_eq!(plan.transfer.requests, 2 * 5 + 4 * 11 + 5 + 1 + 3);
    assert!(plan.entries.iter().all(|entry| entry.transfer == TransferKind::Copy));
}

/// All five images share a layer; here each is in another place.
#[test]
fn a_blob_comes_from_the_nearest_place_that_has_it() {
    let places = [
        ("amd64", "elsewhere.example.com/app:v1"),
        ("arm64", "example.com/other:v1"),
        ("s390x", "example.com/third:v1"),
    ];
    let sources = sources(places.map(|(architecture, at)| single_source(at, &image("linux", architecture, None))));
    let composition = compose(&draft_of(&places.map(|(_, at)| at)), &sources);
    let step = transfer(&composition, &reference("example.com/app:new"));
    // Each image has a config and a layer of its own, besides the one that all have.
    assert_eq!((step.by(TransferKind::Copy).count(), step.by(TransferKind::Mount).count()), (2, 2 + 2 + 1));
    let copied: u64 = step.by(TransferKind::Copy).map(|step| step.descriptor.size).sum();
    assert_eq!(step.bytes_to_copy(), copied);
    // Where one of them is in the repository itself, what all share is there too.
    let step = transfer(&composition, &reference("example.com/third:new"));
    assert_eq!((step.by(TransferKind::Copy).count(), step.by(TransferKind::Mount).count()), (2, 2));
    assert_eq!(step.manifests.len(), 2);
}

#[test]
fn a_stored_history_that_does_not_fit_does_not_panic() {
    let stored = json!({"draft": {}, "undo": [{"edit": "remove", "index": 7, "count": usize::MAX}]});
    let mut history: History = serde_json::from_value(stored).expect("it has the shape");
    assert!(!history.undo());
    assert!(!history.can_undo());
    assert!(serde_json::from_str::<History>(r#"{"draft": {"entries": 3}}"#).is_err());
}
