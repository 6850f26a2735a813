//! Documents that are not what they should be.

use onetag_shared::digest::Digest;
use serde_json::json;

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
