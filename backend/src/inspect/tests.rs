//! What is kept, and for whom, against a scripted registry in this process.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use onetag_shared::digest::Digest;
use tokio::sync::Semaphore;

use super::*;
use crate::{
    clock::testing::TestClock,
    registry::{ClientConfig, Credential, CredentialError, CredentialSource},
};

const LIST: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;

/// Whoever is logged in now.
#[derive(Debug, Default)]
struct LoggedIn(Mutex<Credential>);

impl LoggedIn {
    fn become_user(&self, user: &str) {
        *self.0.lock().unwrap() = Credential::Basic { user: user.to_owned(), password: "secret".to_owned().into() };
    }
}

#[async_trait]
impl CredentialSource for LoggedIn {
    async fn credential(&self, _: &Reference) -> Result<Credential, CredentialError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

/// A registry with one list, for one user, that answers as often as it is let.
#[derive(Clone, Debug)]
struct Script {
    requests: Arc<AtomicUsize>,
    answers: Arc<Semaphore>,
}

async fn answer(State(script): State<Script>, headers: HeaderMap, _: Request) -> Response {
    // base64 of "one:secret"
    if headers.get(header::AUTHORIZATION).is_none_or(|value| value != "Basic b25lOnNlY3JldA==") {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"here\"")]).into_response();
    }
    script.requests.fetch_add(1, Ordering::Relaxed);
    script.answers.acquire().await.unwrap().forget();
    ([(header::CONTENT_TYPE, "application/vnd.oci.image.index.v1+json")], LIST).into_response()
}

struct Scene {
    inspector: Inspector,
    who: Arc<LoggedIn>,
    clock: Arc<TestClock>,
    script: Script,
    tag: Reference,
}

impl Scene {
    async fn new() -> Self {
        let script = Script { requests: Arc::default(), answers: Arc::new(Semaphore::new(100)) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tag = format!("{}/app:v1", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (who, clock) = (Arc::new(LoggedIn::default()), TestClock::shared());
        who.become_user("one");
        let config = ClientConfig {
            credentials: who.clone(),
            clock: clock.clone(),
            pause: Duration::ZERO,
            ..ClientConfig::personal()
        };
        Self { inspector: Inspector::new(Client::new(config)), who, clock, script, tag }
    }

    fn by_digest(&self) -> Reference {
        self.tag.repository_only().with_digest(Digest::of(LIST.as_bytes()))
    }

    /// How often the list was asked for by who may see it.
    fn requests(&self) -> usize {
        self.script.requests.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn what_one_login_opened_is_not_served_to_another() {
    let scene = Scene::new().await;
    scene.inspector.manifest(&scene.by_digest(), None).await.expect("it is theirs");
    scene.inspector.manifest(&scene.by_digest(), None).await.expect("it is kept");
    assert_eq!(scene.requests(), 1);

    scene.who.become_user("other");
    scene.clock.advance(Duration::from_secs(61));
    let problem = scene.inspector.manifest(&scene.by_digest(), None).await.expect_err("it is not theirs");
    assert_eq!(problem.code, ProblemCode::Unauthorized, "{problem}");

    *scene.who.0.lock().unwrap() = Credential::Anonymous;
    scene.clock.advance(Duration::from_secs(61));
    scene.inspector.manifest(&scene.by_digest(), None).await.expect_err("nor everybody's");

    scene.who.become_user("one");
    scene.clock.advance(Duration::from_secs(61));
    scene.inspector.manifest(&scene.by_digest(), None).await.expect("it is theirs");
    assert_eq!(scene.requests(), 1, "it was kept for them");
}

#[tokio::test]
async fn who_ask_at_once_cost_one_request() {
    let scene = Scene::new().await;
    for reference in [scene.tag.clone(), scene.tag.clone(), scene.by_digest()] {
        // Challenges and logins are known after the first.
        scene.inspector.manifest(&reference, None).await.unwrap();
    }
    let before = scene.requests();
    assert_eq!(before, 2, "a tag is asked for each time, and what it held is kept");
    scene.script.answers.forget_permits(100);
    let let_go = async {
        while scene.requests() == before {
            tokio::task::yield_now().await;
        }
        scene.script.answers.add_permits(100);
    };
    let ask = || scene.inspector.manifest(&scene.tag, None);
    let (one, other, ()) = tokio::join!(ask(), ask(), let_go);
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(scene.requests(), before + 1);
}

#[tokio::test]
async fn who_asks_after_a_tag_was_moved_does_not_get_an_older_answer() {
    let scene = Scene::new().await;
    scene.inspector.manifest(&scene.tag, None).await.unwrap();
    scene.script.answers.forget_permits(100);
    let move_it = async {
        while scene.requests() == 1 {
            tokio::task::yield_now().await;
        }
        scene.inspector.moved(&scene.tag);
        scene.script.answers.add_permits(100);
        scene.inspector.manifest(&scene.tag, None).await.unwrap();
    };
    let (asked, ()) = tokio::join!(scene.inspector.manifest(&scene.tag, None), move_it);
    asked.unwrap();
    assert_eq!(scene.requests(), 3);
}
