//! Tests of reading documents that anybody may have made.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Document, DocumentError, RawDocument, recognise};
use crate::{
    digest::Digest,
    media_type::{DOCKER_LIST, DOCKER_MANIFEST, MediaType, OCI_INDEX, OCI_MANIFEST},
};

fn refusal(body: &str) -> DocumentError {
    recognise(None, None, body.as_bytes(), None).expect_err(body)
}

#[test]
fn the_content_type_goes_before_the_body_and_generic_ones_say_nothing() {
    let bare = r#"{"schemaVersion":2,"manifests":[]}"#;
    let image = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.docker.container.image.v1+json"}}"#;
    for (content_type, body, expected) in [
        (None, bare, OCI_INDEX),
        (Some("application/json"), bare, OCI_INDEX),
        (Some("text/plain; charset=utf-8"), bare, OCI_INDEX),
        (Some("application/vnd.docker.distribution.manifest.list.v2+json; charset=utf-8"), bare, DOCKER_LIST),
        (None, image, DOCKER_MANIFEST),
        (None, r#"{"schemaVersion":2,"config":{"mediaType":"application/x"}}"#, OCI_MANIFEST),
    ] {
        let document = recognise(None, content_type, body.as_bytes(), None).expect(body);
        assert_eq!(document.media_type().as_str(), expected, "{content_type:?} {body}");
    }
}

#[test]
fn contradictions_are_refused() {
    let body = format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","manifests":[]}}"#);
    for content_type in [DOCKER_LIST, OCI_MANIFEST] {
        let refused = recognise(None, Some(content_type), body.as_bytes(), None);
        assert!(matches!(refused, Err(DocumentError::Contradiction { .. })), "{content_type}: {refused:?}");
    }
    assert!(recognise(None, Some(OCI_INDEX), body.as_bytes(), None).is_ok());
}

#[test]
fn ambiguous_documents_are_refused() {
    assert_eq!(
        refusal(r#"{"schemaVersion":2,"manifests":[],"manifests":[]}"#),
        DocumentError::DuplicateKey("manifests".into())
    );
    assert_eq!(
        refusal(r#"{"schemaVersion":2,"manifests":[],"x":{"a":1,"\u0061":2}}"#),
        DocumentError::DuplicateKey("a".into())
    );
    assert_eq!(
        refusal(r#"{"schemaVersion":2,"manifests":[],"Manifests":[]}"#),
        DocumentError::CaseVariant { found: "Manifests".into(), known: "manifests" }
    );
    for key in ["config", "layers", "fsLayers", "history"] {
        assert_eq!(refusal(&format!(r#"{{"schemaVersion":2,"manifests":[],"{key}":[]}}"#)), DocumentError::Mixed(key));
    }
}

#[test]
fn schema_1_is_told_from_what_cannot_be_read() {
    assert_eq!(refusal(r#"{"schemaVersion":1,"fsLayers":[],"history":[]}"#), DocumentError::Schema1);
    assert_eq!(refusal(r#"{"schemaVersion":1,"signatures":[]}"#), DocumentError::Schema1);
    assert!(matches!(refusal("<html>"), DocumentError::NotJson(_)));
    assert!(matches!(refusal(&"[".repeat(100_000)), DocumentError::NotJson(_)));
    assert!(matches!(refusal("[]"), DocumentError::Invalid { .. }));
    assert!(matches!(refusal(&" ".repeat(super::MAX_DOCUMENT_BYTES + 1)), DocumentError::TooLarge { .. }));
}

#[test]
fn wrong_bytes_are_refused() {
    let body = br#"{"schemaVersion":2,"manifests":[]}"#;
    let refused = recognise(None, None, &body[..], Some(&Digest::of(b"other")));
    assert!(matches!(refused, Err(DocumentError::Digest(_))), "{refused:?}");
    let mut served = recognise(None, None, &body[..], None).expect("a list").to_served();
    assert!(RawDocument::from_served(&served).is_ok());
    served.text = served.text.map(|text| text.replace('2', "3"));
    assert!(matches!(RawDocument::from_served(&served), Err(DocumentError::Digest(_))));
}

#[test]
fn what_is_legal_is_read() {
    let body = format!(
        r#"{{"schemaVersion":2,"x":1,"manifests":[{{"mediaType":"application/x.unknown","digest":"{}","size":1,
        "platform":null,"y":2}}]}}"#,
        Digest::of(b"")
    );
    let document = recognise(None, None, body.as_bytes(), None).expect("a list");
    let Ok(Document::List(list)) = document.parse() else { panic!("{document:?}") };
    assert_eq!(list.other["x"], 1);
    assert_eq!((list.manifests[0].platform.as_ref(), &list.manifests[0].other["y"]), (None, &2.into()));
}

#[test]
fn bytes_that_are_not_utf8_travel_in_base64() {
    let document = RawDocument::new(MediaType::new("application/x"), vec![0xff, 0xfe]);
    let served = document.to_served();
    assert!(served.text.is_none());
    assert_eq!(RawDocument::from_served(&served).expect("the same"), document);
    assert!(document.parse().is_err());
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(document) = recognise(None, None, bytes.clone(), None) {
                let _ = document.parse();
            }
            let _ = RawDocument::new(MediaType::new(OCI_INDEX), bytes).parse();
        }

        #[test]
        fn no_mutation_of_a_list_makes_it_panic(place in 0_usize..740, byte in any::<u8>()) {
            let mut bytes = include_bytes!("../../golden/buildx.json").to_vec();
            bytes[place] = byte;
            if let Ok(document) = recognise(None, None, bytes, None) {
                let _ = document.parse();
            }
        }
    }
}
