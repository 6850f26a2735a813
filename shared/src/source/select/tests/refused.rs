//! What clients refuse to pull.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn what_is_not_as_the_list_says_is_not_pulled() {
    let arm64 = one("arm64");
    for (field, value) in
        [("size", json!(7)), ("mediaType", json!("application/vnd.docker.distribution.manifest.v2+json"))]
    {
        let mut entry = entry_of(&arm64, Some("linux/arm64"));
        entry[field] = value;
        let mut source = list_of("example.com/app:outer", &[entry], &json!({}));
        source.children.insert(arm64.root.digest().clone(), Ok(arm64.root.clone()));
        let selection = selected(&source, "linux/arm64");
        let resized = Failure::Resized { own: arm64.root.size(), listed: 7 };
        assert_eq!((selection.descriptor, selection.failure), (None, (field == "size").then_some(resized)), "{field}");
        assert!(selection.reason.contains("but the list says"), "{}", selection.reason);
    }
    // What is sent has another digest: the server found it, or what is there has it.
    let digest = arm64.root.digest().clone();
    let mut source = list(&[(&arm64, Some("linux/arm64"))]);
    for other in [Err(Problem::new(ProblemCode::DigestMismatch, "another")), Ok(one("amd64").root)] {
        source.children.insert(digest.clone(), other);
        let selection = selected(&source, "linux/arm64");
        assert_eq!((selection.descriptor, selection.failure), (None, Some(Failure::Altered(digest.clone()))));
    }
}
