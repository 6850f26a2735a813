//! Lists in lists: kept, or taken apart.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{fixtures::list_of_lists, fixtures::list_source, source::MAX_DEPTH};

/// An image beside a list of lists: the attested list, and one that is in it twice over.
fn outer() -> Source {
    let arm = list_source("example.com/app:arm", &[&image("linux", "arm", Some("v7"))]);
    let inner = list_of_lists("example.com/app:inner", &[&arm]);
    list_of_lists("example.com/app:outer", &[&attested_list(), &arm, &inner])
}

fn flat(source: &Source) -> Draft {
    let mut draft = draft_of(&[&source.reference.to_string()]);
    draft.entries[0].nested = Nested::Flatten;
    draft
}

fn digests(document: &RawDocument) -> Vec<Digest> {
    let Ok(Document::List(list)) = document.parse() else { panic!("no list") };
    list.manifests.into_iter().map(|child| child.digest).collect()
}

#[test]
fn a_list_in_a_list_is_brought_with_all_that_is_in_it_and_comes_after_that() {
    let outer = outer();
    let draft = draft_of(&["example.com/app:outer"]);
    let sources = sources([outer.clone()]);
    let composition = compose(&draft, &sources);
    assert_eq!((composition.document.as_ref(), composition.unchanged), (Some(&outer.root), true));
    for to in ["example.com/other:v1", "elsewhere.example.com/app:v1"] {
        let step = transfer(&composition, &reference(to));
        // Two attested images, an attestation of each form, and arm; and the three lists.
        assert_eq!((step.manifests.len(), step.lists.len()), (5, 3));
        let mut put: Vec<Digest> = step.manifests.iter().map(|manifest| manifest.digest().clone()).collect();
        for list in &step.lists {
            assert!(digests(list).iter().all(|child| put.contains(child)), "children go first");
            put.push(list.digest().clone());
        }
        // Per image a config and a layer of its own, one layer that all share; of the attestations the configs and the
        // statement that both have.
        assert_eq!(step.blobs.len(), 2 * 3 + 1 + 2 + 1);
        let plan = plan(&draft, &sources, &[target(to)]);
        assert!(plan.findings.iter().all(|finding| finding.code == FindingCode::NestedList), "{:?}", plan.findings);
        let blobs = plan.transfer.mounts + 4 * plan.transfer.copies;
        assert_eq!(plan.transfer.requests, 1 + 8 + 3 + blobs + 8 + 3 + 1, "root, documents, configs; what is brought");
    }
    assert_eq!(transfer(&composition, &reference("example.com/app:v1")).documents(), 0);
}

#[test]
fn taken_apart_the_images_stand_in_the_list_with_their_attestations_after_them() {
    let composition = compose(&flat(&outer()), &sources([outer()]));
    assert_eq!(composition.findings, []);
    let roles: Vec<&Role> = composition.entries.iter().map(|entry| &entry.role).collect();
    let [one, two] = [0, 1].map(|place| Role::Attestation { of: composition.entries[place].descriptor.digest.clone() });
    assert_eq!(roles, [&Role::Image, &Role::Image, &Role::Image, &one, &two]);
    assert!(!composition.unchanged);
    // The image that two of the lists have stands there once; unknown fields of its entry stay.
    assert_eq!(composition.entries[0].descriptor.other["x-note"], json!("kept"));

    let mut draft = flat(&outer());
    draft.entries[0].attestations = Attestations::Drop;
    assert_eq!(compose(&draft, &sources([outer()])).entries.len(), 3);
    // Only some platforms, or only one of the lists.
    draft.entries[0].attestations = Attestations::Keep;
    draft.entries[0].take = vec![Platform::new("linux", "arm64")];
    assert_eq!(compose(&draft, &sources([outer()])).entries.len(), 2);
    draft.entries[0].take.clear();
    draft.entries[0].digest = Some(attested_list().root.digest().clone());
    let taken = compose(&draft, &sources([outer()]));
    assert_eq!((taken.entries.len(), taken.findings), (4, vec![]));
    // What is no list in the list is what it was.
    let attested = attested_list();
    let same = compose(&flat(&attested), &sources([attested.clone()]));
    assert_eq!((same.document, same.unchanged), (Some(attested.root), true));
}

#[test]
fn what_stands_too_deep_stays_where_it_is() {
    let image = image("linux", "amd64", None);
    let mut source = list_source("example.com/app:0", &[&image]);
    for depth in 1..=MAX_DEPTH + 1 {
        source = list_of_lists(&format!("example.com/app:{depth}"), &[&source]);
        let composition = compose(&flat(&source), &sources([source.clone()]));
        let kept = compose(&draft_of(&[&source.reference.to_string()]), &sources([source.clone()]));
        let missing = kept.entries[0].below.as_ref().expect("a list").missing.is_some();
        let [entry] = composition.entries.as_slice() else { panic!("{depth}") };
        let is_deep = depth > MAX_DEPTH;
        assert_eq!(
            (entry.role == Role::Nested, missing, source.wanted().is_empty()),
            (is_deep, is_deep, true),
            "{depth}"
        );
    }
    // What is too deep is not asked for either.
    source.children.remove(image.manifest.digest());
    assert_eq!(source.wanted(), []);
    // What is not, is; one list at a time.
    let full = outer();
    let mut source = Source::new(full.reference.clone(), full.root.clone());
    let mut rounds = 0;
    while let wanted @ [_, ..] = source.wanted_children().as_slice() {
        rounds += 1;
        source.children.extend(wanted.iter().map(|child| (child.digest.clone(), full.children[&child.digest].clone())));
    }
    assert_eq!((rounds, &source.children), (2, &full.children));
}
