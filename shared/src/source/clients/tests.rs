#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use serde_json::json;

use crate::{
    api::{Problem, ProblemCode},
    fixtures::{add, descriptor, image, list_of, list_source, single_source},
};

fn said(source: &Source, on: &str, failure: &Failure) -> Vec<String> {
    let errors = source.client_errors(&on.parse().unwrap(), failure);
    errors.into_iter().map(|error| format!("{} at {:?}: {}", error.client, error.when, error.says)).collect()
}

#[test]
fn no_entry_is_for_the_machine() {
    let list = list_source("example.com/app:v1", &[&image("linux", "amd64", None), &image("linux", "arm", Some("v7"))]);
    let docker = "Docker at Pull: no matching manifest for linux/s390x in the manifest list entries";
    let containerd = "containerd, Kubernetes at Pull: no match for platform in manifest: not found";
    let podman = "Podman at Pull: choosing an image from manifest list docker://example.com/app:v1: no image found in \
                  image index for architecture \"s390x\", variant \"\", OS \"linux\"";
    assert_eq!(said(&list, "linux/s390x", &Failure::NoMatch), [docker, containerd, podman]);
    // Podman's rule is another: it takes what Docker leaves.
    assert_eq!(said(&list, "linux/amd64", &Failure::NoMatch).len(), 2);
    // It knows a 64-bit ARM machine as v8.
    let words = said(&list, "linux/arm64", &Failure::NoMatch);
    assert!(words[2].ends_with("architecture \"arm64\", variant \"v8\", OS \"linux\""), "{}", words[2]);
    assert_eq!(said(&list, "linux/s390x", &Failure::NoMatchBelow), [containerd]);
}

#[test]
fn the_image_is_for_another_machine() {
    let source = single_source("example.com/app:v1", &image("linux", "amd64", None));
    let amd64: Platform = "linux/amd64".parse().unwrap();
    let docker = "Docker at Run: The requested image's platform (linux/amd64) does not match the detected host platform \
                  (linux/arm64/v8)";
    let podman = "Podman at Pull: image platform (linux/amd64) does not match the expected platform (linux/arm64)";
    for (failure, containerd) in [
        (Failure::Alone(amd64.clone()), "containerd, Kubernetes at Pull: no match for platform in manifest: not found"),
        (Failure::Contradicted(amd64), "containerd, Kubernetes at Run: exec format error"),
    ] {
        let expected =
            [docker, "Docker at Run: exec format error", containerd, podman, "Podman at Run: Exec format error"];
        assert_eq!(said(&source, "linux/arm64", &failure), expected);
    }
}

#[test]
fn what_the_client_goes_to_is_gone() {
    let list = list_source("localhost:5000/app:v1", &[&image("linux", "amd64", None)]);
    let digest = list.list().unwrap().manifests[0].digest.clone();
    let words = said(&list, "linux/amd64", &Failure::Missing(digest.clone()));
    assert_eq!(
        words,
        [
            "Docker at Pull: manifest for localhost:5000/app:v1 not found: manifest unknown".to_owned(),
            format!(
                "containerd, Kubernetes at Pull: content at https://localhost:5000/v2/app/manifests/{digest} not found: not found"
            ),
            format!("Podman at Pull: reading manifest {digest} in localhost:5000/app: manifest unknown"),
        ]
    );
    // Or it is something else.
    assert_eq!(
        said(&list, "linux/amd64", &Failure::Altered(digest.clone())),
        [
            format!("Docker at Pull: manifest verification failed for digest {digest}"),
            format!(
                "containerd, Kubernetes at Pull: unexpected commit digest …, expected {digest}: failed precondition"
            ),
            format!("Podman at Pull: Manifest does not match provided manifest digest {digest}"),
        ]
    );
    assert_eq!(
        said(&list, "linux/amd64", &Failure::Resized { own: 500, listed: 7 }),
        ["containerd, Kubernetes at Pull: unexpected commit size 500, expected 7: failed precondition"]
    );
}

#[test]
fn an_emulator_may_run_it() {
    let arms = [&image("linux", "arm", Some("v7")), &image("linux", "amd64", None), &image("windows", "arm64", None)];
    let list = list_source("ghcr.io/me/app:v1", &arms);
    let around = |source: &Source, on: &str, failure: &Failure| source.way_around(&on.parse().unwrap(), failure);
    let words = around(&list, "linux/arm64", &Failure::NoMatch).unwrap();
    assert!(words.contains("the one for linux/amd64"), "{words}");
    assert!(words.contains("`docker run --rm --platform linux/amd64 ghcr.io/me/app:v1`"), "{words}");
    assert_eq!(around(&list, "windows/amd64", &Failure::NoMatch), None);
    // A 32-bit machine holds no 64-bit program, and a 64-bit one those of others.
    assert_eq!(around(&list_source("ghcr.io/me/app:v1", &arms[1..]), "linux/arm/v7", &Failure::NoMatch), None);
    let words = around(&list_source("ghcr.io/me/app:v1", &arms), "linux/386", &Failure::NoMatch).unwrap();
    assert!(words.contains("the one for linux/arm/v7"), "{words}");
    // What cannot be had is no way around, and neither is what is for another processor than the list says.
    let (amd64, arm64, wrong) =
        (image("linux", "amd64", None), image("linux", "arm64", None), image("linux", "386", None));
    let mut some = list_source("ghcr.io/me/app:v1", &[&amd64, &arm64]);
    let gone = Problem::new(ProblemCode::ManifestUnknown, "gone");
    some.children.insert(amd64.manifest.digest().clone(), Err(gone));
    let words = around(&some, "linux/s390x", &Failure::NoMatch).unwrap();
    assert!(words.contains("the one for linux/arm64"), "{words}");
    let mut said = descriptor(&wrong);
    said["platform"]["architecture"] = json!("amd64");
    let mut contradicted = list_of("ghcr.io/me/app:v1", &[said, descriptor(&arm64)], &json!({}));
    add(&mut contradicted, &wrong);
    let words = around(&contradicted, "linux/s390x", &Failure::NoMatch).unwrap();
    assert!(words.contains("the one for linux/arm64"), "{words}");
    let alone = single_source("ghcr.io/me/app:v1", &image("linux", "s390x", None));
    let platform: Platform = "linux/s390x".parse().unwrap();
    let words = around(&alone, "linux/amd64", &Failure::Alone(platform.clone())).unwrap();
    assert!(words.contains("--platform linux/s390x"), "{words}");
    // What the list says is wrong, so that it cannot be asked for.
    assert_eq!(around(&alone, "linux/amd64", &Failure::Contradicted(platform)), None);
    let only_windows = list_source("ghcr.io/me/app:v1", &[&image("windows", "amd64", None)]);
    assert_eq!(around(&only_windows, "linux/amd64", &Failure::NoMatch), None);
    let words = around(&list, "darwin/arm64", &Failure::NoMatch).unwrap();
    assert!(words.contains("ask about linux/arm64"), "{words}");
}
