//! Tests of reading documents that anybody may have made.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Map, Value, json};

use super::{Document, DocumentError, List, RawDocument, recognise};
use crate::{
    api::ProblemCode,
    descriptor::Descriptor,
    digest::Digest,
    list::{Format, encode},
    media_type::{
        DOCKER_LIST, DOCKER_MANIFEST, MediaType, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, SCHEMA1, SCHEMA1_SIGNED,
    },
    platform::Platform,
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

    let bare = r#"{"schemaVersion":2,"manifests":[]}"#;
    let image = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[]}"#;
    for (described, content_type, body, words) in [
        (
            OCI_INDEX,
            Some(DOCKER_LIST),
            bare,
            "the descriptor says `application/vnd.oci.image.index.v1+json`, but the content type says",
        ),
        (
            DOCKER_LIST,
            None,
            body.as_str(),
            "the descriptor says `application/vnd.docker.distribution.manifest.list.v2+json`, but the body says",
        ),
        (OCI_MANIFEST, None, bare, "but the shape of the body says `application/vnd.oci.image.index.v1+json`"),
        (
            OCI_INDEX,
            Some("application/json"),
            image,
            "but the shape of the body says `application/vnd.oci.image.manifest.v1+json`",
        ),
    ] {
        let descriptor = Descriptor::new(described, Digest::of(body.as_bytes()), body.len() as u64);
        let refused = recognise(Some(&descriptor), content_type, body.as_bytes(), None).expect_err(words);
        assert!(refused.to_string().contains(words), "{refused}");
        assert_eq!(refused.to_problem().code, ProblemCode::InvalidDocument);
    }
    // All three agree, whatever the header has besides.
    let descriptor = Descriptor::new(OCI_INDEX, Digest::of(body.as_bytes()), body.len() as u64);
    let header = "Application/vnd.oci.image.index.v1+JSON; charset=utf-8";
    assert!(recognise(Some(&descriptor), Some(header), body.as_bytes(), None).is_ok());
    let short = Descriptor { size: 1, ..descriptor };
    assert!(matches!(recognise(Some(&short), None, body.as_bytes(), None), Err(DocumentError::Size { .. })));
}

#[test]
fn what_is_no_image_is_read_as_what_it_is() {
    let artifact = r#"{"mediaType":"application/vnd.oci.artifact.manifest.v1+json","blobs":[]}"#;
    let document = recognise(None, None, artifact.as_bytes(), None).expect("an artifact");
    assert!(matches!(document.parse(), Ok(Document::Other(_))));
    let config = RawDocument::new(OCI_CONFIG.into(), br#"{"architecture":"arm","os":"linux","variant":"v6"}"#.to_vec());
    let Ok(Document::Config(config)) = config.parse() else { panic!("{config:?}") };
    assert_eq!(config.platform().to_string(), "linux/arm/v6");
    let helm = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":null}"#;
    let document = recognise(None, Some("text/plain"), helm.as_bytes(), None).expect("an artifact");
    let Ok(Document::Image(image)) = document.parse() else { panic!("{document:?}") };
    assert!(image.is_artifact() && image.wanted_config().is_none());
}

#[test]
fn annotations_that_are_not_text_are_refused_with_their_place() {
    let child = r#"{"mediaType":"a/b","digest":"a:b","size":1,"annotations":ANNOTATIONS}"#;
    for (body, at) in [
        (r#""manifests":[],"annotations":ANNOTATIONS"#.to_owned(), "/annotations"),
        (format!(r#""manifests":[{},{child}]"#, child.replace("ANNOTATIONS", "{}")), "/manifests/1/annotations"),
        (format!(r#""manifests":[],"subject":{child}"#), "/subject/annotations"),
        (format!(r#""config":{child},"layers":[]"#), "/config/annotations"),
    ] {
        for (value, found) in [
            ("1", "a number"),
            ("18446744073709551616", "a number"),
            ("true", "a boolean"),
            ("null", "null"),
            ("[]", "an array"),
            ("{}", "an object"),
        ] {
            let annotations = format!(r#"{{"good":"text","b/a~d":{value}}}"#);
            let body = format!(r#"{{"schemaVersion":2,{}}}"#, body.replace("ANNOTATIONS", &annotations));
            let document = recognise(None, None, body.as_bytes(), None).expect("recognised by its shape");
            let error = document.parse().expect_err(&body);
            let pointer = format!("{at}/b~1a~0d");
            assert_eq!(error, DocumentError::Annotation { pointer, found }, "{body}");
        }
    }
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
        let mixed = DocumentError::Mixed { one: "manifests", other: key };
        assert_eq!(refusal(&format!(r#"{{"schemaVersion":2,"manifests":[],"{key}":[]}}"#)), mixed);
        // Whatever it calls itself.
        for media_type in [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST] {
            let body = format!(r#"{{"schemaVersion":2,"mediaType":"{media_type}","manifests":[],"{key}":[]}}"#);
            let refused = refusal(&body);
            assert!(refused == mixed || matches!(refused, DocumentError::Contradiction { .. }), "{refused}");
        }
    }
    assert_eq!(
        refusal(r#"{"schemaVersion":2,"config":{"mediaType":"application/x"},"layers":[],"fsLayers":[]}"#),
        DocumentError::Mixed { one: "config", other: "fsLayers" }
    );
    let nested = |descriptor: &str| refusal(&format!(r#"{{"schemaVersion":2,"manifests":[{descriptor}]}}"#));
    for (descriptor, found, known) in [
        (r#"{"mediatype":""}"#, "mediatype", "mediaType"),
        (r#"{"Digest":""}"#, "Digest", "digest"),
        // The long s folds to an s, and the Kelvin sign to a k.
        (r#"{"\u017fize":1}"#, "\u{17f}ize", "size"),
        (r#"{"platform":{"OS":"linux"}}"#, "OS", "os"),
        (r#"{"platform":{"os.Version":"1"}}"#, "os.Version", "os.version"),
    ] {
        assert_eq!(nested(descriptor), DocumentError::CaseVariant { found: found.into(), known }, "{descriptor}");
    }
    for place in [r#""subject":{"Size":1}"#, r#""manifests":[],"ANNOTATIONS":{}"#] {
        let refused = refusal(&format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","manifests":[],{place}}}"#));
        assert!(matches!(refused, DocumentError::CaseVariant { .. } | DocumentError::DuplicateKey(_)), "{refused}");
    }
    // Annotations are anybody's: their keys may differ in nothing but capitals.
    let body = r#"{"schemaVersion":2,"manifests":[],"annotations":{"a":"1","A":"2","config":"3"}}"#;
    assert!(recognise(None, None, body.as_bytes(), None).is_ok());
}

#[test]
fn schema_1_is_told_from_what_cannot_be_read() {
    assert_eq!(refusal(r#"{"schemaVersion":1,"fsLayers":[],"history":[]}"#), DocumentError::Schema1);
    assert_eq!(refusal(r#"{"schemaVersion":1,"signatures":[]}"#), DocumentError::Schema1);
    // Whoever says it, and whatever the digest: that of a signed one is not that of its bytes.
    let list = br#"{"schemaVersion":2,"manifests":[]}"#;
    let other = Digest::of(b"other");
    for retired in [SCHEMA1, SCHEMA1_SIGNED] {
        let by_header = recognise(None, Some(&format!("{retired}; charset=utf-8")), &list[..], Some(&other));
        let by_parent = recognise(Some(&Descriptor::new(retired, other.clone(), 1)), None, &list[..], None);
        assert_eq!((by_header, by_parent), (Err(DocumentError::Schema1), Err(DocumentError::Schema1)));
    }
    let problem = DocumentError::Schema1.to_problem();
    assert!(problem.code == ProblemCode::Schema1 && problem.hint.is_some());
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
    for (body, entries) in [
        (r#"{"schemaVersion":2,"manifests":[]}"#, 0),
        (r#"{"schemaVersion":2,"manifests":null,"annotations":null,"subject":null,"artifactType":null}"#, 0),
        (
            r#"{"schemaVersion":2,"manifests":[{"mediaType":"","digest":"a:b","size":0,"urls":null,"annotations":null,"data":null,"platform":{}}]}"#,
            1,
        ),
    ] {
        let document = recognise(None, None, body.as_bytes(), None).expect(body);
        let Ok(Document::List(list)) = document.parse() else { panic!("{document:?}") };
        assert_eq!(list.manifests.len(), entries);
    }
    for body in [
        r#"{"manifests":[]}"#,
        r#"{"schemaVersion":2.0,"manifests":[]}"#,
        r#"{"schemaVersion":3,"manifests":[]}"#,
        r#"{"schemaVersion":2,"manifests":[{"mediaType":"","digest":"a:b","size":-1}]}"#,
        r#"{"schemaVersion":2,"manifests":[{"mediaType":"","digest":"sha256:b","size":1}]}"#,
        r#"{"schemaVersion":2,"manifests":[1]}"#,
        r#"{"schemaVersion":2,"manifests":{}}"#,
    ] {
        let parsed = recognise(None, None, body.as_bytes(), None).expect(body).parse();
        assert!(matches!(parsed, Err(DocumentError::Invalid { .. })), "{body}: {parsed:?}");
    }
}

/// serde would write these numbers in another way, or as other numbers.
#[test]
fn numbers_stay_as_they_are_written() {
    let long = "9".repeat(400);
    let numbers = [
        "0",
        "-1",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "1.0",
        "1.50",
        "1e2",
        "1E+2",
        "-0",
        "0.1e-7",
        "123456789012345678901234567890.123456789012345678901234567890",
        "1e400",
        "-1E+999",
        "1e-400",
        long.as_str(),
    ];
    let unknown = |depth: usize| {
        format!(r#"{{"t\"1":"2\\","n":{}[{}]{}}}"#, "[".repeat(depth), numbers.join(","), "]".repeat(depth))
    };
    let body = format!(
        r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","manifests":[{{"mediaType":"a/b","digest":"a:b","size":1,"platform":{{"architecture":"a","os":"b","x":{}}},"y":{}}}],"z":{}}}"#,
        unknown(0),
        unknown(1),
        unknown(2)
    );
    let document = recognise(None, None, body.as_bytes(), None).expect("a list");
    let Ok(Document::List(list)) = document.parse() else { panic!("{document:?}") };
    assert_eq!(String::from_utf8_lossy(encode(&list, Format::Compact).bytes()), body);
    // On its way through a draft, too.
    let platform = list.manifests[0].platform.as_ref().expect("a platform");
    let json = serde_json::to_string(platform).expect("JSON");
    assert_eq!(serde_json::from_str::<Platform>(&json).expect("a platform"), *platform);
    // What stands for such a number cannot be brought in by a document, nor anything else in its place by a draft.
    let forged = r#"{"schemaVersion":2,"manifests":[],"x":{"$onetag:number":"1"}}"#;
    assert!(matches!(refusal(forged), DocumentError::NotJson(_)));
    for text in ["1,\"digest\":2", " 1", "", "01", "1e", "--1", "NaN"] {
        let other = Map::from_iter([("x".to_owned(), json!({"$onetag:number": text}))]);
        let made = encode(&List { other, ..List::default() }, Format::Compact);
        let written = serde_json::from_slice::<Value>(made.bytes()).expect("JSON");
        assert_eq!(written["x"]["$onetag:number"], text);
    }
}

/// What Go's decoder makes of the half of a pair.
#[test]
fn half_a_character_is_read_as_a_replacement_and_the_bytes_stay() {
    let body = r#"{"schemaVersion":2,"manifests":[],"annotations":{"a\udfff":"\\ud800","b":"\ud83d\ude00\uD83D"},"x":"\ud800\ud800"}"#;
    let document = recognise(None, None, body.as_bytes(), None).expect("a list");
    let Ok(Document::List(list)) = document.parse() else { panic!("{document:?}") };
    let annotations = list.annotations.expect("annotations");
    assert_eq!((annotations["a\u{fffd}"].as_str(), annotations["b"].as_str()), ("\\ud800", "😀\u{fffd}"));
    assert_eq!((&list.other["x"], document.bytes()), (&json!("\u{fffd}\u{fffd}"), body.as_bytes()));
    // Two keys that readers take for one are one.
    let twice = r#"{"schemaVersion":2,"manifests":[],"x":{"\ud800":1,"\udfff":2}}"#;
    assert_eq!(refusal(twice), DocumentError::DuplicateKey("\u{fffd}".into()));
    assert!(matches!(refusal(r#"{"schemaVersion":2,"manifests":[],"x":"\ud80"}"#), DocumentError::NotJson(_)));
    assert!(matches!(refusal(r#"{"schemaVersion":2,"manifests":[],"x":1e400e}"#), DocumentError::NotJson(_)));
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
