//! Images whose layers mean ill, or have tables of contents, in a registry that is played in this process.

mod archives;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use onetag_shared::{
    api::Verdict,
    media_type::{OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
};
use serde_json::{Value, json};

use self::archives::Layer;
use super::*;
use crate::registry::{Anonymous, ClientConfig};

/// What `e_machine` is for these.
const AMD64: u8 = 62;
const ARM64: u8 = 183;

/// A program for this machine. The rest of it does not compress.
fn elf(machine: u8) -> Vec<u8> {
    let mut program = filler(100_000);
    program[..20].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\0\0");
    program[18] = machine;
    program[48..52].fill(0);
    program
}

fn filler(length: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let next = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    next.flatten().take(length).collect()
}

#[derive(Debug, Default)]
struct Held {
    documents: BTreeMap<String, (&'static str, Bytes)>,
    /// It begins to send these, and does not go on.
    hangs: bool,
    knows_no_ranges: bool,
    /// Requests for blobs: their ranges.
    ranges: Vec<Option<String>>,
}

/// A registry with one repository, `app`.
#[derive(Clone, Debug, Default)]
struct Script(Arc<Mutex<Held>>);

impl Script {
    fn put(&self, name: Option<&str>, media_type: &'static str, body: Vec<u8>) -> Descriptor {
        let digest = Digest::of(&body);
        let descriptor = Descriptor::new(media_type, digest.clone(), body.len() as u64);
        let body = Bytes::from(body);
        let names = [Some(digest.as_str()), name].into_iter().flatten();
        self.0.lock().unwrap().documents.extend(names.map(|name| (name.to_owned(), (media_type, body.clone()))));
        descriptor
    }

    /// An image with these layers, the lowest first.
    fn image(&self, entrypoint: &str, layers: &[Layer]) -> Descriptor {
        let config = json!({ "os": "linux", "architecture": "amd64",
            "config": { "Entrypoint": [entrypoint], "Env": ["PATH=/usr/local/bin:/usr/bin"] } });
        let config = self.put(None, OCI_CONFIG, config.to_string().into_bytes());
        for layer in layers {
            self.put(None, "application/octet-stream", layer.bytes.clone());
        }
        let layers: Vec<&Descriptor> = layers.iter().map(|layer| &layer.descriptor).collect();
        let manifest =
            json!({ "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": layers }).to_string();
        self.put(Some("v1"), OCI_MANIFEST, manifest.into_bytes())
    }

    fn list(&self, images: &[Descriptor]) {
        let entry = |image: &Descriptor| {
            let mut entry = json!(image);
            entry["platform"] = json!({ "os": "linux", "architecture": "amd64" });
            entry
        };
        let entries: Vec<Value> = images.iter().map(entry).collect();
        let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries }).to_string();
        self.put(Some("v1"), OCI_INDEX, list.into_bytes());
    }

    async fn verify(&self, limits: Limits) -> Vec<VerifiedImage> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let reference = format!("{}/app:v1", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let config =
            ClientConfig { credentials: Arc::new(Anonymous), pause: Duration::ZERO, ..ClientConfig::personal() };
        let client = Client::new(config);
        let verifier = Verifier::new(client.clone(), Inspector::new(client), limits);
        verifier.verify(&reference).await.unwrap().images
    }

    async fn verify_one(&self) -> VerifiedImage {
        self.verify(Limits::default()).await.remove(0)
    }

    fn ranges(&self) -> Vec<Option<String>> {
        std::mem::take(&mut self.0.lock().unwrap().ranges)
    }
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    let path = request.uri().path();
    let Some((kind, name)) = path.strip_prefix("/v2/app/").and_then(|rest| rest.split_once('/')) else {
        return StatusCode::OK.into_response();
    };
    let mut held = script.0.lock().unwrap();
    let Some((media_type, body)) = held.documents.get(name).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if kind == "blobs" && media_type != OCI_CONFIG {
        let range = range_of(request.headers());
        held.ranges.push(range.clone());
        if held.hangs {
            let never = futures::stream::pending::<Result<Bytes, std::io::Error>>();
            return Body::from_stream(never).into_response();
        }
        if let Some((start, end)) = range.as_ref().and_then(|range| range.split_once('-'))
            && !held.knows_no_ranges
        {
            let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
            let said = format!("bytes {start}-{end}/{}", body.len());
            return (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, said)], body.slice(start..=end))
                .into_response();
        }
    }
    ([(header::CONTENT_TYPE, media_type)], body).into_response()
}

fn range_of(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(header::RANGE)?.to_str().unwrap().strip_prefix("bytes=").unwrap().to_owned())
}

#[tokio::test]
async fn a_bomb_ends_in_words() {
    let script = Script::default();
    let zeros = vec![0; 24 << 20];
    let bomb = |name: &'static str| [Layer::gzip(&[(name, &zeros[..])]), Layer::zstd(&[(name, &zeros[..])])];
    for layer in bomb("zeros") {
        script.image("/app", &[Layer::gzip(&[("app", &elf(AMD64))]), layer.clone()]);
        assert!(layer.bytes.len() < 200_000);
        let mut limits = Limits::default();
        let image = script.verify(limits).await.remove(0);
        assert_eq!(image.verdict, Verdict::Matches, "{}", image.words);
        limits.each.unpacked = 4 << 20;
        let image = script.verify(limits).await.remove(0);
        assert_eq!(image.verdict, Verdict::Unknown);
        assert!(image.words.contains("it unpacks to more bytes than are looked at"), "{}", image.words);
    }
    // Each of them is below the limit, and all of them are not.
    let images: Vec<Descriptor> = bomb("other").into_iter().map(|layer| script.image("/none", &[layer])).collect();
    script.list(&images);
    let mut limits = Limits::default();
    limits.together.unpacked = 36 << 20;
    let words: Vec<String> = script.verify(limits).await.into_iter().map(|image| image.words).collect();
    assert!(words.iter().any(|words| words.contains("it unpacks to more bytes than are looked at")), "{words:?}");
}

#[tokio::test]
async fn bytes_images_and_time_have_limits() {
    let script = Script::default();
    let image = script.image("/app", &[Layer::gzip(&[("app", &elf(AMD64))])]);
    let other = script.image("/none", &[Layer::gzip(&[("other", &elf(ARM64))])]);
    script.list(&[image, other]);
    let usual = Limits::default();
    let said = async |limits: Limits| {
        let images = script.verify(limits).await.into_iter();
        images.map(|image| image.words).collect::<Vec<_>>()
    };
    let found = said(usual).await;
    assert!(found[0].contains("as linux/amd64 promises") && found[1].contains("no layer has /none"), "{found:?}");
    assert!(said(Limits { images: 1, ..usual }).await[1].contains("only the first 1 images"));
    let stored = Cost { stored: 1000, ..usual.each };
    for (limits, words) in [
        (Limits { each: stored, ..usual }, "its layers have more than 1000 bytes"),
        (Limits { together: stored, ..usual }, "the layers of all images have more than 1000 bytes"),
    ] {
        let found = said(limits).await;
        assert!(found.iter().all(|found| found.contains(words)), "{found:?}");
    }
    assert!(script.ranges().len() < 10);
    script.0.lock().unwrap().hangs = true;
    let time = Cost { time: Duration::from_millis(50), ..usual.each };
    for (limits, words) in [
        (Limits { each: time, ..usual }, "could not be read within 0.05 seconds"),
        (Limits { together: time, ..usual }, "took all the time that there is"),
    ] {
        let found = said(limits).await;
        assert!(found.iter().all(|found| found.contains(words)), "{found:?}");
    }
}

/// Neither a path nor a link that no system takes holds the server up.
#[tokio::test]
async fn a_path_of_megabytes_ends_in_words() {
    let long = "/a".repeat(500_000);
    let script = Script::default();
    script.image(&long, &[Layer::gzip(&[("app", &elf(AMD64))])]);
    let image = script.verify_one().await;
    assert!(image.verdict == Verdict::Unknown && image.words.contains("path is longer than any"), "{}", image.words);
    assert!(image.words.len() < 300, "{}", image.words);
}

#[tokio::test]
async fn what_a_layer_takes_away_is_not_found_below_it() {
    let script = Script::default();
    let base = [("usr/local/bin/app", &elf(ARM64)[..]), ("usr/bin/app", &elf(AMD64)[..])];
    script.image("app", &[Layer::gzip(&base), Layer::zstd(&[("usr/local/bin/.wh.app", &[][..])])]);
    let image = script.verify_one().await;
    assert_eq!((image.verdict, image.programs[0].path.as_str()), (Verdict::Matches, "/usr/bin/app"), "{}", image.words);
    script.image("app", &[Layer::gzip(&base), Layer::zstd(&[("usr/.wh..wh..opq", &[][..])])]);
    let image = script.verify_one().await;
    assert_eq!(image.verdict, Verdict::Unknown, "{}", image.words);
}

#[tokio::test]
async fn a_layer_with_a_table_of_contents_is_read_in_parts() {
    let (large, program) = (filler(3 << 20), elf(ARM64));
    let files = [("large", &large[..]), ("empty", &[][..]), ("usr/bin/app", &program[..])];
    for (kind, layer) in [("eStargz", Layer::stargz(&files, None)), ("zstd:chunked", Layer::chunked(&files))] {
        let script = Script::default();
        script.image("app", std::slice::from_ref(&layer));
        let image = script.verify_one().await;
        assert_eq!(image.verdict, Verdict::Contradicts, "{kind}: {}", image.words);
        assert!(image.bytes_read < 400_000, "{kind}: {}", image.bytes_read);
        let ranges = script.ranges();
        assert!(ranges.len() == 2 && ranges.iter().all(Option::is_some), "{kind}: {ranges:?}");

        // A registry that sends the whole is taken at its word, and read as far as it takes.
        script.0.lock().unwrap().knows_no_ranges = true;
        let image = script.verify_one().await;
        assert_eq!(image.verdict, Verdict::Contradicts, "{kind}: {}", image.words);
        assert!(image.bytes_read > 3 << 20, "{kind}: {}", image.bytes_read);
        assert_eq!(script.ranges().pop(), Some(None), "{kind}");
    }
    // A table that is another than the manifest says counts for nothing.
    let script = Script::default();
    script.image("app", &[Layer::stargz(&files, Some(Digest::of(b"another")))]);
    let image = script.verify_one().await;
    assert_eq!(image.verdict, Verdict::Contradicts, "{}", image.words);
    assert_eq!(script.ranges().pop(), Some(None));
    // A small layer costs one request in any case.
    script.image("app", &[Layer::stargz(&files[1..], None)]);
    assert_eq!(script.verify_one().await.verdict, Verdict::Contradicts);
    assert_eq!(script.ranges(), [None]);
}

#[tokio::test]
async fn a_script_is_run_by_what_a_table_of_contents_names() {
    let (large, program) = (filler(2 << 20), elf(AMD64));
    let upper = Layer::stargz(&[("large", &large[..]), ("usr/bin/tool", &program[..])], None);
    let lower = Layer::gzip(&[("start", b"#!/usr/bin/tool\n"), ("more", &large[..])]);
    let script = Script::default();
    script.image("/start", &[lower, upper]);
    let image = script.verify_one().await;
    assert_eq!(image.verdict, Verdict::Matches, "{}", image.words);
    let paths: Vec<&str> = image.programs.iter().map(|program| program.path.as_str()).collect();
    assert_eq!(paths, ["/start", "/usr/bin/tool"]);
    assert!(image.bytes_read < 2 << 20, "{}", image.bytes_read);
}
