//! Tests that what is large stays quick, and that what is hostile does no harm.
//!
//! The bound on time is many times what the work takes: it fails for what grows with the square of the input, not for a
//! machine that is busy.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    api::PushOptions,
    check::{FindingCode, check_draft, check_list},
    digest::Digest,
    document::{Document, DocumentError, MAX_ENTRIES, RawDocument, recognise},
    fixtures::{Image, add, descriptor, document, image_of, list_of, reference, sources},
    list::{Draft, Edit, Entry, History, compose, open, plan},
    media_type::{IN_TOTO, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    platform::{Platform, select},
    source::{Source, Sources},
    view::ListView,
};

const PATIENCE: Duration = Duration::from_mins(1);
/// Entries of a long list.
const LONG: usize = 2000;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < PATIENCE, "{what} took {:?}", start.elapsed());
    result
}

/// A long list: images in the first half, in the second an attestation of each.
fn long_list() -> Source {
    let images: Vec<Image> = (0..LONG / 2)
        .map(|n| {
            let config = json!({"os": "windows", "architecture": "amd64", "os.version": format!("10.0.20348.{n}")});
            image_of(&config, OCI_MANIFEST, OCI_CONFIG)
        })
        .collect();
    let attestations: Vec<RawDocument> = images
        .iter()
        .map(|image| {
            let statement = json!([{"mediaType": IN_TOTO, "digest": image.config.digest(), "size": 1}]);
            let config = json!({"mediaType": OCI_CONFIG, "digest": Digest::of(b"fake"), "size": 4});
            document(OCI_MANIFEST, &json!({"schemaVersion": 2, "layers": statement, "config": config}))
        })
        .collect();
    let attested = images.iter().zip(&attestations).map(|(image, attestation)| {
        let mut entry = json!(attestation.descriptor());
        entry["platform"] = json!({"os": "unknown", "architecture": "unknown"});
        entry["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": image.manifest.digest()});
        entry
    });
    let entries: Vec<Value> = images.iter().map(descriptor).chain(attested).collect();
    let mut source = list_of("example.com/app:long", &entries, &json!({}));
    for image in &images {
        add(&mut source, image);
    }
    source.children.extend(attestations.into_iter().map(|attestation| (attestation.digest().clone(), Ok(attestation))));
    source
}

#[test]
fn a_long_list_is_shown_opened_edited_and_planned() {
    let source = timed("making it", long_list);
    let original = source.root.clone();
    let view = timed("showing", || ListView::new(&source));
    assert_eq!((view.rows.len(), view.findings.len()), (LONG / 2, 0));
    assert!(view.rows.iter().all(|row| row.attestations.len() == 1));
    assert_eq!(timed("asking what is missing", || source.wanted()), []);

    let draft = timed("opening", || open(&source));
    assert_eq!(draft.entries.len(), LONG / 2);
    let mut at_base = source.clone();
    at_base.reference = draft.base.clone().unwrap();
    let whole = Draft { entries: vec![Entry::new(source.reference.clone())], ..Draft::default() };
    let sources = sources([source, at_base]);
    for draft in [&draft, &whole] {
        let composition = timed("composing", || compose(draft, &sources));
        assert_eq!((composition.document.as_ref(), composition.unchanged), (Some(&original), true));
    }

    let mut history = History::new(draft);
    history.apply(Edit::Move { from: 0, to: LONG / 2 - 1 }).unwrap();
    let composition = timed("composing", || compose(&history.draft, &sources));
    assert_eq!((composition.entries.len(), composition.unchanged), (LONG, false));
    assert_eq!(timed("checking", || check_draft(&history.draft, &composition)), []);
    for target in ["example.com/app:new", "example.com/other:new", "elsewhere.example.com/app:new"] {
        let target = crate::api::PlanTarget { reference: reference(target), current: None, problem: None };
        let plan = timed("planning", || plan(&history.draft, &sources, &[target], &PushOptions::default()));
        assert_eq!(plan.entries.len(), LONG);
    }
}

#[test]
fn a_short_draft_cannot_make_an_endless_list() {
    let source = long_list();
    let mut draft = Draft { entries: vec![Entry::new(source.reference.clone()); 100_000], ..Draft::default() };
    let sources = sources([source]);
    let composition = timed("composing", || compose(&draft, &sources));
    let found: Vec<_> = composition.findings.iter().map(|f| (f.code, f.pointer.as_str())).collect();
    assert_eq!(found, [(FindingCode::TooLarge, "/entries/4")]);
    assert!(composition.entries.len() <= MAX_ENTRIES + 1);
    // Rows that take little of it cost little, too.
    let versions: Vec<Platform> =
        (0..100).map(|n| Platform::new("windows", "arm64").with_os_version(format!("10.0.20348.{n}"))).collect();
    draft.entries.truncate(1000);
    draft.entries.iter_mut().for_each(|entry| entry.take.clone_from(&versions));
    let composition = timed("composing", || compose(&draft, &sources));
    assert_eq!((composition.entries.len(), composition.findings.len()), (0, 100_000));
}

#[test]
fn a_hundred_thousand_rows_without_a_source_are_told_so() {
    let entries = (0..100_000).map(|n| Entry::new(reference(&format!("example.com/app:{n}")))).collect();
    let draft = Draft { entries, ..Draft::default() };
    let composition = timed("composing", || compose(&draft, &Sources::default()));
    assert_eq!((composition.findings.len(), composition.document), (100_000, None));
}

#[test]
fn a_hundred_thousand_entries_are_refused_in_words() {
    let entries = vec![r#"{"mediaType":"","digest":"a:b"}"#; 100_000].join(",");
    let body = format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","manifests":[{entries}]}}"#);
    let document = timed("reading", || recognise(None, None, body.into_bytes(), None)).unwrap();
    let error = timed("parsing", || document.parse()).unwrap_err();
    assert!(error.to_string().contains("`manifests` has 100000 entries; the limit is 5000"), "{error}");
    let list = vec![Some(Platform::new("linux", "arm64")); 100_000];
    assert_eq!(timed("selecting", || select(&Platform::new("linux", "arm64"), &list)).index, Some(0));
}

#[test]
fn many_keys_and_deep_nesting_are_read_or_refused_quickly() {
    let keys: Vec<String> = (0..100_000).map(|n| format!("\"{n}\":0")).collect();
    let body = format!(r#"{{"schemaVersion":2,"manifests":[],{}}}"#, keys.join(","));
    assert!(
        matches!(timed("reading", || recognise(None, None, body.into_bytes(), None)), Ok(document) if document.parse().is_ok())
    );
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [100, 400_000] {
            let body =
                format!(r#"{{"schemaVersion":2,"manifests":[],"x":{}1{}}}"#, open.repeat(depth), close.repeat(depth));
            let read = timed("reading", || recognise(None, None, body.into_bytes(), None));
            assert_eq!(read.is_ok(), depth == 100);
            assert!(read.is_ok_and(|document| document.parse().is_ok()) || depth > 100);
        }
    }
}

/// Whatever a registry writes into texts, it is text.
#[test]
fn hostile_texts_are_shown_and_kept() {
    let long = "\u{202e}".repeat(100_000);
    let texts =
        ["\0\u{1b}[2J", "</script><script>", "\u{202e}gnp.exe", "\u{2028}\u{feff}", "💥", "%00{}$(x)`x`", &long, ""];
    for text in texts {
        let image = image_of(
            &json!({"os": text, "architecture": text, "variant": text, "os.version": text,
            "os.features": [text], "created": text, "config": {"Labels": {text: text}}}),
            OCI_MANIFEST,
            OCI_CONFIG,
        );
        let mut entry = descriptor(&image);
        entry["annotations"] = json!({text: text, "vnd.docker.reference.digest": text});
        entry["artifactType"] = json!(text);
        let mut source =
            list_of("example.com/app:v1", &[entry], &json!({"annotations": {text: text}, "artifactType": text}));
        add(&mut source, &image);
        let view = ListView::new(&source);
        assert_eq!(view.annotations[text], text);
        assert_eq!(check_list(&source), view.findings);
        let draft = open(&source);
        let mut at_base = source.clone();
        at_base.reference = draft.base.clone().unwrap();
        let changed = Draft { format: crate::list::Format::Docker, artifact_type: None, ..draft.clone() };
        let sources = sources([at_base]);
        assert_eq!(compose(&draft, &sources).document, Some(source.root.clone()));
        let made = compose(&changed, &sources).document.unwrap();
        let Ok(Document::List(list)) = made.parse() else { panic!("{text:?}") };
        assert_eq!(list.annotations.as_ref().unwrap()[text], text);
        assert_eq!(list.manifests[0].platform.as_ref().unwrap().os, text);
        let _ = crate::commands::create_commands(
            &reference("a"),
            &[(reference("b"), list.manifests[0].platform.clone())],
            &draft.annotations,
        );
        assert!(!matches!(recognise(None, Some(text), made.bytes().to_vec(), None), Err(DocumentError::NotJson(_))));
        let _ = (text.parse::<Platform>(), text.parse::<Digest>(), text.parse::<crate::reference::Reference>());
    }
}
