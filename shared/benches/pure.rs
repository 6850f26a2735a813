//! How long the pure parts take: `make bench`.

#![cfg(not(target_arch = "wasm32"))]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use onetag_shared::{
    api::{PlanTarget, PushOptions},
    check::check_draft,
    digest::Digest,
    document::{Document, List, RawDocument, recognise},
    list::{Draft, Entry, Format, compose, encode, plan},
    media_type::{MediaType, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    platform::{Platform, select},
    reference::Reference,
    source::{Source, Sources},
};
use serde_json::{Value, json};

const PROCESSORS: [&str; 8] = ["amd64", "arm64", "386", "ppc64le", "s390x", "riscv64", "loong64", "mips64le"];

fn reference(text: &str) -> Reference {
    text.parse().expect("a reference")
}

/// A platform for each number, all of them distinct.
fn platform(n: usize) -> Platform {
    Platform::new("linux", PROCESSORS[n % PROCESSORS.len()]).with_variant(format!("v{n}"))
}

fn document(media_type: &str, value: &Value) -> RawDocument {
    RawDocument::new(MediaType::new(media_type), value.to_string().into_bytes())
}

/// An image: its manifest and its config.
fn image(n: usize) -> (RawDocument, RawDocument) {
    let mut value =
        json!({"created": "2026-01-02T03:04:05Z", "rootfs": {"type": "layers", "diff_ids": [Digest::of(b"l")]}});
    if let (Value::Object(config), Ok(Value::Object(platform))) = (&mut value, serde_json::to_value(platform(n))) {
        config.extend(platform);
    }
    let config = document(OCI_CONFIG, &value);
    let layers: Vec<Value> = (0..3)
        .map(|layer| {
            let digest = Digest::of(format!("{n}/{layer}").as_bytes());
            json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": digest, "size": 1000})
        })
        .collect();
    let manifest =
        json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config.descriptor(), "layers": layers});
    (document(OCI_MANIFEST, &manifest), config)
}

/// A list of so many images, with annotations.
fn list(count: usize) -> List {
    let entries = (0..count).map(|n| {
        let mut descriptor = image(n).0.descriptor();
        descriptor.platform = Some(platform(n));
        descriptor
    });
    let note = ("org.opencontainers.image.version".to_owned(), "1.2.3".to_owned());
    List { manifests: entries.collect(), annotations: Some([note].into_iter().collect()), ..List::default() }
}

/// A draft of so many images, each a source of its own.
fn draft(count: usize) -> (Draft, Sources) {
    let mut sources = Sources::default();
    let entries = (0..count).map(|n| {
        let (manifest, config) = image(n);
        let name = reference(&format!("example.com/app{n}:v1"));
        let mut source = Source::new(name.clone(), manifest);
        source.configs.insert(config.digest().clone(), Ok(config));
        sources.insert(name.clone(), Ok(source));
        Entry::new(name)
    });
    let draft = Draft { entries: entries.collect(), ..Draft::default() };
    (draft, sources)
}

fn names(bench: &mut Criterion) {
    let digest = Digest::of(b"");
    let texts =
        ["ubuntu".to_owned(), format!("ghcr.io/owner/some/app:v1.2.3@{digest}"), "ghcr.io/Owner/app".to_owned()];
    bench.bench_function("three references parsed, one of them wrong", |bench| {
        bench.iter(|| black_box(&texts).each_ref().map(|text| text.parse::<Reference>().is_ok()));
    });
    let offered: Vec<Option<Platform>> = (0..50).map(|n| Some(platform(n))).collect();
    let host = Platform::new("linux", "arm64").with_variant("v9");
    bench.bench_function("one of 50 platforms selected", |bench| {
        bench.iter(|| select(black_box(&host), black_box(&offered)));
    });
}

fn documents(bench: &mut Criterion) {
    let bytes = encode(&list(100), Format::Indented).bytes().to_vec();
    bench.bench_function(
        &format!("an index of 100 entries recognised and read ({} KiB)", bytes.len() / 1024),
        |bench| {
            bench.iter(|| {
                let document = recognise(None, Some(OCI_INDEX), black_box(bytes.clone()), None).expect("an index");
                assert!(matches!(document.parse(), Ok(Document::List(_))));
            });
        },
    );
    for count in [50, 500] {
        let list = list(count);
        bench.bench_function(&format!("a list of {count} entries written, with its digest"), |bench| {
            bench.iter(|| encode(black_box(&list), Format::Indented));
        });
    }
}

fn drafts(bench: &mut Criterion) {
    for count in [50, 500] {
        let (draft, sources) = draft(count);
        let target = PlanTarget { reference: reference("example.com/all:v1"), current: None, problem: None };
        let composition = compose(&draft, &sources);
        assert_eq!(composition.entries.len(), count);
        bench.bench_function(&format!("a draft of {count} images planned"), |bench| {
            bench.iter(|| {
                plan(black_box(&draft), black_box(&sources), std::slice::from_ref(&target), &PushOptions::default())
            });
        });
        bench.bench_function(&format!("a draft of {count} images checked"), |bench| {
            bench.iter(|| check_draft(black_box(&draft), black_box(&composition)));
        });
    }
}

criterion_group! {
    name = pure;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2));
    targets = names, documents, drafts
}
criterion_main!(pure);
