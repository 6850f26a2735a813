//! What must hold for every input, whoever made it: references and their parts, platforms, and documents.

#![cfg(not(target_arch = "wasm32"))]

use std::{fmt, str::FromStr};

use onetag_fuzz::fuzz;
use onetag_shared::{
    api::DiffVerdict,
    check::check_draft,
    descriptor::Descriptor,
    diff::{MOST_MARKDOWN, diff, markdown, plain_text},
    digest::Digest,
    document::{Document, DocumentError, List, RawDocument, attested_digest, recognise},
    list::{Format, compose, encode, open},
    media_type::{DOCKER_LIST, MediaType, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    platform::Platform,
    reference::{Reference, ReferenceError, Registry, Repository, Tag},
    source::{Source, Sources},
    statement::{About, Statement},
    view::ListView,
};
use serde::de::IgnoredAny;

/// What the words of an error may have, in bytes, however much they are about.
const WORDS: usize = 1000;

/// Shown and read again it is the same.
fn same_again<T: FromStr + fmt::Display + fmt::Debug + PartialEq>(value: &T) {
    let shown = value.to_string();
    assert_eq!(shown.parse().ok().as_ref(), Some(value), "{shown:?} is not the same again");
}

/// An error fits in a line of a log or a page.
fn told_in_short(error: &dyn fmt::Display) {
    let words = error.to_string();
    assert!(words.len() < WORDS, "{} bytes of words", words.len());
    assert!(!words.chars().any(char::is_control), "{words:?}");
}

fn refused(error: &ReferenceError, text: &str) {
    told_in_short(error);
    assert_eq!(error.text(), text);
    assert!(error.position().is_none_or(|position| position <= text.chars().count()), "{error:?}");
    if let Some(near) = error.suggestion() {
        assert!(near != text && near.parse::<Reference>().is_ok(), "{near}");
        assert!(error.with_suggestion().contains(&near));
    }
}

fn reference(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match text.parse::<Reference>() {
        Ok(reference) => {
            same_again(&reference);
            assert_eq!(reference.familiar().parse::<Reference>().as_ref(), Ok(&reference));
            assert_eq!(reference.familiar_repo().parse::<Reference>(), Ok(reference.repository_only()));
            let json = serde_json::to_string(&reference).unwrap();
            assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference);
            let shown = reference.to_string();
            assert!(shown.len() <= text.len() + "docker.io/library/".len(), "{shown}");
            assert!(shown.bytes().all(|byte| byte.is_ascii_graphic()), "{shown:?}");
            let registry = reference.registry();
            for host in [registry.as_str(), registry.api_host(), registry.host()] {
                assert!(!host.is_empty() && !host.contains(['@', '/', '\\', '?', '#', '%']), "{host}");
            }
            for part in [reference.repository().as_str(), &reference.target()] {
                assert!(!part.contains(['?', '#', '%', '\\']), "{part}");
                assert!(!part.split('/').any(|part| matches!(part, "" | "." | "..")), "{part}");
            }
        }
        Err(error) => refused(&error, &text),
    }
    // A part is what was read, but for the old name of Docker Hub.
    let same = |part: &str| assert!(part == text || text == "index.docker.io", "{part} of {text}");
    let parts = [
        text.parse::<Registry>().map(|registry| same(registry.as_str())),
        text.parse::<Repository>().map(|repository| same(repository.as_str())),
        text.parse::<Tag>().map(|tag| same(tag.as_str())),
    ];
    for error in parts.into_iter().filter_map(Result::err) {
        refused(&error, &text);
    }
    match text.parse::<Digest>() {
        Ok(digest) => {
            same_again(&digest);
            assert!(text.starts_with(digest.short()));
        }
        Err(error) => told_in_short(&error),
    }
}

fn platform(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match text.parse::<Platform>() {
        Ok(mut platform) => {
            // Shown they are sorted, each once, as containerd has it.
            platform.os_features.sort_unstable();
            platform.os_features.dedup();
            same_again(&platform);
            let normal = platform.normalized();
            assert_eq!(normal.normalized(), normal);
        }
        Err(error) => told_in_short(&error),
    }
}

fn document(input: &[u8]) {
    for content_type in [None, Some(OCI_INDEX), Some(DOCKER_LIST), Some(OCI_MANIFEST)] {
        match recognise(None, content_type, input, None) {
            Ok(raw) => {
                assert_eq!((raw.bytes(), raw.digest()), (input, &Digest::of(input)));
                assert_eq!(RawDocument::from_served(&raw.to_served()).as_ref(), Ok(&raw));
                read(&raw);
            }
            Err(error) => not_taken(&error, input),
        }
    }
    read(&RawDocument::new(MediaType::new(OCI_CONFIG), input));
}

fn read(raw: &RawDocument) {
    match raw.parse() {
        Ok(Document::List(list)) => {
            for format in [Format::Indented, Format::Compact, Format::Docker] {
                written(&list, format, raw.bytes().len());
            }
            for entry in &list.manifests {
                let _ = attested_digest(entry, None);
            }
            shown_and_opened(raw);
        }
        Ok(Document::Image(image)) => {
            assert!(image.blobs().len() <= image.layers.len() + 1);
            shown_and_opened(raw);
        }
        Ok(Document::Config(config)) => {
            let _ = config.platform().normalized();
        }
        Ok(Document::Other(_)) => {}
        Err(error) => not_taken(&error, raw.bytes()),
    }
}

/// What was read can be written, and says the same.
fn written(list: &List, format: Format, size: usize) {
    let written = encode(list, format);
    // Each byte can be a level of its own, on a line of its own.
    assert!(written.bytes().len() <= size * 400 + WORDS);
    let Ok(Document::List(again)) = written.parse() else { panic!("{}", written.bytes().escape_ascii()) };
    assert_eq!(encode(&again, format).bytes(), written.bytes());
    let kept = |descriptor: &Descriptor| {
        let Descriptor { media_type, digest, size, platform, data, other, .. } = descriptor.clone();
        (media_type, digest, size, platform, data, other)
    };
    let all = |list: &List| list.manifests.iter().chain(&list.subject).map(kept).collect::<Vec<_>>();
    assert_eq!((all(&again), &again.other), (all(list), &list.other));
}

/// A list that nobody edits keeps its bytes.
fn shown_and_opened(raw: &RawDocument) {
    let mut source = Source::new("example.com/app:v1".parse().unwrap(), raw.clone());
    let view = ListView::new(&source);
    assert_eq!((view.digest, view.size), (raw.digest().clone(), raw.size()));
    compared(&source);
    let draft = open(&source);
    if let Some(base) = draft.base.clone() {
        source.reference = base;
    }
    let mut sources = Sources::default();
    sources.insert(source.reference.clone(), Ok(source));
    let composition = compose(&draft, &sources);
    if composition.unchanged {
        assert_eq!(composition.document.as_ref(), Some(raw));
    }
    let _ = check_draft(&draft, &composition);
}

/// It is identical to itself, and what it is more than an empty list is told in lines of ours.
fn compared(source: &Source) {
    assert_eq!(diff(source, source).verdict, DiffVerdict::Identical);
    let empty = RawDocument::new(OCI_INDEX.into(), br#"{"schemaVersion":2,"manifests":[]}"#.to_vec());
    let found = diff(&Source::new(source.reference.clone(), empty), source);
    let text = plain_text(&found);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    let text = markdown(&found);
    assert!(text.len() <= MOST_MARKDOWN && !text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}

fn not_taken(error: &DocumentError, input: &[u8]) {
    // What they quote is cut by whoever shows them.
    assert!(error.to_string().len() <= input.len() * 8 + WORDS, "{error}");
    let _ = error.to_problem();
    if let DocumentError::NotJson(words) = error {
        let is_json = std::str::from_utf8(input).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        assert!(!is_json || words.contains("recursion limit") || words.contains("is reserved"), "it is JSON: {words}");
    }
}

/// What is kept of a statement is no more than what it says, and can be sent.
fn statement(input: &[u8]) {
    let attached = Digest::of(b"an image");
    match Statement::read(input, Some(&attached)) {
        Ok(read) => {
            let sent = serde_json::to_string(&read).unwrap();
            assert!(sent.len() <= input.len() * 8 + 2 * WORDS, "{} bytes become {}", input.len(), sent.len());
            assert_eq!(serde_json::from_str::<Statement>(&sent).unwrap(), read);
            assert!(read.about != About::Unknown && read.subjects.len() <= read.subjects_total);
            assert!(read.sbom.is_none_or(|sbom| sbom.packages.len() <= sbom.packages_total));
            let _ = Statement::read(input, None).unwrap();
        }
        Err(error) => told_in_short(&error),
    }
}

#[test]
fn fuzz_statements() {
    let tokens = &[
        "\"_type\":\"https://in-toto.io/Statement/v1\",",
        "\"predicateType\":\"https://slsa.dev/provenance/v1\",",
        "\"predicate\":{",
        "\"subject\":[{\"digest\":{",
        "\"packages\":[",
        "\"components\":[{",
        "\"spdxVersion\":\"SPDX-2.3\",",
        "\"bomFormat\":\"CycloneDX\",",
        "\"payload\":\"e30\",",
        "\"materials\":[{\"uri\":\"git+",
        "\"metadata\":{",
        "\\ud800",
        "[[[[[[[[",
    ];
    fuzz("statement", tokens, statement);
}

#[test]
fn fuzz_references() {
    let tokens = &["docker.io/", "library/", "index.docker.io/", "sha256:", "@sha256:", ":latest", "docker pull "];
    fuzz("reference", tokens, reference);
}

#[test]
fn fuzz_platforms() {
    let tokens = &["linux", "windows(", "arm", "arm64", "/v8", "/v7", "amd64", "unknown", "+win32k", "10.0.17763"];
    fuzz("platform", tokens, platform);
}

#[test]
fn fuzz_documents() {
    let tokens = &[
        "\"schemaVersion\":2,",
        "\"schemaVersion\":1,",
        "\"mediaType\":",
        "\"application/vnd.oci.image.index.v1+json\"",
        "\"manifests\":[",
        "\"config\":{",
        "\"layers\":[",
        "\"annotations\":{",
        "\"platform\":{",
        "\"subject\":{",
        "\"size\":",
        "\"digest\":\"sha256:",
        "\"Manifests\":[],",
        "\"x\":1e999,",
        "\"x\":",
        "[[[[[[[[",
        "{\"a\":{\"a\":",
    ];
    fuzz("document", tokens, document);
}
