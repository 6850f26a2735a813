//! An example for each code there is.

use std::collections::BTreeSet;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    api::{Verdict, VerifiedImage},
    fixtures::{document, with_foreign_layer},
    list::Convert,
    view::ListView,
};

/// Something with this finding, and something close to it without.
#[expect(
    clippy::too_many_lines,
    reason = "an example for each code there is; the match sees to it that none is left out"
)]
fn example(code: FindingCode) -> (Vec<Finding>, Vec<Finding>) {
    let amd64 = image("linux", "amd64", None);
    let arm64 = image("linux", "arm64", None);
    let docker = docker_image("linux", "amd64");
    let none = json!({});
    let one = single_source("example.com/app:one", &amd64);
    let two = list_source("example.com/app:two", &[&amd64, &arm64]);
    let sound = draft_of(std::slice::from_ref(&one));
    let row = |change: fn(&mut Entry), source: &Source| {
        let mut draft = draft_of(std::slice::from_ref(source));
        change(&mut draft.entries[0]);
        planned(&draft, std::slice::from_ref(source))
    };
    let listed = |images: &[&Image], more: &Value, change: &dyn Fn(&mut [Value])| {
        let mut entries: Vec<Value> = images.iter().map(|image| descriptor(image)).collect();
        change(&mut entries);
        let mut source = list_of("example.com/app:v1", &entries, more);
        for image in images {
            add(&mut source, image);
        }
        check_list(&source)
    };
    let platform = |platform: Value| listed(&[&amd64], &none, &|all| all[0]["platform"] = platform.clone());
    let failed = |code: ProblemCode| {
        let mut sources = Sources::default();
        sources.insert(one.reference.clone(), Err(Problem::new(code, "no")));
        plan(&sound, &sources, &[], &PushOptions::default()).findings
    };
    let problem = Problem::new(ProblemCode::ManifestUnknown, "gone");
    let nested = || {
        let descriptor = json!(two.root.descriptor());
        let mut outer = list_of("example.com/app:outer", &[descriptor], &none);
        outer.children.insert(two.root.digest().clone(), Ok(two.root.clone()));
        outer
    };
    let docker_list = json!({"mediaType": DOCKER_LIST});
    let fine = planned(&sound, std::slice::from_ref(&one));
    match code {
        FindingCode::SourceUnresolved => (planned(&sound, &[]), fine),
        FindingCode::SourceFailed => (failed(ProblemCode::NameUnknown), fine),
        FindingCode::Schema1 => (failed(ProblemCode::Schema1), failed(ProblemCode::Denied)),
        FindingCode::SourceChanged => (
            row(|entry| entry.digest = Some(Digest::of(b"before")), &one),
            planned(&open(&one), &[Source { reference: open(&one).entries[0].source.clone(), ..one.clone() }]),
        ),
        FindingCode::BaseUnavailable => {
            let at_base = Source { reference: open(&two).base.unwrap(), ..two.clone() };
            (planned(&open(&two), std::slice::from_ref(&two)), planned(&open(&two), &[at_base]))
        }
        FindingCode::AnnotationNotText => (
            listed(&[&amd64], &none, &|all| all[0]["annotations"] = json!({"a": 1})),
            listed(&[&amd64], &none, &|all| all[0]["annotations"] = json!({"a": "1"})),
        ),
        FindingCode::NotAnImage => {
            let chart = image_of(&json!({}), OCI_MANIFEST, "application/vnd.cncf.helm.config.v1+json");
            let chart = single_source("example.com/app:chart", &chart);
            (planned(&draft_of(std::slice::from_ref(&chart)), std::slice::from_ref(&chart)), fine)
        }
        FindingCode::ConfigUnavailable => {
            let mut broken = one.clone();
            broken.configs.insert(amd64.config.digest().clone(), Err(problem));
            (row(|_| (), &broken), row(|entry| entry.platform = Some(Platform::new("linux", "amd64")), &broken))
        }
        FindingCode::PlatformNotFound => (
            row(|entry| entry.take = vec![Platform::new("linux", "s390x")], &two),
            row(|entry| entry.take = vec![Platform::new("linux", "aarch64")], &two),
        ),
        FindingCode::PlatformForMany => {
            let set = |entry: &mut Entry| entry.platform = Some(Platform::new("linux", "amd64"));
            (row(set, &two), row(set, &one))
        }
        FindingCode::ChildMissing => {
            let mut broken = two.clone();
            broken.children.insert(amd64.manifest.digest().clone(), Err(problem));
            (check_list(&broken), check_list(&two))
        }
        FindingCode::AttestationMissing => {
            let whole = attested_list();
            let mut broken = whole.clone();
            let attestation = whole.list().unwrap().manifests[1].digest.clone();
            broken.children.insert(attestation, Err(problem));
            (check_list(&broken), check_list(&whole))
        }
        FindingCode::ChildUnseen => {
            let mut unseen = two.clone();
            let later = Problem::new(ProblemCode::RateLimited, "later");
            unseen.children.insert(amd64.manifest.digest().clone(), Err(later));
            (check_list(&unseen), check_list(&two))
        }
        FindingCode::Unverifiable => (check_list(&unverifiable()), check_list(&two)),
        FindingCode::UnverifiableElsewhere => {
            let (source, draft) = (unverifiable(), draft_of(&[unverifiable()]));
            let to = |target| planned_to(target, &draft, std::slice::from_ref(&source));
            (to("example.com/other:new"), to("example.com/app:new"))
        }
        FindingCode::NestedElsewhere => {
            let (outer, draft) = (nested(), draft_of(&[nested()]));
            let mut whole = outer.clone();
            whole.children.extend(two.children.clone());
            let to = |source| planned_to("example.com/other:new", &draft, &[source]);
            (to(outer), to(whole))
        }
        FindingCode::ChildDiffers => {
            (listed(&[&amd64], &none, &|all| all[0]["size"] = json!(1)), listed(&[&amd64], &none, &|_| ()))
        }
        FindingCode::DockerListHoldsOci => {
            (listed(&[&amd64], &docker_list, &|_| ()), listed(&[&docker], &docker_list, &|_| ()))
        }
        FindingCode::DockerListNeedsPlatform => {
            let strip = |all: &mut [Value]| all[0]["platform"] = Value::Null;
            (listed(&[&docker], &docker_list, &strip), listed(&[&docker], &none, &strip))
        }
        FindingCode::DockerListAnnotated => {
            let more = json!({"annotations": {"a": "b"}});
            let docker_more = json!({"mediaType": DOCKER_LIST, "annotations": {"a": "b"}});
            (listed(&[&docker], &docker_more, &|_| ()), listed(&[&docker], &more, &|_| ()))
        }
        FindingCode::RepeatedDigest => {
            (listed(&[&amd64, &amd64], &none, &|_| ()), listed(&[&amd64, &docker], &none, &|_| ()))
        }
        FindingCode::IncompletePlatform => {
            (platform(json!({"os": "linux"})), platform(json!({"os": "linux", "architecture": "amd64"})))
        }
        FindingCode::OrphanAttestation => {
            let attested = attested_list();
            let alone: Vec<Value> =
                attested.list().unwrap().manifests.iter().skip(1).map(|child| json!(child)).collect();
            (check_list(&list_of("example.com/app:v1", &alone, &none)), check_list(&attested))
        }
        FindingCode::TooLarge => {
            let of_size = |size: usize| {
                let annotations = [("a".to_owned(), "x".repeat(size))].into();
                planned(&Draft { annotations, ..sound.clone() }, std::slice::from_ref(&one))
            };
            (of_size(4 << 20), of_size(4_000_000))
        }
        FindingCode::DuplicatePlatform => {
            let version = |all: &mut [Value]| all[1]["platform"]["os.version"] = json!("1");
            (listed(&[&amd64, &docker], &none, &|_| ()), listed(&[&amd64, &docker], &none, &version))
        }
        FindingCode::PlatformDiffers => (
            platform(json!({"os": "linux", "architecture": "s390x"})),
            platform(json!({"os": "Linux", "architecture": "x86_64"})),
        ),
        FindingCode::ArmWithoutVariant => (
            listed(&[&image("linux", "arm", None)], &none, &|_| ()),
            listed(&[&image("linux", "arm", Some("v6"))], &none, &|_| ()),
        ),
        FindingCode::WindowsWithoutVersion => {
            let windows = image("windows", "amd64", None);
            let version = |all: &mut [Value]| all[0]["platform"]["os.version"] = json!("10.0.20348.1");
            (listed(&[&windows], &none, &|_| ()), listed(&[&windows], &none, &version))
        }
        FindingCode::UnusualPlatform => (
            platform(json!({"os": "linux", "architecture": "amd46"})),
            platform(json!({"os": "freebsd", "architecture": "riscv64"})),
        ),
        FindingCode::ProgramDiffers => {
            let sound = ListView::new(&two);
            let mut view = sound.clone();
            let words = "linux/arm64 is promised, but /app is ELF, 64-bit, amd64.";
            let image = VerifiedImage {
                digest: sound.rows[1].digest.clone(),
                platform: sound.rows[1].platform.clone(),
                verdict: Verdict::Contradicts,
                words: words.to_owned(),
                programs: Vec::new(),
                bytes_read: 0,
            };
            view.take(&sound.contradiction(&image));
            assert_eq!(view.findings, view.rows[1].findings);
            (view.findings, sound.findings)
        }
        FindingCode::NestedList => (check_list(&nested()), check_list(&two)),
        FindingCode::NestedWithout | FindingCode::NestedUnreached => {
            let of = |platform: &str| check_list(&super::nested::outer(&[(&two, Some(platform))]));
            (of("linux/s390x"), check_list(&super::nested::outer(&[(&two, None)])))
        }
        FindingCode::NoPlatform => (platform(Value::Null), platform(json!({"os": "linux", "architecture": "amd64"}))),
        FindingCode::EmptyList => (planned(&Draft::default(), &[]), fine),
        FindingCode::IndexHoldsDocker => (
            listed(&[&amd64, &docker], &none, &|_| ()),
            [listed(&[&docker], &docker_list, &|_| ()), listed(&[&amd64], &none, &|_| ())].concat(),
        ),
        FindingCode::ForeignLayers => {
            let draft = draft_of(&[with_foreign_layer()]);
            let to = |target| planned_to(target, &draft, &[with_foreign_layer()]);
            (to("example.com/other:new"), to("example.com/app:new"))
        }
        FindingCode::Converted
        | FindingCode::ConversionLoses
        | FindingCode::CannotConvert
        | FindingCode::StatesOriginal => converting(code),
    }
}

/// The same for what is said of images that become of the list's kind.
fn converting(code: FindingCode) -> (Vec<Finding>, Vec<Finding>) {
    let to = |list_type: ListType, source: &Source| {
        let draft = draft_of(std::slice::from_ref(source));
        planned(&Draft { list_type, convert: Convert::ListType, ..draft }, std::slice::from_ref(source))
    };
    let docker = single_source("example.com/app:docker", &docker_image("linux", "amd64"));
    let oci = single_source("example.com/app:oci", &image("linux", "amd64", None));
    let changed = |change: fn(&mut Value)| {
        let mut image = image("linux", "amd64", None);
        let mut value: Value = serde_json::from_slice(image.manifest.bytes()).unwrap();
        change(&mut value);
        image.manifest = document(OCI_MANIFEST, &value);
        single_source("example.com/app:changed", &image)
    };
    match code {
        FindingCode::Converted => (to(ListType::Oci, &docker), to(ListType::Oci, &oci)),
        FindingCode::ConversionLoses => {
            let noted = changed(|manifest| manifest["annotations"] = json!({"a": "b"}));
            (to(ListType::Docker, &noted), [to(ListType::Docker, &oci), to(ListType::Oci, &noted)].concat())
        }
        FindingCode::CannotConvert => {
            let zstd = changed(|manifest| {
                manifest["layers"][1]["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar+zstd");
            });
            (to(ListType::Docker, &zstd), [to(ListType::Docker, &oci), to(ListType::Oci, &zstd)].concat())
        }
        FindingCode::StatesOriginal => (to(ListType::Docker, &attested_list()), to(ListType::Oci, &attested_list())),
        _ => unreachable!("{code} is not about this"),
    }
}

/// What each example is found to have: code, severity and pointer are what tools that read our answers hold on to.
const CONTRACT: &[(&str, Severity, &str)] = &[
    ("source-unresolved", Severity::Error, "/entries/0"),
    ("source-failed", Severity::Error, "/entries/0"),
    ("source-changed", Severity::Error, "/entries/0"),
    ("base-unavailable", Severity::Error, "/base"),
    ("schema-1", Severity::Error, "/entries/0"),
    ("annotation-not-text", Severity::Error, "/manifests/0/annotations/a"),
    ("not-an-image", Severity::Error, "/entries/0"),
    ("config-unavailable", Severity::Error, "/entries/0"),
    ("platform-not-found", Severity::Error, "/entries/0"),
    ("platform-for-many", Severity::Error, "/entries/0"),
    ("child-missing", Severity::Error, "/manifests/0"),
    ("unverifiable-elsewhere", Severity::Error, "/entries/0"),
    ("nested-elsewhere", Severity::Error, "/entries/0"),
    ("child-differs", Severity::Error, "/manifests/0"),
    ("docker-list-holds-oci", Severity::Error, "/manifests/0"),
    ("docker-list-needs-platform", Severity::Error, "/manifests/0"),
    ("docker-list-annotated", Severity::Error, "/annotations"),
    ("repeated-digest", Severity::Error, "/manifests/1"),
    ("incomplete-platform", Severity::Error, "/manifests/0/platform"),
    ("orphan-attestation", Severity::Error, "/manifests/0"),
    ("too-large", Severity::Error, ""),
    ("attestation-missing", Severity::Warning, "/manifests/1"),
    ("child-unseen", Severity::Warning, "/manifests/0"),
    ("unverifiable", Severity::Warning, "/manifests/1"),
    ("duplicate-platform", Severity::Warning, "/manifests/1"),
    ("program-differs", Severity::Error, "/manifests/1"),
    ("platform-differs", Severity::Warning, "/manifests/0/platform"),
    ("arm-without-variant", Severity::Warning, "/manifests/0/platform"),
    ("windows-without-version", Severity::Warning, "/manifests/0/platform"),
    ("unusual-platform", Severity::Warning, "/manifests/0/platform"),
    ("nested-list", Severity::Warning, "/manifests/0"),
    ("nested-without", Severity::Error, "/manifests/0/platform"),
    ("nested-unreached", Severity::Warning, "/manifests/0/manifests/0"),
    ("no-platform", Severity::Warning, "/manifests/0"),
    ("empty-list", Severity::Warning, ""),
    ("cannot-convert", Severity::Error, "/entries/0"),
    ("conversion-loses", Severity::Warning, "/entries/0"),
    ("states-original", Severity::Warning, "/entries/0"),
    ("converted", Severity::Info, "/entries/0"),
    ("index-holds-docker", Severity::Info, ""),
    ("foreign-layers", Severity::Info, "/entries/0"),
];

#[test]
fn every_code_is_found_where_it_should_be_and_nowhere_else() {
    assert_eq!(CONTRACT.len(), FindingCode::ALL.len(), "one row for each code");
    for (text, severity, pointer) in CONTRACT {
        let code: FindingCode = serde_json::from_value(json!(text)).unwrap();
        assert_eq!((code.as_str(), json!(code)), (*text, json!(text)));
        assert!(!code.title().is_empty());
        let (broken, sound) = example(code);
        let found: Vec<&Finding> = broken.iter().filter(|finding| finding.code == code).collect();
        assert_eq!(found.first().map(|finding| finding.pointer.as_str()), Some(*pointer), "{code}: {broken:?}");
        for finding in found {
            assert_eq!(finding.severity, *severity, "{code}");
            assert!(!finding.message.is_empty() && !finding.hint.is_empty(), "{finding:?}");
        }
        assert!(sound.iter().all(|finding| finding.code != code), "{code}: {sound:?}");
    }
    let texts: BTreeSet<&str> = CONTRACT.iter().map(|(text, ..)| *text).collect();
    assert_eq!(texts.len(), CONTRACT.len(), "no code twice");
}
