//! A registry that misbehaves, each repository in its own way.

mod documents;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header},
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
/// | `utf8`, `twice`, `many`, `deep` | serves a list that is no UTF-8, has a key twice, 100,000 entries, 100,000 brackets |
/// | `itself` | serves a list whose child is the list itself |
/// | `tower` | serves a list in a list in a list, 50 times |
/// | `layers` | serves a list of 500 platforms, 60 of them with 127 layers, of which no blob is there |
/// | `parts` | serves a list of an image that it asks to wait an hour for, one that is not there, one that is another, and a chart |
/// | `markup` | serves a list with markup in its annotations |
/// | `no-head` | knows no `HEAD` |
/// | `login` | wants a login |
/// | `reduced` | gives everybody a token, and takes none |
/// | `realm/private`, `realm/metadata` | sends logins to an address of somebody's own network, of a metadata service |
/// | `leads/private`, `leads/metadata` | redirects there |
/// | `leads/away` | redirects to the good image elsewhere, once it has seen a login |
/// | `pages` | lists tags in pages that lead in a circle, by way of elsewhere |
/// | `endless` | lists 100,000 tags at once, and links to more |
/// | `names` | lists a tag among names that are none: markup, digests, marks that turn the direction of writing |
/// | `busy` | lists tags, and asks to wait an hour before it tells what they hold |
/// | `_catalog` | names repositories in pages that lead in a circle, by way of elsewhere |
/// | `write/…` | says that it mounted every blob, and to manifests: |
/// | `write/other` | … that it stored another one |
/// | `write/lost` | … that a blob is missing which it says it mounted |
/// | `write/nothing` | … that it stored them, and has nothing |
/// | `write/mangled` | … that it stored them, and serves something else under their digest |
/// | `write/since` | … that the tag is another one by now, as it is from then on |
/// | `write/away` | … nothing: its uploads are elsewhere, and it mounts nothing |
/// | any other | says that there is no such thing |
///
/// What breaks HTTP itself, or needs https, other clocks or addresses than loopback, is played beside the client that it
/// is played to. There the client's own tests have, in `backend/src/registry/tests`:
///
/// | file | what is played |
/// |---|---|
/// | `guard` | realm, redirect and upload at a loopback, private or metadata address, in every notation; a name that moves |
/// | `tls` | https that leads to http: a redirect, and a realm |
/// | `tokens` | a token request that is redirected; 401 for ever; wants without end |
/// | `redirects` | redirects without end, elsewhere, and back; challenges from elsewhere |
/// | `retries` | 429 with an absurd `Retry-After`; 500, then fine |
/// | `answers` | compression that was not asked for; pages for errors; wrong digests, in answers to `PUT` too |
/// | `pages` | cursors that are more than a query; links to elsewhere and to the page itself |
/// | `transfers` | mounts that become uploads, or lie; uploads elsewhere; sources that lie |
/// | `wire` | no answer, half an answer, a slow drip, a cut, a `Content-Length` that lies |
#[derive(Debug)]
pub struct Hostile {
    state: Arc<Script>,
    server: Server,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Heard {
    /// `GET`, …
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// All of its headers.
    pub headers: HeaderMap,
}

#[derive(Debug)]
struct Script {
    image: Image,
    other: Image,
    /// Where it leads: host and port.
    elsewhere: String,
    heard: Mutex<Vec<Heard>>,
    /// There is something at the tags of `write/since` and `write/mangled`.
    moved: AtomicBool,
    /// What was last put by digest into `write/mangled`, which stores something else.
    claimed: Mutex<Option<Digest>>,
}

impl Hostile {
    /// Starts one that leads nowhere.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        Self::leading_to("nowhere.invalid").await
    }

    /// Starts one that leads to another host.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn leading_to(elsewhere: &str) -> Self {
        let state = Arc::new(Script {
            image: samples::image("amd64"),
            other: samples::image("s390x"),
            elsewhere: elsewhere.to_owned(),
            heard: Mutex::default(),
            moved: AtomicBool::default(),
            claimed: Mutex::default(),
        });
        let router = Router::new().fallback(hear).with_state(Arc::clone(&state));
        Self { state, server: Server::start(router).await }
    }

    /// `127.0.0.1:PORT`, as references spell it.
    pub fn host(&self) -> String {
        self.server.host()
    }

    /// A reference to something in it.
    pub fn reference(&self, rest: &str) -> String {
        format!("{}/{rest}", self.host())
    }

    /// The digest of the image that [`Hostile`] pretends to have.
    pub fn digest(&self) -> &Digest {
        &self.state.image.manifest.digest
    }

    /// Every request so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.state.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything that somebody tried to write.
    pub fn writes(&self) -> Vec<String> {
        let reads = [Method::GET, Method::HEAD];
        let heard = self.heard().into_iter().filter(|request| !reads.contains(&request.method));
        heard.map(|Heard { method, path, .. }| format!("{method} {path}")).collect()
    }
}

async fn hear(State(script): State<Arc<Script>>, method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let has_login = headers.contains_key(header::AUTHORIZATION);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let heard = Heard { method: method.clone(), path: uri.to_string(), headers };
    script.heard.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
    if uri.path().ends_with("/never") || uri.path().contains("/never/") {
        std::future::pending::<()>().await;
    }
    script.answer(&method, &uri, &host, has_login)
}

impl Script {
    fn answer(&self, method: &Method, uri: &Uri, host: &str, has_login: bool) -> Response<Body> {
        if uri.path() == "/token" {
            return document("application/json", r#"{"token":"of-no-use"}"#, None);
        }
        let path = uri.path().trim_start_matches("/v2/");
        if let Some(repository) = path.strip_suffix("/tags/list") {
            return match repository {
                "pages" => self.page(uri),
                "endless" => self.leading(documents::tags(100_000), "/v2/endless/tags/list?last=z"),
                "busy" => document("application/json", documents::tags(40), None),
                "names" => document("application/json", documents::NAMES, None),
                _ => absent(),
            };
        }
        if path == "_catalog" {
            let next = if uri.query().is_some_and(|query| query.contains("last=a")) { "b" } else { "a" };
            return self.leading(documents::CATALOGUE.to_owned(), &format!("/v2/_catalog?last={next}"));
        }
        let Some((repository, target)) = path.split_once("/manifests/").or_else(|| path.split_once("/blobs/")) else {
            return error(StatusCode::NOT_FOUND, "UNSUPPORTED", "this is not a path of a registry");
        };
        if repository.starts_with("write/") {
            return self.write(method, repository, target);
        }
        if method != Method::GET && method != Method::HEAD {
            return error(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "nothing can be written here");
        }
        if let Some((media_type, body)) = documents::of(repository, target) {
            return document(media_type, body, None);
        }
        let (private, metadata) = ("http://10.0.0.1:5000", "http://169.254.169.254");
        match repository {
            "lie/header" => serve(&self.image, target, Some(&self.other.manifest.digest)),
            "lie/body" => serve(&self.other, target, Some(&self.image.manifest.digest)),
            "no-head" if method == Method::HEAD => status(StatusCode::METHOD_NOT_ALLOWED),
            "good" | "no-head" => serve(&self.image, target, None),
            "login" => challenge("Basic realm=\"nowhere\""),
            "parts" if target != documents::BUSY.as_str() => absent(),
            "busy" | "parts" => {
                let mut answer = error(StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS", "slow down");
                set(&mut answer, header::RETRY_AFTER, "3600");
                answer
            }
            "reduced" => challenge(&format!("Bearer realm=\"http://{host}/token\",scope=\"repository:reduced:pull\"")),
            "realm/private" => challenge(&format!("Bearer realm=\"{private}/token\"")),
            "realm/metadata" => challenge(&format!("Bearer realm=\"{metadata}/token\"")),
            "leads/private" => redirect(private),
            "leads/metadata" => redirect(&format!("{metadata}/latest/meta-data/")),
            "leads/away" if has_login => redirect(&format!("http://{}/v2/good/manifests/v1", self.elsewhere)),
            "leads/away" => challenge("Basic realm=\"here\""),
            _ => absent(),
        }
    }

    /// A page of two tags, with a link to the next one: `a`, `b`, `c`, and `a` again.
    fn page(&self, uri: &Uri) -> Response<Body> {
        let next = match uri.query().and_then(|query| query.split_once("last=")) {
            Some((_, "a")) => "b",
            Some((_, "b")) => "c",
            _ => "a",
        };
        let body = format!(r#"{{"tags":["{next}1","{next}2"]}}"#);
        self.leading(body, &format!("/v2/pages/tags/list?last={next}"))
    }

    /// A page that leads to another, elsewhere.
    fn leading(&self, body: String, next: &str) -> Response<Body> {
        let mut answer = document("application/json", body, None);
        set(&mut answer, header::LINK, &format!("<http://{}{next}>; rel=\"next\"", self.elsewhere));
        answer
    }

    fn write(&self, method: &Method, repository: &str, target: &str) -> Response<Body> {
        if method == Method::POST && repository == "write/away" {
            let mut answer = status(StatusCode::ACCEPTED);
            set(&mut answer, header::LOCATION, &format!("http://{}/upload?state=1", self.elsewhere));
            return answer;
        }
        if method == Method::POST {
            return status(StatusCode::CREATED);
        }
        if method != Method::PUT {
            if !self.moved.load(Ordering::Relaxed) {
                return absent();
            }
            let claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return match repository {
                "write/since" => serve(&self.other, target, None),
                "write/mangled" => serve(&self.other, target, claimed.as_ref()),
                _ => absent(),
            };
        }
        match repository {
            "write/other" => {
                let mut answer = status(StatusCode::CREATED);
                set(&mut answer, DIGEST, self.other.manifest.digest.as_str());
                answer
            }
            "write/since" if !target.contains(':') => {
                self.moved.store(true, Ordering::Relaxed);
                status(StatusCode::PRECONDITION_FAILED)
            }
            "write/mangled" => {
                match target.parse() {
                    Ok(digest) => *self.claimed.lock().unwrap_or_else(PoisonError::into_inner) = Some(digest),
                    Err(_) => self.moved.store(true, Ordering::Relaxed),
                }
                status(StatusCode::CREATED)
            }
            "write/lost" => error(StatusCode::BAD_REQUEST, "MANIFEST_BLOB_UNKNOWN", &format!("for {target}")),
            _ => status(StatusCode::CREATED),
        }
    }
}

const DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// A blob of the image if the target is one of its, else the manifest; under a false digest if there is one.
fn serve(image: &Image, target: &str, false_digest: Option<&Digest>) -> Response<Body> {
    let blob = image.blobs.iter().find(|blob| blob.digest.as_str() == target);
    let content = blob.unwrap_or(&image.manifest);
    let digest = if blob.is_some() { None } else { false_digest };
    document(content.media_type, content.bytes.clone(), Some(digest.unwrap_or(&content.digest)))
}

fn document(media_type: &'static str, body: impl Into<Body>, digest: Option<&Digest>) -> Response<Body> {
    let mut response = Response::new(body.into());
    set(&mut response, header::CONTENT_TYPE, media_type);
    if let Some(digest) = digest {
        set(&mut response, DIGEST, digest.as_str());
    }
    response
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    response.headers_mut().insert(name, HeaderValue::from_str(value).expect("headers of the script are ASCII"));
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn redirect(to: &str) -> Response<Body> {
    let mut response = status(StatusCode::TEMPORARY_REDIRECT);
    set(&mut response, header::LOCATION, to);
    response
}

fn challenge(challenge: &str) -> Response<Body> {
    let mut response = error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "authentication required");
    set(&mut response, header::WWW_AUTHENTICATE, challenge);
    response
}

fn absent() -> Response<Body> {
    error(StatusCode::NOT_FOUND, "NAME_UNKNOWN", "repository name not known to registry")
}

fn error(code: StatusCode, name: &str, message: &str) -> Response<Body> {
    let body = json!({ "errors": [{ "code": name, "message": message, "detail": null }] });
    let mut response = document("application/json", body.to_string(), None);
    *response.status_mut() = code;
    response
}
