//! What is recognised, and what is refused.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::media_type::{DOCKER_LIST, OCI_CONFIG};

fn recognise(content_type: Option<&str>, body: &str) -> Result<RawDocument, DocumentError> {
    RawDocument::recognise(None, content_type, None, body.as_bytes().to_vec())
}

const EMPTY_LIST: &str = r#"{"schemaVersion":2,"manifests":[]}"#;
const SHA: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

#[test]
fn a_document_is_what_it_is_served_as_else_what_its_body_says() {
    for (content_type, body, expected) in [
        (None, EMPTY_LIST, OCI_INDEX),
        (Some("application/json"), EMPTY_LIST, OCI_INDEX),
        (Some("text/plain; charset=utf-8"), EMPTY_LIST, OCI_INDEX),
        (Some(DOCKER_LIST), EMPTY_LIST, DOCKER_LIST),
        (
            None,
            &format!(r#"{{"config":{{"mediaType":"{OCI_CONFIG}","digest":"{SHA}","size":1}},"layers":[]}}"#),
            OCI_MANIFEST,
        ),
    ] {
        assert_eq!(recognise(content_type, body).unwrap().media_type(), &expected, "{body}");
    }
}

#[test]
fn traps_are_refused() {
    for body in [
        r#"{"manifests":[],"manifests":[]}"#,
        r#"{"manifests":[],"Manifests":[]}"#,
        r#"{"manifests":[],"config":{}}"#,
        r#"{"manifests":[],"layers":[]}"#,
        r#"{"manifests":[],"annotations":{"a":1}}"#,
        r#"{"manifests":[{"mediaType":"a","mediaType":"b"}]}"#,
        r#"{"schemaVersion":1,"fsLayers":[]}"#,
        "[]",
        "null",
        "",
        "<html>",
        "{",
        "\u{feff}{}",
    ] {
        assert!(recognise(None, body).is_err(), "{body}");
    }
    let deep = format!(r#"{{"manifests":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(recognise(None, &deep).is_err(), "nested deep");
    let contradiction = recognise(Some(DOCKER_LIST), &format!(r#"{{"mediaType":"{OCI_INDEX}","manifests":[]}}"#));
    assert!(matches!(contradiction, Err(DocumentError::Contradiction(_))));
    assert!(RawDocument::recognise(None, None, None, vec![b' '; MAX_BYTES + 1]).is_err());
    assert_eq!(recognise(Some(SCHEMA1_SIGNED), r#"{"schemaVersion":1}"#), Err(DocumentError::Schema1));
}

#[test]
fn unusual_but_legal_documents_are_read() {
    let body = format!(
        r#"{{"schemaVersion":2,"x":{{"y":[1,null]}},"manifests":[{{"mediaType":"made/up","digest":"{SHA}","size":3,"platform":null,"z":true}}]}}"#
    );
    let Document::List(list) = recognise(None, &body).unwrap().parse().unwrap() else { panic!("a list") };
    assert_eq!(list.manifests[0].platform, None);
    assert_eq!(list.manifests[0].other["z"], true);
    assert_eq!(list.other["x"]["y"][0], 1);
}

#[test]
fn bytes_must_have_the_digest_they_were_asked_by() {
    let wrong: Digest = SHA.parse().unwrap();
    let error = RawDocument::recognise(None, None, Some(&wrong), EMPTY_LIST.into()).unwrap_err();
    assert!(error.to_string().contains(SHA) && error.to_string().contains("hash to sha256:"), "{error}");
    let right = Digest::of(EMPTY_LIST.as_bytes());
    let document = RawDocument::recognise(None, None, Some(&right), EMPTY_LIST.into()).unwrap();
    let mut served = document.to_served();
    assert_eq!(RawDocument::from_served(&served), Ok(document));
    served.text = Some(EMPTY_LIST.replace('2', "3"));
    assert!(RawDocument::from_served(&served).is_err());
}
