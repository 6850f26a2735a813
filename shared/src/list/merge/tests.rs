//! What becomes of two changes.

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::fixtures::{Image, attested_list, image, image_of, list_of, list_source, reference, single_source, sources};
use crate::media_type::{OCI_CONFIG, OCI_MANIFEST};

/// An image of this architecture; the number tells builds apart.
fn build(architecture: &str, number: u32) -> Image {
    image_of(&json!({"architecture": architecture, "os": "linux", "build": number}), OCI_MANIFEST, OCI_CONFIG)
}

/// `amd64:1 arm64:2`: each architecture with the number of its build.
fn builds(words: &str) -> Vec<Image> {
    let image = |word: &str| {
        let (architecture, number) = word.split_once(':').unwrap();
        build(architecture, number.parse().unwrap())
    };
    words.split_whitespace().map(image).collect()
}

fn tag(words: &str) -> Source {
    list_source("example.com/app:v1", &builds(words).iter().collect::<Vec<_>>())
}

/// A draft with a row for each image, each from a repository of its own.
fn draft(words: &str) -> (Draft, Sources) {
    let all: Vec<Source> = words
        .split_whitespace()
        .zip(builds(words))
        .map(|(word, image)| single_source(&format!("example.com/app-{}", word.replace(':', ":b")), &image))
        .collect();
    let entries = all.iter().map(|source| Entry::new(source.reference.clone())).collect();
    (Draft { entries, ..Draft::default() }, sources(all))
}

/// The builds of a merged list, in its order; `clash` when there is none.
fn merged(base: Option<&str>, theirs: &str, ours: &str, clashes: Clashes) -> String {
    let (draft, mut sources) = draft(ours);
    let (base, theirs) = (base.map(tag), tag(theirs));
    let merge = merge(&draft, &compose(&draft, &sources), base.as_ref(), &theirs, clashes);
    let Some(draft) = merge.draft else { return "clash".to_owned() };
    let at = theirs.reference.clone().with_digest(theirs.root.digest().clone());
    sources.insert(at.clone(), Ok(Source { reference: at, ..theirs }));
    let composition = compose(&draft, &sources);
    assert_eq!(composition.findings, []);
    let name = |entry: &ComposedEntry| {
        let config: Value = serde_json::from_slice(entry.config.as_ref().unwrap().bytes()).unwrap();
        format!("{}:{}", config["architecture"].as_str().unwrap(), config["build"])
    };
    composition.entries.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_only_one_side_changed_is_as_that_side_has_it() {
    for (base, theirs, ours, expected) in [
        // Two jobs that each push their own platform, where nothing was.
        (None, "amd64:1", "arm64:1", "arm64:1 amd64:1"),
        (None, "amd64:1", "amd64:1 arm64:1", "amd64:1 arm64:1"),
        (None, "amd64:1", "amd64:2", "clash"),
        // Somebody added a platform, built one again, or took one away.
        (Some("amd64:1"), "amd64:1 arm64:1", "amd64:2", "amd64:2 arm64:1"),
        (Some("amd64:1 arm64:1"), "amd64:1 arm64:2", "amd64:2 arm64:1", "amd64:2 arm64:2"),
        (Some("amd64:1 arm64:1"), "arm64:1", "amd64:1 arm64:2", "arm64:2"),
        // So did we.
        (Some("amd64:1 arm64:1"), "amd64:2 arm64:1", "amd64:1", "amd64:2"),
        (Some("amd64:1 arm64:1"), "amd64:1 arm64:1 s390x:1", "arm64:1", "arm64:1 s390x:1"),
        // Both did the same.
        (Some("amd64:1"), "amd64:2", "amd64:2", "amd64:2"),
        (Some("amd64:1 arm64:1"), "amd64:1", "amd64:1", "amd64:1"),
        // Both changed one platform, each in another way.
        (Some("amd64:1"), "amd64:2", "amd64:3", "clash"),
        (Some("amd64:1 arm64:1"), "amd64:1", "amd64:1 arm64:2", "clash"),
    ] {
        assert_eq!(merged(base, theirs, ours, Clashes::Refuse), expected, "{base:?} {theirs} {ours}");
    }
    assert_eq!(merged(Some("amd64:1"), "amd64:2 s390x:1", "amd64:3", Clashes::TakeOurs), "amd64:3 s390x:1");
}

#[test]
fn the_view_names_every_platform_of_any_of_the_lists() {
    let (draft, sources) = draft("amd64:2 arm64:1");
    let (base, theirs) = (tag("amd64:1 arm64:1 ppc64le:1"), tag("amd64:3 arm64:1 s390x:1 ppc64le:1"));
    let merge = merge(&draft, &compose(&draft, &sources), Some(&base), &theirs, Clashes::Refuse);
    let rows: Vec<_> = merge
        .rows
        .iter()
        .map(|row| {
            let counts = (row.base.len(), row.theirs.len(), row.ours.len());
            (row.platform.as_ref().unwrap().to_string(), counts, row.takes)
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("linux/amd64".to_owned(), (1, 1, 1), Side::Clash),
            ("linux/arm64".to_owned(), (1, 1, 1), Side::Same),
            ("linux/s390x".to_owned(), (0, 1, 0), Side::Theirs),
            ("linux/ppc64le".to_owned(), (1, 1, 0), Side::Ours),
        ]
    );
    assert_eq!((merge.draft, merge.is_theirs), (None, false));
}

#[test]
fn what_has_all_of_ours_already_is_the_merged_list() {
    let (draft, sources) = draft("amd64:1");
    let ours = compose(&draft, &sources);
    let is_theirs = |base: Option<&str>, theirs: &str| {
        merge(&draft, &ours, base.map(tag).as_ref(), &tag(theirs), Clashes::Refuse).is_theirs
    };
    assert!(is_theirs(None, "arm64:1 amd64:1"));
    assert!(is_theirs(Some("amd64:1"), "amd64:2"));
    assert!(!is_theirs(Some("amd64:2"), "amd64:2 arm64:1"));
}

#[test]
fn a_row_that_stands_for_a_list_gives_way_in_part_and_attestations_go_with_their_images() {
    let theirs = attested_list();
    let base = {
        let images = builds("amd64:7 arm64:8");
        list_source("example.com/app:v1", &images.iter().collect::<Vec<_>>())
    };
    // All of a list, of which one image is what was there before.
    let mut images = builds("amd64:7 s390x:9");
    images.push(image("linux", "riscv64", None));
    let own = list_source("example.com/own:v1", &images.iter().collect::<Vec<_>>());
    let draft = Draft { entries: vec![Entry::new(reference("example.com/own:v1"))], ..Draft::default() };
    let mut sources = sources([own]);
    let merge = merge(&draft, &compose(&draft, &sources), Some(&base), &theirs, Clashes::TakeOurs);
    let merged = merge.draft.unwrap();
    let at = theirs.reference.clone().with_digest(theirs.root.digest().clone());
    sources.insert(at.clone(), Ok(Source { reference: at, ..theirs.clone() }));
    let composition = compose(&merged, &sources);
    assert_eq!(composition.findings, []);
    let places: Vec<String> =
        composition.entries.iter().map(|entry| entry.descriptor.platform.as_ref().unwrap().to_string()).collect();
    // They rebuilt arm64 too, and we took it out: that is ours to say.
    assert_eq!(places, ["linux/amd64", "linux/s390x", "linux/riscv64", "unknown/unknown"]);
    assert_eq!(composition.entries[0].descriptor.other["x-note"], "kept");
    assert_eq!(merged.annotations, [("a".to_owned(), "b".to_owned())].into());
}

#[test]
fn annotations_are_merged_one_by_one() {
    let annotated = |annotations: &Value| {
        let image = build("amd64", 1);
        let mut source =
            list_of("example.com/app:v1", &[crate::fixtures::descriptor(&image)], &json!({"annotations": annotations}));
        crate::fixtures::add(&mut source, &image);
        source
    };
    let (base, theirs) = (annotated(&json!({"a": "1", "b": "1", "c": "1"})), annotated(&json!({"a": "2", "b": "1"})));
    let (mut draft, sources) = draft("amd64:1");
    draft.annotations = [("a", "1"), ("b", "3"), ("c", "1"), ("d", "4")].map(|(k, v)| (k.into(), v.into())).into();
    let merge = |draft: &Draft| merge(draft, &compose(draft, &sources), Some(&base), &theirs, Clashes::Refuse);
    let merged = merge(&draft).draft.unwrap().annotations;
    assert_eq!(merged, [("a", "2"), ("b", "3"), ("d", "4")].map(|(k, v)| (k.into(), v.into())).into());
    draft.annotations.insert("a".into(), "3".into());
    let refused = merge(&draft);
    assert_eq!((refused.annotations.as_slice(), refused.draft), (["a".to_owned()].as_slice(), None));
}
