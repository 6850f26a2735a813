//! Tests of the rules: for each, a list that breaks it and what is said.

use std::collections::BTreeSet;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    digest::Digest,
    fixtures::{
        Image, add, attested_list, descriptor, docker_image, image, list_of, reference, single_source, sources,
    },
    list::{Entry, ListType, compose},
    media_type::{DOCKER_LIST, OCI_INDEX},
};

/// What is found in a list of these images, whose descriptors are changed first.
fn found(images: &[&Image], more: &Value, change: impl Fn(&mut [Value])) -> Vec<(FindingCode, String)> {
    let mut entries: Vec<Value> = images.iter().map(|image| descriptor(image)).collect();
    change(&mut entries);
    let mut source = list_of("example.com/app:v1", &entries, more);
    for image in images {
        add(&mut source, image);
    }
    let findings = check_list(&source);
    assert!(findings.iter().all(|finding| finding.severity == finding.code.severity()));
    findings.into_iter().map(|finding| (finding.code, finding.pointer)).collect()
}

#[test]
fn each_rule_finds_what_breaks_it() {
    use FindingCode as Code;
    let amd64 = image("linux", "amd64", None);
    let arm64 = image("linux", "arm64", Some("v8"));
    let arm = image("linux", "arm", None);
    let windows = image("windows", "amd64", None);
    let docker = docker_image("linux", "amd64");
    let none = json!({});
    let docker_list = json!({"mediaType": DOCKER_LIST});
    let annotated = json!({"mediaType": DOCKER_LIST, "annotations": {"a": "b"}});
    let keep = |_: &mut [Value]| {};
    let at = |pointer: &str| pointer.to_owned();

    assert_eq!(found(&[&amd64, &arm64], &none, keep), []);
    assert_eq!(found(&[&docker], &docker_list, keep), []);
    assert_eq!(found(&[], &none, keep), [(Code::EmptyList, at(""))]);
    assert_eq!(found(&[&amd64], &docker_list, keep), [(Code::DockerListHoldsOci, at("/manifests/0"))]);
    assert_eq!(found(&[&docker], &annotated, keep), [(Code::DockerListAnnotated, at("/annotations"))]);
    assert_eq!(
        found(&[&docker], &docker_list, |all| all[0]["platform"] = Value::Null),
        [(Code::DockerListNeedsPlatform, at("/manifests/0"))]
    );
    assert_eq!(
        found(&[&docker], &docker_list, |all| all[0]["annotations"] = json!({"a": "b"})),
        [(Code::DockerListAnnotated, at("/manifests/0"))]
    );
    assert_eq!(found(&[&amd64, &amd64], &none, keep), [(Code::RepeatedDigest, at("/manifests/1"))]);
    assert_eq!(found(&[&amd64, &docker], &none, keep), [(Code::DuplicatePlatform, at("/manifests/1"))]);
    assert_eq!(found(&[&amd64, &docker], &none, |all| all[1]["platform"]["os.features"] = json!(["x"])), []);
    assert_eq!(
        found(&[&amd64], &none, |all| all[0]["platform"] = Value::Null),
        [(Code::NoPlatform, at("/manifests/0"))]
    );
    for platform in
        [json!({}), json!({"os": "linux"}), json!({"architecture": "amd64"}), json!({"os": "", "architecture": ""})]
    {
        assert_eq!(
            found(&[&amd64], &none, |all| all[0]["platform"] = platform.clone()),
            [(Code::IncompletePlatform, at("/manifests/0/platform"))]
        );
    }
    assert_eq!(found(&[&arm], &none, keep), [(Code::ArmWithoutVariant, at("/manifests/0/platform"))]);
    assert_eq!(found(&[&windows], &none, keep), [(Code::WindowsWithoutVersion, at("/manifests/0/platform"))]);
    assert_eq!(
        found(&[&amd64], &none, |all| all[0]["platform"]["architecture"] = json!("s390x")),
        [(Code::PlatformDiffers, at("/manifests/0/platform"))]
    );
    // The same machine, written otherwise.
    assert_eq!(
        found(&[&arm64], &none, |all| all[0]["platform"] = json!({"os": "Linux", "architecture": "aarch64"})),
        []
    );
    for (key, value) in [("size", json!(1)), ("mediaType", json!("made/up"))] {
        assert_eq!(
            found(&[&amd64], &none, |all| all[0][key] = value.clone()),
            [(Code::ChildDiffers, at("/manifests/0"))]
        );
    }
    assert_eq!(
        found(&[], &json!({"manifests": [{"mediaType": OCI_INDEX, "digest": Digest::of(b"n"), "size": 1}]}), keep),
        [(Code::NestedList, at("/manifests/0"))]
    );
}

#[test]
fn attestations_of_nothing_are_found_and_others_pass() {
    let source = attested_list();
    assert_eq!(check_list(&source), []);
    let attestation = json!({"mediaType": crate::media_type::OCI_MANIFEST, "digest": Digest::of(b"a"), "size": 1,
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {"vnd.docker.reference.type": "attestation-manifest",
            "com.docker.reference.digest": Digest::of(b"gone")}});
    let list = list_of("example.com/app:v1", &[attestation], &json!({}));
    let findings = check_list(&list);
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code, findings[0].pointer.as_str()), (FindingCode::OrphanAttestation, "/manifests/0"));
}

#[test]
fn a_draft_is_checked_by_the_same_rules() {
    let source = single_source("example.com/app:arm", &image("linux", "arm", None));
    let sources = sources([source]);
    let entry = Entry::new(reference("example.com/app:arm"));
    let draft = Draft { list_type: ListType::Docker, entries: vec![entry.clone(), entry], ..Draft::default() };
    let found: Vec<_> =
        check_draft(&draft, &compose(&draft, &sources)).into_iter().map(|f| (f.code, f.pointer)).collect();
    let expected = [
        (FindingCode::DockerListHoldsOci, "/entries/0"),
        (FindingCode::DockerListHoldsOci, "/entries/1"),
        (FindingCode::RepeatedDigest, "/entries/1"),
        (FindingCode::ArmWithoutVariant, "/entries/0/platform"),
        (FindingCode::ArmWithoutVariant, "/entries/1/platform"),
    ];
    assert_eq!(found, expected.map(|(code, pointer)| (code, pointer.to_owned())));
}

#[test]
fn codes_are_stable_text() {
    let mut seen = BTreeSet::new();
    for code in FindingCode::ALL {
        let json = serde_json::to_string(code).unwrap();
        assert_eq!(json, format!("\"{code}\""));
        assert_eq!(serde_json::from_str::<FindingCode>(&json).unwrap(), *code);
        assert!(seen.insert(code.as_str()) && !code.title().is_empty());
    }
}

#[test]
fn platforms_that_nobody_asks_for_are_found() {
    let amd64 = image("linux", "amd64", None);
    let codes = |os: &str, architecture: &str| -> Vec<&str> {
        let platform = json!({"os": os, "architecture": architecture});
        let found = found(&[&amd64], &json!({}), |all| all[0]["platform"] = platform.clone());
        found.into_iter().map(|(code, _)| code.as_str()).filter(|code| *code == "unusual-platform").collect()
    };
    assert_eq!(codes("linux", "arm46"), ["unusual-platform"]);
    assert_eq!(codes("lunix", "arm64"), ["unusual-platform"]);
    for (os, architecture) in [("linux", "loong64"), ("freebsd", "arm64"), ("wasip1", "wasm"), ("macos", "x86_64")] {
        assert_eq!(codes(os, architecture), [""; 0]);
    }
}
