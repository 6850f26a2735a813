//! Layers that no registry need hold.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    check::Severity,
    fixtures::{list_of_lists, list_source, with_foreign_layer},
};

const ASKED_FOR: PushOptions = PushOptions { merge: false, referrers: false, foreign_layers: true };

#[test]
fn foreign_is_what_is_so_by_its_type_and_says_where_it_is() {
    let (docker, oci) = ("application/vnd.docker.image.rootfs.", "application/vnd.oci.image.layer.");
    for (media_type, urls, foreign) in [
        (format!("{docker}foreign.diff.tar.gzip"), Some(vec!["https://a.example/b"]), true),
        (format!("{docker}foreign.diff.tar"), Some(vec!["https://a.example/b"]), true),
        (format!("{oci}nondistributable.v1.tar+zstd"), Some(vec!["https://a.example/b"]), true),
        (format!("{docker}foreign.diff.tar.gzip"), Some(vec![]), false),
        (format!("{oci}nondistributable.v1.tar"), None, false),
        (format!("{oci}v1.tar+gzip"), Some(vec!["https://a.example/b"]), false),
        (OCI_CONFIG.to_owned(), Some(vec!["https://a.example/b"]), false),
    ] {
        let mut descriptor = Descriptor::new(media_type, Digest::of(b"layer"), 5);
        descriptor.urls = urls.map(|urls| urls.into_iter().map(str::to_owned).collect());
        assert_eq!(descriptor.is_foreign_layer(), foreign, "{descriptor:?}");
    }
}

#[test]
fn foreign_layers_stay_where_they_are_unless_they_are_asked_for() {
    let source = with_foreign_layer();
    let inner = list_source("example.com/app:inner", &[]);
    let mut outer = list_of_lists("example.com/app:outer", &[&inner]);
    let windows = Descriptor { platform: Some(Platform::new("windows", "amd64")), ..source.root.descriptor() };
    // The same image in a list in the list.
    let nested = list_of("example.com/app:nested", &[json!(windows)], &json!({}));
    outer = list_of("example.com/app:outer", &[json!(nested.root.descriptor())], &json!({"x": outer.root.digest()}));
    outer.children.insert(nested.root.digest().clone(), Ok(nested.root.clone()));
    outer.children.insert(source.root.digest().clone(), Ok(source.root.clone()));
    outer.configs.extend(source.configs.clone());
    for source in [source, outer] {
        let draft = draft_of(&[&source.reference.to_string()]);
        let sources = sources([source]);
        for (to, way) in [
            // Its image is there, and it may not be.
            ("example.com/app:new", TransferKind::Copy),
            ("example.com/other:new", TransferKind::Mount),
            ("elsewhere.example.com/app:new", TransferKind::Copy),
        ] {
            let left = plan(&draft, &sources, &[target(to)]);
            let brought = super::super::plan(&draft, &sources, &[target(to)], &ASKED_FOR);
            assert_eq!((left.transfer.foreign, left.transfer.foreign_bytes), (0, 0));
            let said = |plan: &Plan| {
                let all = plan.findings.iter().filter(|finding| finding.code == FindingCode::ForeignLayers);
                all.map(|finding| finding.message.clone()).collect::<Vec<_>>()
            };
            let is_there = to == "example.com/app:new";
            let [brought_words] = said(&brought).try_into().expect("one");
            let told = said(&left);
            assert_eq!(told.is_empty(), is_there, "{told:?}");
            for words in told.iter().chain([&brought_words]) {
                assert!(words.contains("700 bytes") && words.contains("go.microsoft.com, mirror.example"), "{words}");
            }
            assert!(
                told.iter().all(|words| words.contains("not brought along")) && !brought_words.contains("not brought")
            );
            assert_eq!(brought_words.contains("unless it is in the repository already"), is_there, "{brought_words}");
            assert!(left.findings.iter().all(|finding| finding.severity < Severity::Error), "{:?}", left.findings);
            assert_eq!((brought.transfer.foreign, brought.transfer.foreign_bytes), (1, 700));
            assert_eq!(brought.document, left.document, "its type and urls stay");
            let composition = compose(&draft, &sources);
            let steps = super::super::transfer(&composition, &reference(to), true);
            let [step] = steps.foreign().collect::<Vec<_>>().try_into().expect("one");
            assert_eq!((step.way, step.descriptor.size), (way, 700));
            assert_eq!(transfer(&composition, &reference(to)).blobs.len() + 1, steps.blobs.len());
            let bytes = if way == TransferKind::Copy { 700 } else { 0 };
            assert_eq!(brought.transfer.bytes_to_copy, left.transfer.bytes_to_copy + bytes);
        }
    }
}
