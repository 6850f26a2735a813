//! Clients that look into no list in the list.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::source::failure::LIST_IN_LIST;

fn said(source: &Source, on: &str) -> Vec<String> {
    let failure = selected(source, on).failure.expect("something is the matter");
    let errors = source.client_errors(&host(on), &failure);
    errors.into_iter().map(|error| format!("{}: {}", error.client, error.says)).collect()
}

#[test]
fn what_some_clients_do_not_look_into_is_in_doubt() {
    let both = list_source("example.com/app:both", &[&image("linux", "amd64", None), &image("linux", "arm64", None)]);
    for source in [list(&[(&both, None)]), list(&[(&both, Some("linux/arm64"))])] {
        let selection = selected(&source, "linux/arm64");
        assert_eq!((selection.path.as_slice(), selection.failure), (&[0, 1][..], Some(Failure::InList)));
        assert!(selection.reason.ends_with("Podman and CRI-O pull no list in a list."), "{}", selection.reason);
        assert_eq!(said(&source, "linux/arm64"), [format!("Podman: {LIST_IN_LIST}")]);
    }
    // Theirs is an entry of the list itself.
    let arm64 = one("arm64");
    let mut nested = entry_of(&both, None);
    nested["platform"] = json!({ "os": "linux", "architecture": "aarch64" });
    let mut source = list_of("example.com/app:outer", &[nested, entry_of(&arm64, Some("linux/arm64"))], &json!({}));
    source.children.insert(both.root.digest().clone(), Ok(both.root.clone()));
    source.children.insert(arm64.root.digest().clone(), Ok(arm64.root.clone()));
    let selection = selected(&source, "linux/arm64");
    assert_eq!(selection.path, [0, 1], "{}", selection.reason);
    assert_eq!(said(&source, "linux/arm64"), [] as [String; 0]);
}

#[test]
fn in_a_list_that_has_nothing_for_the_machine_each_fails_in_its_own_words() {
    let only_arm = list(&[(&one("arm64"), Some("linux/arm64"))]);
    let docker = "Docker: no matching manifest for linux/amd64 in the manifest list entries";
    let containerd = "containerd, Kubernetes: no match for platform in manifest: not found";
    let podman = format!("Podman: {LIST_IN_LIST}");
    for platform in [Some("linux/amd64"), None] {
        let source = list(&[(&only_arm, platform)]);
        assert_eq!(said(&source, "linux/amd64"), [docker, containerd, &podman], "{platform:?}");
    }
}
