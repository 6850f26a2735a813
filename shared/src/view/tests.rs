#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;

use super::*;
use crate::{
    api::Verdict,
    check::FindingCode,
    document::Document,
    fixtures::{
        add, attested_list, descriptor, image, image_of, list_of, list_of_lists, list_source, reference, single_source,
    },
    media_type::OCI_MANIFEST,
};

#[test]
fn attestations_are_folded_under_their_image() {
    let view = ListView::new(&attested_list());
    assert_eq!(view.kind, "OCI image index");
    assert_eq!(view.rows.iter().map(|row| row.index).collect::<Vec<_>>(), [0, 2]);
    for (row, (index, form)) in view.rows.iter().zip([(1, "old"), (3, "new")]) {
        assert_eq!(row.attestations.len(), 1, "{form}");
        assert_eq!(row.attestations[0].index, index, "{form}");
        assert_eq!(row.attestations[0].predicate_types, ["https://slsa.dev/provenance/v1"], "{form}");
        assert!(row.complete && row.absent.is_none() && !row.orphan_attestation, "{form}");
        assert_eq!(row.created.as_deref(), Some("2026-01-02T03:04:05Z"));
    }
    assert_eq!(view.findings, []);
}

#[test]
fn downloads_count_each_blob_once_in_the_total() {
    let source = attested_list();
    let view = ListView::new(&source);
    let (first, second) = (view.rows[0].size_to_download.unwrap(), view.rows[1].size_to_download.unwrap());
    // The two images share one layer of 1000 bytes.
    assert_eq!(view.total_download, first + second - 1000);
    assert_eq!(view.shared_layers().into_iter().collect::<Vec<_>>(), [Digest::of(b"shared")]);
}

#[test]
fn an_image_is_a_list_of_one() {
    let source = single_source("example.com/app:arm", &image("linux", "arm", Some("v6")));
    let view = ListView::new(&source);
    assert!(!view.is_list);
    assert_eq!(view.rows.len(), 1);
    assert_eq!(view.rows[0].platform.as_ref().unwrap().to_string(), "linux/arm/v6");
    assert!(view.rows[0].complete);
    assert!(matches!(source.root.parse(), Ok(Document::Image(_))));
}

#[test]
fn what_is_missing_is_said_beside_its_row() {
    let (one, two) = (image("linux", "amd64", None), image("linux", "arm64", None));
    let mut source = list_source("example.com/app:v1", &[&one, &two]);
    let problem = Problem::new(ProblemCode::ManifestUnknown, "gone");
    source.children.insert(one.manifest.digest().clone(), Err(problem.clone()));
    source.configs.clear();
    let view = ListView::new(&source);
    let short = "There is no such tag or digest. Pulls fail.".to_owned();
    assert_eq!(view.rows[0].absent, Some(Absent { kind: Absence::Gone, reason: problem.to_string(), short }));
    assert!(view.rows[0].complete && !view.rows[1].complete);
    assert_eq!(view.findings[0].pointer, "/manifests/0");
    assert_eq!(reference("example.com/app:v1"), source.reference);
}

#[test]
fn what_the_checks_say_stands_in_the_row_that_it_is_about() {
    let of = |source: &Source| {
        let rows = ListView::new(source).rows;
        let codes = |row: &Row| row.findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
        rows.iter().map(|row| (codes(row), row.severity())).collect::<Vec<_>>()
    };
    // Of an attestation it stands at its image.
    let mut source = attested_list();
    let gone = Problem::new(ProblemCode::ManifestUnknown, "gone");
    let attestation = ListView::new(&source).rows[0].attestations[0].digest.clone();
    source.children.insert(attestation, Err(gone));
    let missing = (vec![FindingCode::AttestationMissing], Some(Severity::Warning));
    assert_eq!(of(&source), [missing, (vec![], None)]);
    // Of an entry of a list in the list it stands there, and not at the entry of the outer one with the same number.
    let (amd64, arm) = (image("linux", "amd64", None), image("linux", "arm", None));
    let inner = list_source("example.com/app:inner", &[&amd64, &arm]);
    let nested = (vec![FindingCode::NestedList], Some(Severity::Warning));
    let variant = (vec![FindingCode::ArmWithoutVariant], Some(Severity::Warning));
    let outer = list_of_lists("example.com/app:outer", &[&list_source("example.com/app:x", &[&amd64]), &inner]);
    let none = (vec![], None);
    assert_eq!(of(&outer), [nested.clone(), none.clone(), nested, none, variant]);
}

#[test]
fn what_is_not_known_is_not_called_missing() {
    let (one, two) = (image("linux", "amd64", None), image("linux", "arm64", None));
    let mut source = list_source("example.com/app:v1", &[&one, &two]);
    for (code, kind) in [
        (ProblemCode::ManifestUnknown, Absence::Gone),
        (ProblemCode::BlobUnknown, Absence::Gone),
        (ProblemCode::Unverifiable, Absence::Unverifiable),
        (ProblemCode::DigestMismatch, Absence::Unusable),
        (ProblemCode::Schema1, Absence::Unusable),
        (ProblemCode::RateLimited, Absence::Unknown),
        (ProblemCode::RegistryTimeout, Absence::Unknown),
        (ProblemCode::Unauthorized, Absence::Unknown),
    ] {
        source.children.insert(two.manifest.digest().clone(), Err(Problem::new(code, "x")));
        let view = ListView::new(&source);
        let row = &view.rows[1];
        assert_eq!(row.absent.as_ref().map(|absent| absent.kind), Some(kind), "{code}");
        // The list says that it is there.
        assert_eq!(row.runs_somewhere(), kind == Absence::Unknown, "{code}");
    }
}

#[test]
fn artifacts_are_called_what_they_are() {
    let chart = image_of(&json!({}), OCI_MANIFEST, "application/vnd.cncf.helm.config.v1+json");
    let other = image_of(&json!({}), OCI_MANIFEST, "application/vnd.example.config+json");
    let nameless = image_of(&json!({}), OCI_MANIFEST, crate::media_type::OCI_EMPTY);
    let mut source = list_of(
        "example.com/app:v1",
        &[&chart, &other, &nameless].map(|it| {
            let mut entry = descriptor(it);
            entry.as_object_mut().unwrap().shift_remove("platform");
            entry
        }),
        &json!({}),
    );
    for artifact in [&chart, &other, &nameless] {
        add(&mut source, artifact);
    }
    let names: Vec<String> = ListView::new(&source).rows.iter().map(Row::name).collect();
    assert_eq!(names, ["Helm chart", "application/vnd.example.config+json", "artifact"]);
    let alone = ListView::new(&single_source("example.com/app:chart", &chart));
    assert_eq!((alone.kind.as_str(), alone.rows[0].name().as_str()), ("OCI image manifest (Helm chart)", "Helm chart"));
}

#[test]
fn what_does_not_run_has_no_platform() {
    let mut row = ListView::new(&attested_list()).rows.remove(0);
    row.platform = Some(Platform::new("unknown", "unknown"));
    assert_eq!(row.name(), "no platform");
    row.platform = Some(Platform::new("linux", "unknown"));
    assert_eq!(row.name(), "linux/unknown");
}

#[test]
fn what_is_in_a_list_in_the_list_follows_it() {
    let arm = list_source("example.com/app:arm", &[&image("linux", "arm", Some("v7"))]);
    let inner = list_of_lists("example.com/app:inner", &[&arm]);
    let view = ListView::new(&list_of_lists("example.com/app:outer", &[&attested_list(), &inner, &arm]));
    let shown = |row: &Row| match &row.platform {
        Some(platform) => format!("{}{platform}", "-".repeat(row.depth)),
        None => format!("{}list", "-".repeat(row.depth)),
    };
    let shown: Vec<String> = view.rows.iter().map(shown).collect();
    // The last is known from above.
    assert_eq!(shown, ["list", "-linux/amd64", "-linux/arm64", "list", "-list", "--linux/arm/v7", "list"]);
    assert_eq!(view.rows.iter().map(|row| row.index).collect::<Vec<_>>(), [0, 0, 2, 1, 0, 0, 2]);
    assert!(view.rows[1..3].iter().all(|row| row.attestations.len() == 1 && !row.orphan_attestation));
    assert_eq!((view.entries().count(), view.images().count()), (3, 3));
    assert_eq!(view.inside(0), &view.rows[1..3]);
    assert_eq!(view.inside(3), &view.rows[4..6]);
    assert!([1, 5, 6, 7].into_iter().all(|place| view.inside(place).is_empty()));
    assert_eq!(view.rows[0].size_to_download, Some(ListView::new(&attested_list()).total_download));
    assert_eq!(view.rows[3].size_to_download, view.rows[5].size_to_download);
    assert_eq!(view.rows[6].size_to_download, None);
    // One layer of 1000 bytes is in all three.
    let all: u64 = [0, 3].iter().filter_map(|place| view.rows[*place].size_to_download).sum();
    assert_eq!(view.total_download, all - 1000);
    assert!(view.rows.iter().all(|row| row.complete));
}

#[test]
fn lists_that_name_each_other_many_times_come_to_an_end() {
    let mut list = list_source("example.com/app:v1", &[&image("linux", "amd64", None)]);
    for _ in 0..30 {
        list = list_of_lists("example.com/app:v1", &[&list, &list]);
    }
    let depth = ListView::new(&list).rows.iter().map(|row| row.depth).max();
    assert_eq!(depth, Some(crate::source::MAX_DEPTH));
}

/// One image for two platforms, of which one is its own: the other entry is the wrong one.
#[test]
fn a_program_for_another_platform_is_told_of_the_entry_that_promises_it() {
    let program = image("linux", "amd64", None);
    let mut wrong = descriptor(&program);
    wrong["platform"]["architecture"] = json!("arm64");
    let mut source = list_of("example.com/app:v1", &[descriptor(&program), wrong], &json!({}));
    add(&mut source, &program);
    let mut view = ListView::new(&source);
    assert_eq!(view.rows[0].digest, view.rows[1].digest);
    let image = VerifiedImage {
        digest: view.rows[1].digest.clone(),
        platform: view.rows[1].platform.clone(),
        verdict: Verdict::Contradicts,
        words: "linux/arm64 is promised, but /app is for amd64.".to_owned(),
        programs: Vec::new(),
        bytes_read: 0,
    };
    let told = view.contradiction(&image);
    view.take(&told);
    let codes = |row: &Row| row.findings.iter().filter(|found| found.code == FindingCode::ProgramDiffers).count();
    assert_eq!((codes(&view.rows[0]), codes(&view.rows[1])), (0, 1));
    let [(number, finding)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((number.as_str(), finding.pointer.as_str()), ("2", "/manifests/1"));
}
