//! Documents that are not what they should be.

use std::{collections::BTreeMap, sync::LazyLock};

use onetag_shared::digest::Digest;
use serde_json::{Value, json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A body, with the media type that it is served under.
pub(super) type Served = (&'static str, Vec<u8>);

/// The document of a repository, if it is one of those that only serve a document.
pub(super) fn of(repository: &str, target: &str) -> Option<Served> {
    let index = |rest: &str| (INDEX, format!(r#"{{"schemaVersion":2,"mediaType":"{INDEX}",{rest}}}"#).into_bytes());
    Some(match repository {
        "html" => ("text/html", b"<!doctype html><title>Welcome</title><h1>Router login</h1>".to_vec()),
        "big" => index(&format!(r#""manifests":[],"annotations":{{"padding":"{}"}}"#, "x".repeat(5 << 20))),
        "schema1" => ("application/vnd.docker.distribution.manifest.v1+prettyjws", schema1().into_bytes()),
        "utf8" => {
            let (media_type, mut body) = index(r#""manifests":[],"annotations":{"a":"X"}"#);
            let place = body.iter().position(|byte| *byte == b'X')?;
            body[place] = 0xff;
            (media_type, body)
        }
        "twice" => index(r#""manifests":[],"manifests":[]"#),
        "many" => index(&format!(r#""manifests":[{}{{}}]"#, "{},".repeat(99_999))),
        "deep" => index(&format!(r#""manifests":[],"annotations":{}1{}"#, "[".repeat(100_000), "]".repeat(100_000))),
        // No document holds its own digest: this one is served under that of its child as well.
        "itself" => {
            let child = Digest::of(b"itself");
            let holding = |size: usize| {
                index(&format!(r#""manifests":[{{"mediaType":"{INDEX}","digest":"{child}","size":{size}}}]"#))
            };
            // Any size of three digits has its length.
            holding(holding(100).1.len())
        }
        // A tower of lists, each with the next one in it: nobody climbs all of it.
        "tower" => (INDEX, tower(target)?),
        "layers" => many_layers(target)?,
        "parts" => parts(target)?,
        "markup" => index(&format!(r#""manifests":[],"annotations":{{"{MARKUP}":"{MARKUP}"}}"#)),
        _ => return None,
    })
}

/// What a browser must show as it is.
pub(super) const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>";
/// Lists on top of each other.
const TOWER: usize = 50;

/// The list of the tower that has this digest; for a tag, the one on top.
fn tower(target: &str) -> Option<Vec<u8>> {
    let ground = format!(r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[]}}"#).into_bytes();
    let lists = std::iter::successors(Some(ground), |below| {
        let (digest, size) = (Digest::of(below), below.len());
        let entry = format!(r#"{{"mediaType":"{INDEX}","digest":"{digest}","size":{size}}}"#);
        Some(format!(r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[{entry}]}}"#).into_bytes())
    });
    let mut lists = lists.take(TOWER);
    if target.contains(':') { lists.find(|list| Digest::of(list).as_str() == target) } else { lists.last() }
}

/// A list of entries that are not to be had, each in another way, and of a chart.
fn parts(target: &str) -> Option<Served> {
    const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    let chart = json!({ "schemaVersion": 2, "mediaType": MANIFEST,
        "config": { "mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": Digest::of(b"{}"), "size": 2 },
        "layers": [] })
    .to_string()
    .into_bytes();
    if target == Digest::of(&chart).as_str() {
        return Some((MANIFEST, chart));
    }
    if target == LIED_ABOUT.as_str() {
        return Some((MANIFEST, b"{}".to_vec()));
    }
    if target.contains(':') {
        return None;
    }
    let entry = |digest: &Digest, size: usize, architecture: Option<&str>| {
        let platform = architecture.map(|name| json!({ "os": "linux", "architecture": name }));
        let mut entry = json!({ "mediaType": MANIFEST, "digest": digest, "size": size });
        if let Some(platform) = platform {
            entry["platform"] = platform;
        }
        entry
    };
    let entries = [
        entry(&BUSY, 500, Some("amd64")),
        entry(&Digest::of(b"gone"), 500, Some("arm64")),
        entry(&LIED_ABOUT, 2, Some("s390x")),
        entry(&Digest::of(&chart), chart.len(), None),
    ];
    let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    Some((INDEX, list.to_string().into_bytes()))
}

/// What the list in `parts` names, and is asked to wait for.
pub(super) static BUSY: LazyLock<Digest> = LazyLock::new(|| Digest::of(b"busy"));
/// What it names, and is something else.
static LIED_ABOUT: LazyLock<Digest> = LazyLock::new(|| Digest::of(b"lied about"));

/// So many platforms, of which each of the first has that many layers; the others have three.
const PLATFORMS: usize = 500;
const LAYERS: [(usize, usize); 2] = [(60, 127), (PLATFORMS, 3)];

/// A list of many platforms with many layers, each document by its digest. Of the layers of an image some are in all, some in
/// the one beside it, and some its own; there are no blobs but one config.
fn many_layers(target: &str) -> Option<Served> {
    const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
    static DOCUMENTS: LazyLock<(BTreeMap<String, Served>, Served)> = LazyLock::new(|| {
        let config = br#"{"os":"linux","architecture":"amd64"}"#.to_vec();
        let described = |media_type: &str, body: &[u8]| json!({ "mediaType": media_type, "digest": Digest::of(body), "size": body.len() });
        let manifest = |place: usize| {
            let number = LAYERS.iter().find(|(most, _)| place < *most).map_or(0, |(_, number)| *number);
            let layer = |layer: usize| {
                let owner = [0, place / 2, place][layer % 3];
                json!({ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": 1 << (10 + layer % 16),
                    "digest": Digest::of(format!("layer {layer} of {owner}").as_bytes()) })
            };
            let layers: Vec<Value> = (0..number).map(layer).collect();
            let config = described(CONFIG, &config);
            json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers })
                .to_string()
                .into_bytes()
        };
        let manifests: Vec<Vec<u8>> = (0..PLATFORMS).map(manifest).collect();
        let entry = |(place, body): (usize, &Vec<u8>)| {
            let mut entry = described(MANIFEST, body);
            entry["platform"] = json!({ "os": "linux", "architecture": "amd64", "os.version": format!("{place}.0") });
            entry
        };
        let entries: Vec<Value> = manifests.iter().enumerate().map(entry).collect();
        let root = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }).to_string().into_bytes();
        let served = manifests.into_iter().map(|body| (MANIFEST, body)).chain([(CONFIG, config)]);
        (served.map(|served| (Digest::of(&served.1).to_string(), served)).collect(), (INDEX, root))
    });
    let (by_digest, root) = &*DOCUMENTS;
    if target.contains(':') && target != Digest::of(&root.1).as_str() {
        by_digest.get(target).cloned()
    } else {
        Some(root.clone())
    }
}

fn schema1() -> String {
    json!({
        "schemaVersion": 1,
        "name": "schema1",
        "tag": "v1",
        "architecture": "amd64",
        "fsLayers": [{ "blobSum": "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4" }],
        "history": [{ "v1Compatibility": "{\"id\":\"e45a5af57b00862e5ef5782a9925979a02ba2b12dff832fd0991335f4a11e5c5\"}" }],
        "signatures": [{ "header": {}, "signature": "", "protected": "" }],
    })
    .to_string()
}

/// One tag among names that are none.
pub(super) const NAMES: &str = r#"{"tags":["<img src=x onerror=alert(1)>","good","a\u202eb","","sha256:0123",
    "\u0000\u001b[2J",null]}"#;

/// So many tags.
pub(super) fn tags(number: usize) -> String {
    let tags: Vec<String> = (0..number).map(|number| format!("v1.{number}")).collect();
    json!({ "tags": tags }).to_string()
}

/// Repositories, and what is none.
pub(super) const CATALOGUE: &str =
    r#"{"repositories":["names","../x","names-arm64\u202e","a:b@c?d#e",null,"Names-arm64",""]}"#;
