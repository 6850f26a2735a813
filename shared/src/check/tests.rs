//! Tests of the rules: for each, a list that breaks it and what is said.

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    api::{PlanTarget, Problem, ProblemCode, PushOptions},
    digest::Digest,
    document::DocumentError,
    fixtures::{
        Image, add, attested_list, descriptor, docker_image, image, image_of, list_of, list_of_lists, list_source,
        reference, single_source, sources,
    },
    list::{Entry, ListType, compose, open, plan},
    media_type::{DOCKER_LIST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    platform::Platform,
    source::Sources,
};

mod examples;
mod nested;

/// What is found in a list of these images, whose descriptors are changed first.
fn found(images: &[&Image], more: &Value, change: impl Fn(&mut [Value])) -> Vec<(FindingCode, String)> {
    let mut entries: Vec<Value> = images.iter().map(|image| descriptor(image)).collect();
    change(&mut entries);
    let mut source = list_of("example.com/app:v1", &entries, more);
    for image in images {
        add(&mut source, image);
    }
    let mut findings = check_list(&source);
    assert!(findings.iter().all(|finding| finding.severity == finding.code.severity()));
    // What is only worth knowing is wrong with nothing.
    findings.retain(|finding| finding.severity > Severity::Info);
    findings.into_iter().map(|finding| (finding.code, finding.pointer)).collect()
}

/// What a plan of this draft says, for a tag beside the sources.
fn planned(draft: &Draft, all: &[Source]) -> Vec<Finding> {
    planned_to("example.com/app:new", draft, all)
}

fn planned_to(target: &str, draft: &Draft, all: &[Source]) -> Vec<Finding> {
    let target = PlanTarget { reference: reference(target), current: None, problem: None };
    plan(draft, &sources(all.to_vec()), &[target], &PushOptions::default()).findings
}

/// A draft with a row for each of these sources.
fn draft_of(all: &[Source]) -> Draft {
    let row = |source: &Source| Entry::new(source.reference.clone());
    Draft { entries: all.iter().map(row).collect(), ..Draft::default() }
}

/// The finer points of rules that look at more than one field.
#[test]
fn versions_features_and_spelling_are_looked_at() {
    use FindingCode as Code;
    let windows = json!({"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.1",
        "os.features": ["win32k"]});
    let windows = image_of(&windows, OCI_MANIFEST, OCI_CONFIG);
    let arm64 = image("linux", "arm64", Some("v8"));
    let (amd64, docker) = (image("linux", "amd64", None), docker_image("linux", "amd64"));
    let none = json!({});
    assert_eq!(found(&[&windows], &none, |_| ()), []);
    for (key, value, expected) in [
        ("os.version", json!("10.0.20348.2"), vec![Code::PlatformDiffers]),
        ("os.version", json!(""), vec![Code::WindowsWithoutVersion]),
        ("os.version", Value::Null, vec![Code::WindowsWithoutVersion]),
        ("os.features", Value::Null, vec![Code::PlatformDiffers]),
        ("os.features", json!(["win32k"]), vec![]),
        ("variant", json!("v1"), vec![]),
    ] {
        let codes = found(&[&windows], &none, |all| all[0]["platform"][key] = value.clone());
        assert_eq!(codes.into_iter().map(|(code, _)| code).collect::<Vec<_>>(), expected, "{key} {value}");
    }
    let variant = |variant: &str| found(&[&arm64], &none, |all| all[0]["platform"]["variant"] = json!(variant));
    assert_eq!(variant("v9"), [(Code::PlatformDiffers, "/manifests/0/platform".to_owned())]);
    assert_eq!((variant("8"), variant("")), (vec![], vec![]));
    let arm = json!({"os": "linux", "architecture": "ARM", "variant": ""});
    let codes = found(&[&image("linux", "arm", None)], &none, |all| all[0]["platform"] = arm.clone());
    assert_eq!(codes, [(Code::ArmWithoutVariant, "/manifests/0/platform".to_owned())]);

    // What tells two images for one processor apart.
    for (place, key, value) in [
        ("platform", "os.version", json!("1")),
        ("platform", "os.features", json!(["sse4"])),
        ("platform", "features", json!(["sse4"])),
        ("annotations", "io.github.containers.compression.zstd", json!("true")),
    ] {
        assert_eq!(found(&[&amd64, &docker], &none, |all| all[1][place][key] = value.clone()), [], "{key}");
    }
    // What does not.
    for (place, key, value) in [("platform", "architecture", json!("x86_64")), ("annotations", "a", json!("b"))] {
        let codes = found(&[&amd64, &docker], &none, |all| all[1][place][key] = value.clone());
        assert_eq!(codes, [(Code::DuplicatePlatform, "/manifests/1".to_owned())], "{key}");
    }
    // Schema 1 has a word of its own, wherever it turns up.
    let mut source = list_source("example.com/app:v1", &[&amd64]);
    let problem = Problem::new(ProblemCode::Schema1, "retired");
    source.children.insert(amd64.manifest.digest().clone(), Err(problem));
    assert_eq!(check_list(&source)[0].code, Code::Schema1);
    // A document in the place of another is found even if whoever put it there did not look.
    source.children.insert(amd64.manifest.digest().clone(), Ok(docker.manifest));
    assert_eq!(check_list(&source)[0].code, Code::ChildDiffers);
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

/// A list of an image, and of something with a digest that nobody here can compute.
fn unverifiable() -> Source {
    let digest: Digest = "blake3:af1349b9f5f9a1a6a0404dea36dcc949".parse().unwrap();
    let entry = json!({"mediaType": OCI_MANIFEST, "digest": digest, "size": 7,
        "platform": {"os": "linux", "architecture": "arm64"}});
    let amd64 = image("linux", "amd64", None);
    let mut source = list_of("example.com/app:mixed", &[descriptor(&amd64), entry], &json!({}));
    add(&mut source, &amd64);
    let error = DocumentError::Digest(digest.verify(b"{}").unwrap_err());
    source.children.insert(digest, Err(error.to_problem()));
    source
}

#[test]
fn what_cannot_be_verified_is_not_accused_and_stays_where_it_is() {
    let source = unverifiable();
    let problem = source.children.values().find_map(|child| child.as_ref().err()).unwrap();
    assert_eq!(problem.code, ProblemCode::Unverifiable);
    assert!(!problem.hint.as_ref().unwrap().contains("changed"));
    let draft = open(&source);
    let at_base = Source { reference: draft.base.clone().unwrap(), ..source.clone() };
    let plan = planned_to("example.com/app:v2", &draft, &[at_base]);
    assert_eq!(plan.iter().map(|finding| finding.code).collect::<Vec<_>>(), [FindingCode::Unverifiable]);
    assert_eq!(plan[0].pointer, "/entries/1");
}

#[test]
fn lists_in_the_list_are_checked_too() {
    let (arm, amd64) = (image("linux", "arm", None), image("linux", "amd64", None));
    let inner = list_source("example.com/app:inner", &[&amd64, &arm]);
    let middle = list_of_lists("example.com/app:middle", &[&inner]);
    let mut outer = list_of_lists("example.com/app:outer", &[&list_source("example.com/app:x", &[&amd64]), &middle]);
    let said = |source: &Source| {
        let of_lists = [FindingCode::NestedList, FindingCode::NestedUnreached];
        let findings = check_list(source).into_iter().filter(|finding| !of_lists.contains(&finding.code));
        findings.map(|finding| (finding.code, finding.place().unwrap(), finding.pointer)).collect::<Vec<_>>()
    };
    let variant = (
        FindingCode::ArmWithoutVariant,
        "entry 2 › entry 1 › entry 2".to_owned(),
        "/manifests/1/manifests/0/manifests/1/platform".to_owned(),
    );
    assert_eq!(said(&outer), std::slice::from_ref(&variant));
    let gone = Problem::new(ProblemCode::ManifestUnknown, "gone");
    outer.children.insert(arm.manifest.digest().clone(), Err(gone));
    let missing = (FindingCode::ChildMissing, variant.1.clone(), "/manifests/1/manifests/0/manifests/1".to_owned());
    assert_eq!(said(&outer), [missing, variant]);
    // A draft has no such places.
    assert!(planned(&draft_of(&[]), &[]).iter().all(|finding| finding.place().is_none()));
}

#[test]
fn an_image_without_its_config_is_as_good_as_missing() {
    let (one, two) = (image("linux", "amd64", None), image("linux", "arm64", None));
    let mut source = list_source("example.com/app:v1", &[&one, &two]);
    let gone = Problem::new(ProblemCode::BlobUnknown, "gone");
    source.configs.insert(two.config.digest().clone(), Err(gone));
    let findings = check_list(&source);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((findings[0].code, findings[0].pointer.as_str()), (FindingCode::ChildMissing, "/manifests/1"));
    assert!(findings[0].message.contains("'s config cannot be had"), "{findings:?}");
}

#[test]
fn other_entries_are_named_as_people_count() {
    let amd64 = image("linux", "amd64", None);
    let inner = list_source("example.com/app:inner", &[&amd64, &docker_image("linux", "amd64")]);
    let outer = list_of_lists("example.com/app:outer", &[&list_source("example.com/app:x", &[&amd64]), &inner]);
    let findings = check_list(&outer);
    let twice = findings.iter().find(|finding| finding.code == FindingCode::DuplicatePlatform).unwrap();
    assert_eq!(twice.place().unwrap(), "entry 2 › entry 2");
    assert!(twice.message.contains("see entry 2 › entry 1. Most clients"), "{}", twice.message);
    let flat = check_list(&inner);
    assert!(flat.iter().any(|finding| finding.message.contains("see entry 1. Most clients")), "{flat:?}");
}
