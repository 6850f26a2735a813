//! Five single-platform images become one tag, over the API, against the real registry.

use std::collections::BTreeSet;

use futures::future::join_all;
use http::StatusCode;
use onetag_shared::{
    api::{ProblemCode, PushJob, PushState, paths},
    digest::Digest,
};
use onetag_tests::{Auth, CountingProxy, Onetag, Registry};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["amd64", "arm64", "armv7", "ppc64le", "s390x"];

fn draft(registry: &Registry, image: impl Fn(&str) -> String) -> Value {
    let entries: Vec<Value> = NAMES.iter().map(|name| json!({ "source": registry.reference(&image(name)) })).collect();
    json!({ "entries": entries })
}

async fn whole_job(auth: Auth) {
    let registry = Registry::with_samples(auth).await;
    let onetag = Onetag::start(&[&registry]).await;
    for (target, image) in [
        ("demo/app:v1", &(|name: &str| format!("demo/app:v1-{name}")) as &dyn Fn(&str) -> String),
        ("demo/elsewhere:v1", &|name: &str| format!("demo/app-{name}:v1")),
    ] {
        let draft = draft(&registry, image);
        let tags = [registry.reference(target), format!("{}-too", registry.reference(target))];
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let (plan, job) = onetag.plan_and_push(&draft, &tags).await;
        assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
        assert_eq!(job.progress.steps_done, job.progress.steps_total);
        let document = plan.document.unwrap();
        let (repository, tag) = target.split_once(':').unwrap();
        let stored = registry.manifest(repository, tag).await.unwrap();
        assert_eq!(stored.digest, document.digest, "what was previewed is what landed");
        assert_eq!(stored.bytes, document.text.unwrap().as_bytes());
        assert_eq!(stored.media_type, document.media_type);
        assert_eq!(registry.manifest(repository, &format!("{tag}-too")).await.unwrap().digest, document.digest);
        for pushed in &job.targets {
            assert_eq!((pushed.before.as_ref(), pushed.after.as_ref()), (None, Some(&document.digest)));
        }
        let inspection = onetag.inspect(tags[0]).await;
        assert_eq!(inspection.children.len(), NAMES.len());
        assert!(inspection.children.iter().all(|child| child.config.is_some()));
    }
}

#[tokio::test]
async fn without_a_login() {
    whole_job(Auth::None).await;
}

#[tokio::test]
async fn with_basic_authentication() {
    whole_job(Auth::Htpasswd).await;
}

#[tokio::test]
async fn with_the_token_protocol() {
    whole_job(Auth::Token).await;
}

#[tokio::test]
async fn a_tag_that_moved_is_not_overwritten() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let target = registry.reference("demo/app:v1-amd64");
    let draft = draft(&registry, |name| format!("demo/app:v1-{name}"));
    let plan = onetag.plan(&draft, &[&target]).await;
    let there = registry.manifest("demo/app", "v1-amd64").await.unwrap().digest;
    assert_eq!(plan.targets[0].current.as_ref(), Some(&there));
    let seen = Digest::of(b"what somebody saw before");
    let job = onetag
        .push(&json!({
            "draft": draft,
            "expectedDigest": plan.document.unwrap().digest,
            "targets": [{ "ref": target, "guard": seen }],
        }))
        .await;
    assert_eq!(job.state, PushState::Conflict);
    let conflict = &job.problem.unwrap().conflicts.read()[0];
    assert_eq!((conflict.expected.as_ref(), conflict.found.as_ref()), (Some(&seen), Some(&there)));
    assert_eq!(registry.manifest("demo/app", "v1-amd64").await.unwrap().digest, there, "nothing moved");
}

#[tokio::test]
async fn the_same_key_is_the_same_push_and_survives_a_crash() {
    let registry = Registry::with_samples(Auth::None).await;
    let mut onetag = Onetag::start(&[&registry]).await;
    let target = registry.reference("demo/app:v1");
    let draft = draft(&registry, |name| format!("demo/app:v1-{name}"));
    let digest = onetag.plan(&draft, &[]).await.document.unwrap().digest;
    let body = |guard: &str| {
        json!({ "draft": draft, "expectedDigest": digest, "targets": [{ "ref": target, "guard": guard }] }).to_string()
    };
    let post = async |onetag: &Onetag, body: String| {
        let request = onetag.request(reqwest::Method::POST, "/api/v1/pushes");
        let request = request.header("content-type", "application/json").header("idempotency-key", "once");
        let answer = request.body(body).send().await.unwrap();
        (answer.status(), serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap())
    };
    let (status, first) = post(&onetag, body("absent")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let id = first["id"].as_str().unwrap().to_owned();
    assert_eq!(onetag.events(&id).await.pop().unwrap().state, PushState::Succeeded);
    onetag.crash().await;
    onetag.restart().await;
    assert_eq!(post(&onetag, body("absent")).await.1["id"], id.as_str());
    let (status, problem) = post(&onetag, body("any")).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("idempotency-key-reused")));
    assert_eq!(onetag.events(&id).await.pop().unwrap().state, PushState::Succeeded, "after a restart too");
}

#[tokio::test]
async fn many_requests_at_once_with_one_key_are_one_push() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let draft = draft(&registry, |name| format!("demo/app:v1-{name}"));
    let digest = onetag.plan(&draft, &[]).await.document.unwrap().digest;
    let target = registry.reference("demo/app:v1");
    let body = json!({ "draft": draft, "expectedDigest": digest, "targets": [{ "ref": target, "guard": "absent" }] })
        .to_string();
    let answers = join_all((0..16).map(|_| {
        let request = onetag.request(reqwest::Method::POST, "/api/v1/pushes").header("idempotency-key", "once");
        request.header("content-type", "application/json").body(body.clone()).send()
    }))
    .await;
    let mut ids = BTreeSet::new();
    for answer in answers {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let job: PushJob = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        ids.insert(job.id);
    }
    assert_eq!(ids.len(), 1);
    // Had there been two, the second would have found the tag moved.
    assert_eq!(onetag.events(ids.first().unwrap()).await.pop().unwrap().state, PushState::Succeeded);
}

#[tokio::test]
async fn a_restart_changes_neither_the_key_nor_who_is_let_in() {
    let mut onetag = Onetag::start(&[]).await;
    let key = onetag.key().to_owned();
    onetag.crash().await;
    onetag.restart().await;
    assert_eq!(onetag.key(), key);
    assert_eq!(onetag.get("/api/v1/about", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_preview_must_match() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let target = registry.reference("demo/app:v1");
    let draft = draft(&registry, |name| format!("demo/app:v1-{name}"));
    let job = onetag
        .push(&json!({ "draft": draft, "expectedDigest": Digest::of(b"else"), "targets": [{ "ref": target, "guard": "absent" }] }))
        .await;
    assert_eq!((job.state, job.problem.unwrap().code), (PushState::Failed, ProblemCode::PreviewMismatch));
    assert_eq!(registry.manifest("demo/app", "v1").await, None);
}

#[tokio::test]
async fn progress_only_goes_on_and_a_follower_too() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    let n = NAMES.len();
    let sources = NAMES.map(|name| json!({ "source": proxy.reference(&format!("demo/app:v1-{name}")) }));
    let draft = json!({ "entries": sources });
    let target = proxy.reference("demo/app:v1");
    let digest = onetag.plan(&draft, &[&target]).await.document.unwrap().digest;

    // The images are read again, and what comes after that is not answered: the list, and the look at the tag.
    proxy.hold_waves(&[n, usize::MAX / 2]);
    let push = json!({ "draft": draft, "expectedDigest": digest, "targets": [{ "ref": target, "guard": "absent" }] });
    let job: PushJob = onetag.post(paths::PUSHES, &push).await.json();
    proxy.wait_for_requests(n + 2).await;
    let mut events = onetag.follow(&job.id, None).await;
    let now = events.next().await.expect("the state comes at once");
    let progress = &now.job.progress;
    assert!(!now.job.state.is_final() && progress.steps_done > 0, "{now:?}");
    assert!(progress.steps_done < progress.steps_total, "{now:?}");
    let resumed = onetag.follow(&job.id, Some(now.id)).await;
    proxy.release();

    let (followed, resumed) = tokio::join!(events.until_the_end(), resumed.until_the_end());
    assert!(resumed[0].id > now.id, "what was seen does not come again: {resumed:?}");
    for events in [&followed, &resumed] {
        let mut before = &now;
        for event in events {
            let (old, new) = (&before.job.progress, &event.job.progress);
            assert!(event.id > before.id, "{before:?} {event:?}");
            assert!(new.steps_done >= old.steps_done && new.steps_total == old.steps_total, "{before:?} {event:?}");
            assert!(new.bytes_done >= old.bytes_done && new.bytes_done <= new.bytes_total, "{before:?} {event:?}");
            before = event;
        }
        assert_eq!(before.job.state, PushState::Succeeded, "{:?}", before.job.problem);
        assert_eq!(before.job.progress.steps_done, before.job.progress.steps_total);
    }
}
