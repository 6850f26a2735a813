//! A registry that misbehaves, each repository in its own way.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header},
};
use onetag_shared::digest::Digest;
use serde_json::json;

use super::server::Server;
use crate::samples::{self, Image};

/// A registry that misbehaves. What it does depends on the repository:
///
/// | repository | what it does |
/// |---|---|
/// | `good` | serves a valid image, so that the others can be told from a broken harness |
/// | `html` | answers everything with a page |
/// | `lie/header` | names a digest in the header that is not that of the bytes |
/// | `lie/body` | serves other bytes than the digest that was asked for |
/// | `big` | serves a manifest of 5 MiB |
/// | `never` | takes the request and never answers |
/// | `schema1` | serves an image in Docker's retired format |
/// | `login` | wants a login |
/// | any other | says that there is no such thing |
#[derive(Debug)]
pub struct Hostile {
    state: Arc<Script>,
    server: Server,
}

#[derive(Debug)]
struct Script {
    image: Image,
    other: Image,
    writes: Mutex<Vec<String>>,
}

impl Hostile {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        let state = Arc::new(Script {
            image: samples::image("amd64"),
            other: samples::image("s390x"),
            writes: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        Self { state, server: Server::start(router).await }
    }

    /// A reference to something in it.
    pub fn reference(&self, rest: &str) -> String {
        format!("{}/{rest}", self.server.host())
    }

    /// The digest of the image that [`Hostile`] pretends to have.
    pub fn digest(&self) -> &Digest {
        &self.state.image.manifest.digest
    }

    /// Everything that somebody tried to write.
    pub fn writes(&self) -> Vec<String> {
        self.state.writes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(State(script): State<Arc<Script>>, method: Method, uri: Uri) -> Response<Body> {
    if method != Method::GET && method != Method::HEAD {
        let mut writes = script.writes.lock().unwrap_or_else(PoisonError::into_inner);
        writes.push(format!("{method} {uri}"));
        return error(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "nothing can be written here");
    }
    let path = uri.path().trim_start_matches("/v2/");
    let Some((repository, target)) = path.split_once("/manifests/").or_else(|| path.split_once("/blobs/")) else {
        return error(StatusCode::NOT_FOUND, "UNSUPPORTED", "this is not a path of a registry");
    };
    match repository {
        "html" => document("text/html", "<!doctype html><title>Welcome</title><h1>Router login</h1>", None),
        "never" => std::future::pending().await,
        "login" => {
            let mut answer = error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "authentication required");
            let challenge = HeaderValue::from_static("Basic realm=\"nowhere\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            answer
        }
        "big" => {
            let padding = "x".repeat(5 << 20);
            let manifest = json!({ "schemaVersion": 2, "manifests": [], "annotations": { "padding": padding } });
            document("application/vnd.oci.image.index.v1+json", manifest.to_string(), None)
        }
        "schema1" => document("application/vnd.docker.distribution.manifest.v1+prettyjws", schema1(), None),
        "lie/header" => serve(&script.image, target, Some(&script.other.manifest.digest)),
        "lie/body" => serve(&script.other, target, Some(&script.image.manifest.digest)),
        "good" => serve(&script.image, target, None),
        _ => error(StatusCode::NOT_FOUND, "NAME_UNKNOWN", "repository name not known to registry"),
    }
}

/// A blob of the image if the target is one of its, else the manifest; under a false digest if there is one.
fn serve(image: &Image, target: &str, false_digest: Option<&Digest>) -> Response<Body> {
    let blob = image.blobs.iter().find(|blob| blob.digest.as_str() == target);
    let content = blob.unwrap_or(&image.manifest);
    let digest = if blob.is_some() { None } else { false_digest };
    document(content.media_type, content.bytes.clone(), Some(digest.unwrap_or(&content.digest)))
}

fn document(media_type: &'static str, body: impl Into<Body>, digest: Option<&Digest>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Some(digest) = digest {
        let name = HeaderName::from_static("docker-content-digest");
        response.headers_mut().insert(name, HeaderValue::from_str(digest.as_str()).expect("digests are ASCII"));
    }
    response
}

fn error(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let body = json!({ "errors": [{ "code": code, "message": message, "detail": null }] });
    let mut response = document("application/json", body.to_string(), None);
    *response.status_mut() = status;
    response
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
