//! What a test makes of a scripted registry.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Response, Uri, header},
    routing::any,
};
use onetag_shared::{digest::Digest, media_type::OCI_INDEX};

use super::*;
use crate::registry::{ClientConfig, Credential, CredentialError, CredentialSource};

/// A registry that wants a login, mounts nothing, and counts its answers.
#[derive(Debug, Default)]
struct Script {
    /// It never answers to a tag that is put; and it deletes.
    hangs: bool,
    /// By path: a media type, and bytes.
    stored: Mutex<HashMap<String, (String, Bytes)>>,
    deleted: Mutex<Vec<String>>,
}

impl Script {
    async fn answer(&self, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
        let path = uri.path().to_owned();
        let answer =
            Response::builder().header("ratelimit-limit", "100;w=21600").header("ratelimit-remaining", "76;w=21600");
        let (status, answer, body) = if !headers.contains_key(header::AUTHORIZATION) {
            (401, answer.header(header::WWW_AUTHENTICATE, "Basic realm=\"here\""), Bytes::new())
        } else if path == "/v2/" {
            (200, answer, Bytes::from_static(b"{}"))
        } else if path.contains("/referrers/") {
            (200, answer.header(header::CONTENT_TYPE, OCI_INDEX), Bytes::from_static(b"{\"manifests\":[]}"))
        } else if method == Method::POST {
            (202, answer.header(header::LOCATION, path), Bytes::new())
        } else if method == Method::PUT {
            let is_tag = path.contains("/manifests/onetag-test-");
            let digest = Digest::of(&body);
            let kind = headers[header::CONTENT_TYPE].to_str().unwrap().to_owned();
            let by_digest = match path.split_once("/uploads/") {
                Some((blobs, _)) => format!("{blobs}/{digest}"),
                None => format!("{}/{digest}", path.rsplit_once('/').unwrap().0),
            };
            self.stored.lock().unwrap().insert(by_digest, (kind.clone(), body.clone()));
            self.stored.lock().unwrap().insert(path, (kind, body));
            if is_tag && self.hangs {
                std::future::pending::<()>().await;
            }
            (201, answer, Bytes::new())
        } else if method == Method::DELETE {
            let is_upload = path.contains("/uploads/");
            if self.hangs && !is_upload {
                self.stored.lock().unwrap().remove(&path);
                self.deleted.lock().unwrap().push(path);
            }
            (if self.hangs || is_upload { 202 } else { 405 }, answer, Bytes::new())
        } else {
            match self.stored.lock().unwrap().get(&path).cloned() {
                Some((kind, bytes)) => {
                    let digest = Digest::of(&bytes).to_string();
                    (200, answer.header(header::CONTENT_TYPE, kind).header("docker-content-digest", digest), bytes)
                }
                None => (404, answer, Bytes::new()),
            }
        };
        answer.status(status).body(body.into()).unwrap()
    }
}

#[derive(Debug)]
struct Me;

#[async_trait]
impl CredentialSource for Me {
    async fn credential(&self, _: &Reference) -> Result<Credential, CredentialError> {
        Ok(Credential::Basic { user: "me".to_owned(), password: "its secret".to_owned().into() })
    }
}

/// What a test with a push finds at such a registry.
async fn tested(script: Script, longest: Duration) -> (RegistryTest, Arc<Script>) {
    let script = Arc::new(script);
    let played = Arc::clone(&script);
    let router = Router::new().fallback(any(move |method, uri, headers, body| {
        let script = Arc::clone(&played);
        async move { script.answer(method, uri, headers, body).await }
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let registry: Registry = listener.local_addr().unwrap().to_string().parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = Client::new(ClientConfig { credentials: Arc::new(Me), ..ClientConfig::personal() });
    let repository = Some(named(&registry, "me/probe").unwrap());
    (Test { client, registry, repository, push: true }.run(longest).await, script)
}

fn found(test: &RegistryTest, step: TestStep) -> (TestOutcome, &str) {
    let result = test.results.iter().find(|result| result.step == step).unwrap();
    (result.outcome, result.words.as_str())
}

#[tokio::test]
async fn what_a_registry_does_not_offer_is_no_failure_and_what_stays_is_told() {
    let (test, script) = tested(Script::default(), LONGEST).await;
    let expected = [
        (TestStep::Login, TestOutcome::Ok, "lets in as me"),
        (TestStep::Tags, TestOutcome::NotTried, "no such repository"),
        (TestStep::Referrers, TestOutcome::Ok, "signatures"),
        (TestStep::Push, TestOutcome::Ok, "a list of it"),
        (TestStep::Mount, TestOutcome::Unsupported, "copied through Onetag"),
        (TestStep::Delete, TestOutcome::Unsupported, "switched off"),
        (TestStep::Limits, TestOutcome::Ok, "76 of 100 requests are left, in 6h"),
    ];
    for (step, outcome, words) in expected {
        let found = found(&test, step);
        assert!(found.0 == outcome && found.1.contains(words), "{step:?}: {found:?}");
    }
    // Two blobs, an image, a list, and its tag: all that it has, and each of them once.
    assert_eq!(test.left.len(), 5, "{:?}", test.left);
    let stored = script.stored.lock().unwrap();
    for path in stored.keys().filter(|path| path.contains("/manifests/")) {
        let (_, target) = path.rsplit_once('/').unwrap();
        assert!(test.left.iter().any(|left| left.ends_with(target)), "{path}: {:?}", test.left);
    }
    assert!(!serde_json::to_string(&test).unwrap().contains("secret"));
}

#[tokio::test]
async fn what_was_pushed_is_taken_away_even_when_the_answer_never_came() {
    let (test, script) = tested(Script { hangs: true, ..Script::default() }, Duration::from_secs(2)).await;
    assert_eq!(
        found(&test, TestStep::Push),
        (TestOutcome::Failed, "it did not come to an end: a test takes 2 s at most")
    );
    assert_eq!(found(&test, TestStep::Mount), (TestOutcome::NotTried, "there was no time left"));
    assert_eq!(found(&test, TestStep::Delete).0, TestOutcome::Ok);
    let deleted = script.deleted.lock().unwrap();
    assert!(deleted.len() == 3 && deleted[0].contains("onetag-test-"), "the tag, the list, the image: {deleted:?}");
    assert!(test.left.iter().all(|left| left.contains("a blob of")), "{:?}", test.left);
}
